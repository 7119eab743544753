import { expect, test } from 'vitest';
import { judge } from '../../src/judge/judge.js';
import type { Action } from '../../src/plan/plan.js';
import { downBetween, makeJournal } from './histories.js';

const objectives = [
  { probe: 'write', measure: 'recover', limitMs: 45_000 },
  { probe: 'write', measure: 'availability', limitPercent: 90 },
] as const;

function findingsAfter(action: Action) {
  const faults = [{ title: 'partition', atMs: 30_000, curedMs: 60_000, action }];
  const probes = [{ name: 'write', tell: downBetween() }];
  return judge(makeJournal({ faults, probes, objectives })).findings.filter(({ limit }) => limit !== null);
}

test('an objective that no fault could reach is met, and says that nothing put it to the test', () => {
  const [recover, availability] = findingsAfter({ verb: 'isolate', from: ['db-anyang'], direction: 'both' });
  const words = 'no fault lay between outside and web-pangyo, or on what it needs';
  expect(recover).toMatchObject({ outcome: 'met', because: `never failed: ${words}` });
  expect(availability?.because).toMatch(new RegExp(`${words}$`));
});

test('one that a fault could have reached says no more than that it never failed', () => {
  const [recover] = findingsAfter({ verb: 'isolate', from: ['outside'], direction: 'both' });
  expect(recover).toMatchObject({ outcome: 'met', because: 'never failed' });
});
