import { expect, test } from 'vitest';
import type { Entry } from '../../src/journal/journal.js';
import { judge } from '../../src/judge/judge.js';
import { downBetween, makeJournal, type Told } from './histories.js';

const stamp = { atMs: 0, monoMs: 0 };

function ready(unit: string, lowMs: number, highMs: number | null): Entry {
  return { ...stamp, entry: 'ready', unit, lowMs, highMs };
}

function findingsOf(more: readonly Entry[], told: Partial<Told> = {}) {
  const entries = makeJournal({
    probes: [{ name: 'write', tell: downBetween() }],
    faults: [{ title: 'power-loss pangyo', atMs: 30_000, curedMs: 60_000 }],
    objectives: [{ probe: 'write', measure: 'reprotect', limitMs: 60_000 }],
    ...told,
  });
  const all = [...entries.slice(0, -1), ...more, ...entries.slice(-1)];
  return judge(all).findings.filter(({ measure }) => measure === 'reprotect');
}

test('redundancy is back when the last unit that the fault took is ready again, which lies between two looks', () => {
  const [objective, figure] = findingsOf([ready('web-pangyo', 71_000, 71_300)]);
  expect(objective).toMatchObject({ outcome: 'met', probe: 'write', value: 41.15, low: 41, high: 41.3, limit: 60 });
  expect(figure).toMatchObject({ probe: 'web', fault: 'power-loss pangyo @15:30:00', value: 41.15, limit: null });
  expect(objective?.because).toBe('web-pangyo was the last to be ready again, after 41.15 s');
});

test('a unit that is not ready when the drill ends took longer than that', () => {
  const [missed] = findingsOf([ready('web-pangyo', 210_000, null)]);
  expect(missed).toMatchObject({ outcome: 'missed', value: 180, high: null, censored: true });
  const patient = { objectives: [{ probe: 'write', measure: 'reprotect', limitMs: 300_000 } as const] };
  expect(findingsOf([ready('web-pangyo', 210_000, null)], patient)[0]).toMatchObject({ outcome: 'unknown' });
});

test('what nobody looked at is unknown, and no figure', () => {
  expect(findingsOf([])).toMatchObject([{ outcome: 'unknown', value: null }]);
});

test('a return from an earlier fault is none from this one', () => {
  const faults = [
    { title: 'power-loss pangyo', atMs: 30_000, curedMs: 60_000 },
    { title: 'power-loss pangyo', atMs: 90_000, curedMs: 120_000 },
  ];
  const returns = [ready('web-pangyo', 62_000, 62_100), ready('web-pangyo', 125_000, 125_200)];
  expect(findingsOf(returns, { faults }).slice(0, 2)).toMatchObject([{ value: 32.05 }, { value: 35.1 }]);
});

test('a fault of the network takes no unit away', () => {
  const action = { verb: 'isolate', from: ['web-anyang'], direction: 'both' } as const;
  const faults = [{ title: 'partition', atMs: 30_000, curedMs: 60_000, action }];
  expect(findingsOf([], { faults })).toMatchObject([{ outcome: 'met', value: 0 }]);
});
