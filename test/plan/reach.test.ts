import { describe, expect, test } from 'vitest';
import { planDrill, reaches, unreachedOf } from '../../src/plan/plan.js';
import type { Ask, Incident, Probe } from '../../src/scenario/scenario.js';
import { buildScenario, buildService, partition, powerLoss } from './build-scenario.js';

const services = [
  buildService('db', { at: [{ site: 'anyang', count: 1 }] }),
  buildService('app', { at: [{ site: 'pangyo', count: 1 }], needs: ['db'] }),
  buildService('web', { at: [{ site: 'pangyo', count: 1 }], environment: { UPSTREAM: 'http://app-pangyo:80' } }),
  buildService('alone', { at: [{ site: 'ansan', count: 1 }] }),
];
const LINE = { latencyMs: 5, jitterMs: 0, loss: 0, bandwidthBps: null };

function probe(host: string, kind: 'tcp' | 'exec' = 'tcp'): Probe {
  const ask: Ask = kind === 'tcp' ? { kind, host, port: 80 } : { kind, host, command: ['true'] };
  return { name: host, family: host, site: null, does: 'read', everyMs: 100, timeoutMs: 1000, ask };
}

function isReached(incident: Incident, asking: Probe): boolean {
  const plan = planDrill(buildScenario([{ atS: 60, incident }], services));
  return plan.faults.some((fault) => reaches(plan, asking, fault));
}

describe('a fault lies between a probe and what it asks', () => {
  test.each<[string, Incident, string, boolean]>([
    ['it takes away what is asked', powerLoss('ansan'), 'alone', true],
    ['it takes away what that needs, over others too', powerLoss('anyang'), 'app', true],
    ['it takes away what is named by the environment of what is asked', powerLoss('db'), 'web', true],
    ['it takes away somebody else', powerLoss('pangyo'), 'alone', false],
    ['it cuts what is asked off from what that needs', partition(['pangyo'], ['anyang']), 'app', true],
    ['it cuts what is asked off from somebody else', partition(['ansan'], ['pangyo', 'anyang']), 'alone', false],
    ['it cuts outside off', partition(['ansan'], ['pangyo', 'outside']), 'alone', true],
    ['it cuts outside off from what is only needed', partition(['anyang'], ['outside']), 'app', false],
    ['it shapes the line from outside', { kind: 'link', between: [['outside'], ['ansan']], ...LINE }, 'alone', true],
  ])('%s', (_, incident, host, expected) => {
    expect(isReached(incident, probe(host))).toBe(expected);
  });

  test('a cut of outside does not reach who looks from within', () => {
    expect(isReached(partition(['ansan'], ['outside']), probe('alone', 'exec'))).toBe(false);
    expect(isReached(powerLoss('ansan'), probe('alone', 'exec'))).toBe(true);
  });
});

test('of all objectives those are told whose probes no fault reaches, each family once; where there is no fault, none', () => {
  const scenario = {
    ...buildScenario([{ atS: 60, incident: powerLoss('anyang') }], services),
    probes: [probe('app'), probe('alone')],
    objectives: [
      { measure: 'recover', probe: 'app', limitMs: 1000 } as const,
      { measure: 'recover', probe: 'alone', limitMs: 1000 } as const,
      { measure: 'availability', probe: 'alone', limitPercent: 99 } as const,
    ],
  };
  expect(unreachedOf(planDrill(scenario))).toEqual([
    {
      family: 'alone',
      asked: ['alone'],
      message:
        'no fault of this scenario lies between outside and alone, or on what it needs: it cannot be missed by one',
    },
  ]);
  expect(unreachedOf(planDrill({ ...scenario, timeline: [] }))).toEqual([]);
});
