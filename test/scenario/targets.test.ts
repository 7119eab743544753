import { describe, expect, test } from 'vitest';
import { resolveTarget, unitsOf } from '../../src/scenario/scenario.js';

const units = unitsOf({
  services: [
    { name: 'db', at: ['pangyo', 'anyang'].map((site) => ({ site, count: site === 'pangyo' ? 3 : 1 })) },
    { name: 'proxy', at: [{ site: null, count: 2 }] },
    { name: 'web', at: [{ site: 'pangyo', count: 1 }] },
  ],
});

describe('the units of a scenario', () => {
  test('are numbered from the second on at each site, and outside carry no site', () => {
    expect(units.map((unit) => unit.name)).toEqual([
      'db-pangyo',
      'db-pangyo-2',
      'db-pangyo-3',
      'db-anyang',
      'proxy',
      'proxy-2',
      'web-pangyo',
    ]);
    expect(units[1]).toEqual({ name: 'db-pangyo-2', service: 'db', site: 'pangyo' });
    expect(units[4]).toEqual({ name: 'proxy', service: 'proxy', site: null });
  });
});

describe('a target', () => {
  test.each([
    ['pangyo', ['db-pangyo', 'db-pangyo-2', 'db-pangyo-3', 'web-pangyo']],
    ['db', ['db-pangyo', 'db-pangyo-2', 'db-pangyo-3', 'db-anyang']],
    ['db@anyang', ['db-anyang']],
    ['db-pangyo-2', ['db-pangyo-2']],
    ['db-pangyo', ['db-pangyo']],
    ['proxy', ['proxy', 'proxy-2']],
    ['proxy@outside', ['proxy', 'proxy-2']],
    ['outside', ['proxy', 'proxy-2']],
    ['all', units.map((unit) => unit.name)],
    ['web@anyang', []],
    ['ansan', []],
    ['', []],
    ['@', []],
  ])('%j stands for exactly its units', (target, expected) => {
    expect(resolveTarget(units, target)).toEqual(expected);
  });
});
