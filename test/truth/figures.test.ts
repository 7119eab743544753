import { expect, test } from 'vitest';
import { downBetween, makeJournal } from '../judge/histories.js';
import type { Case } from './cases.js';
import { figuresOf } from './figures.js';
import type { Heart } from './hearts.js';
import { printTable, tableOf } from './table.js';

const CRASH: Case = {
  ...{ name: 'web', unit: 'web-pangyo', kinds: ['crash'], order: 'alone', restart: 'always', bootMs: 0 },
  ...{ stubborn: false, writes: false },
};

/** A unit that was killed at 30 s and listened again at 32 s, and what was published of that. */
function compare(byMs: number) {
  const entries = makeJournal({
    probes: [{ name: 'web', tell: downBetween([30_000, 32_000]) }],
    faults: [{ title: 'crash pangyo', atMs: 30_000, action: { verb: 'kill' } }],
  });
  const heart: Heart = {
    silences: [{ fromMs: 29_998 + byMs, toMs: 32_002 + byMs }],
    lives: [
      { bootMs: 0, listenedMs: 10, lastMs: 29_998 + byMs },
      { bootMs: 31_900 + byMs, listenedMs: 32_000 + byMs, lastMs: null },
    ],
    ...{ standstills: [], terms: [], lost: 0 },
  };
  const ready = { atMs: 0, monoMs: 0, entry: 'ready', unit: 'web-pangyo', lowMs: 31_980, highMs: 32_030 } as const;
  const all = [...entries.slice(0, -1), { ...ready, after: ['f1.1'] }, ...entries.slice(-1)];
  return figuresOf(CRASH, all, heart, heart);
}

test('what a unit knows lies inside of what was published, or it is told how far away it lies', () => {
  const right = compare(0);
  expect(right.map(({ kind }) => kind).sort()).toEqual(['detect', 'ready again', 'recover', 'reprotect', 'took hold']);
  expect(right.map(({ apartMs }) => apartMs)).toEqual(right.map(() => 0));
  const wrong = new Map(compare(300).map(({ kind, apartMs }) => [kind, apartMs]));
  expect(wrong.get('took hold')).toBeGreaterThan(250);
  expect(wrong.get('ready again')).toBeGreaterThan(250);
});

test('the table counts every figure once, and how wide half of them are at most', () => {
  const figures = [...compare(0), ...compare(300)];
  const table = tableOf(2, figures);
  expect(table).toMatchObject({ cases: 2, compared: figures.length });
  expect(table.kinds.reduce((sum, { compared }) => sum + compared, 0)).toBe(figures.length);
  expect(printTable(table)).toContain('| ready again | 2 | 1 | 50 ms |');
});
