import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Entry, FoldedSample } from '../../src/journal/journal.js';
import { judge } from '../../src/judge/judge.js';
import { downBetween, makeJournal, type Told } from './histories.js';

const within = (limitMs: number) => [{ probe: 'read', measure: 'recover', limitMs } as const];

function recoveries(told: Partial<Told> & Pick<Told, 'probes'>) {
  const verdict = judge(makeJournal({ objectives: within(10_000), ...told }));
  return { notes: verdict.notes, found: verdict.findings.filter(({ measure }) => measure === 'recover') };
}

test('a recovery for whose stable window there was no time before the next fault counts as it was seen', () => {
  const faults = [
    { title: 'crash web', atMs: 30_000, curedMs: 36_000 },
    { title: 'freeze web', atMs: 52_000, curedMs: 60_000 },
  ];
  const probes = [{ name: 'read', everyMs: 2000, tell: downBetween([30_000, 36_000], [52_000, 62_000]) }];
  const [first, second] = recoveries({ faults, probes }).found;
  expect(first).toMatchObject({ outcome: 'met', low: 4, high: 6.005, censored: false });
  expect(first?.because).toBe('came back after 5 s, good for 16 s until the next fault');
  expect(second).toMatchObject({ outcome: 'unknown', low: 8, high: 10.005, outages: 1 });
});

test('what is still down when the next fault comes took longer than that, and nothing is missed for that fault', () => {
  const faults = [
    { title: 'crash web', atMs: 30_000 },
    { title: 'freeze web', atMs: 35_000, curedMs: 60_000 },
  ];
  const { found } = recoveries({ faults, probes: [{ name: 'read', tell: downBetween([30_000, 62_000]) }] });
  expect(found[0]).toMatchObject({ outcome: 'unknown', censored: true, value: 4.9 });
  expect(found[0]?.because).toBe('more than 4.9 s, then the next fault came');
  expect(found[1]).toMatchObject({ outcome: 'unknown', value: null });
  expect(found[1]?.because).toBe(
    'read was still failing after crash web @15:30:00, since 15:30:00, when this fault came',
  );
});

test('what failed before the fault is not its doing, and is told', () => {
  const faults = [{ title: 'power-loss pangyo', atMs: 30_000, curedMs: 40_000 }];
  const { found, notes } = recoveries({ faults, probes: [{ name: 'read', tell: downBetween([29_600, 42_000]) }] });
  expect(found[0]).toMatchObject({ outcome: 'unknown', value: null });
  expect(found[0]?.because).toBe(
    'read was already failing before the fault, since 15:29:59.600: the system was not steady',
  );
  expect(notes.join()).toContain(
    'read failed 0.4 s before power-loss pangyo @15:30:00, the fault that can have caused it',
  );
});

/** Answers in 5 ms, and says nothing between two instants, so that what is sent then hangs until its time is over. */
function silentBetween(fromMs: number, toMs: number, timeoutMs: number): (dueMs: number) => FoldedSample {
  return (dueMs) => (dueMs >= fromMs && dueMs < toMs ? [0, timeoutMs, 'timeout'] : [0, 5]);
}

test('what was hanging before the fault is not its doing, although no look had failed by then', () => {
  const faults = [{ title: 'power-loss pangyo', atMs: 30_000, curedMs: 33_000 }];
  const tell = silentBetween(27_000, 34_000, 5000);
  const { found } = recoveries({ faults, probes: [{ name: 'read', everyMs: 1000, timeoutMs: 5000, tell }] });
  expect(found[0]).toMatchObject({ outcome: 'unknown', value: null });
  expect(found[0]?.because).toBe(
    'read was already failing before the fault, since 15:29:57: the system was not steady',
  );
});

test('a probe that was hanging when the next fault came is not said to have never failed', () => {
  const faults = [
    { title: 'crash web', atMs: 30_000, curedMs: 36_000 },
    { title: 'freeze web', atMs: 39_000, curedMs: 55_000 },
  ];
  const tell = silentBetween(36_000, 42_000, 5000);
  const { found } = recoveries({ faults, probes: [{ name: 'read', everyMs: 250, timeoutMs: 5000, tell }] });
  expect(found[0]).toMatchObject({ outcome: 'unknown', value: null });
  expect(found[0]?.because).toBe(
    'no sample failed before the next fault, but those that were sent from 15:30:06 on had no answer when it came',
  );
  expect(found[1]).toMatchObject({ outcome: 'unknown', value: null });
});

test('a request that the fault caught under way does not make what was before it unsteady', () => {
  const faults = [{ title: 'power-loss pangyo', atMs: 30_000, curedMs: 33_000 }];
  const tell = (dueMs: number): FoldedSample => (dueMs >= 29_000 && dueMs < 34_000 ? [0, 5000, 'timeout'] : [0, 300]);
  const { found } = recoveries({ faults, probes: [{ name: 'read', everyMs: 1000, timeoutMs: 5000, tell }] });
  expect(found[0]).toMatchObject({ outcome: 'met', low: 3, high: 4.3 });
});

/** A look that failed for a reason on our side. */
const HOLE: FoldedSample = [0, 1, 'EMFILE', true];

test('an outage may have begun where looks are missing until the next fault, and not have been over then', () => {
  const faults = [
    { title: 'crash web', atMs: 30_000, curedMs: 36_000 },
    { title: 'freeze web', atMs: 44_000, curedMs: 60_000 },
  ];
  const tell = (dueMs: number) => (dueMs >= 40_000 && dueMs < 47_000 ? HOLE : downBetween([44_000, 62_000])(dueMs));
  const { found } = recoveries({ faults, objectives: within(25_000), probes: [{ name: 'read', everyMs: 250, tell }] });
  expect(found[0]).toMatchObject({ outcome: 'unknown', low: 0, high: null });
  expect(found[0]?.because).toContain('never failed; but nobody looked for 4.25 s from 15:30:09.750 on');
});

test('a relapse may have begun where looks are missing until the drill ended', () => {
  const faults = [{ title: 'crash web', atMs: 30_000, curedMs: 36_000 }];
  const tell = (dueMs: number) => (dueMs >= 205_000 ? HOLE : downBetween([30_000, 32_000])(dueMs));
  const { found } = recoveries({ faults, probes: [{ name: 'read', everyMs: 250, tell }] });
  expect(found[0]).toMatchObject({ outcome: 'unknown', low: 1.75, high: 2.005 });
  expect(found[0]?.because).toContain('but nobody looked for 5.25 s from');
});

test('a look that failed while the fault was coming does not say that all was well before', () => {
  const faults = [{ title: 'stop web', atMs: 30_000, curedMs: 36_000, effects: [{ fromMs: 30_000, toMs: 33_000 }] }];
  const tell = (dueMs: number) => (dueMs >= 25_000 && dueMs < 30_500 ? HOLE : downBetween([30_500, 50_000])(dueMs));
  const { found } = recoveries({ faults, probes: [{ name: 'read', everyMs: 1000, tell }] });
  expect(found[0]).toMatchObject({ outcome: 'unknown', low: 16, high: 20.005 });
  expect(found[0]?.because).toContain('whether all was well then is not known');
});

test('a probe is measured from when the fault took hold of the unit that it asks', () => {
  const effects = [
    { fromMs: 30_000, toMs: 30_010 },
    { fromMs: 30_000, toMs: 36_000 },
  ];
  const faults = [{ title: 'stop web', atMs: 30_000, effects }];
  const told = { faults, probes: [{ name: 'read', tell: downBetween([30_000, 42_000]) }] };
  const entries = makeJournal({ ...told, objectives: within(20_000) }).map((entry): Entry => {
    if (entry.entry !== 'drill') return entry;
    const [fault] = entry.plan.faults;
    if (fault === undefined) return entry;
    const steps = fault.steps.map((step, at) => (at === 1 ? { ...step, unit: 'web-anyang' } : step));
    return { ...entry, plan: { ...entry.plan, faults: [{ ...fault, steps }] } };
  });
  const found = judge(entries).findings.find(({ measure }) => measure === 'recover');
  expect(found).toMatchObject({ low: 11.89, high: 12.005 });
});

test('a probe that looks every 30 s and saw nothing does not know of what lasted for 20 s', () => {
  const faults = [{ title: 'power-loss pangyo', atMs: 31_000, curedMs: 60_000 }];
  const probes = [{ name: 'read', everyMs: 30_000, tell: downBetween([31_000, 51_000]) }];
  const told = { faults, probes, durationMs: 600_000 };
  expect(recoveries(told).found[0]).toMatchObject({ outcome: 'unknown', value: 0, low: 0, high: 30.005 });
  expect(recoveries({ ...told, objectives: within(31_000) }).found[0]).toMatchObject({ outcome: 'met' });
});

test('whatever looks are taken away after a fault, nothing becomes met that was not', () => {
  const faults = [{ title: 'power-loss pangyo', atMs: 30_000, curedMs: 60_000 }];
  const objectives = [
    ...[...within(20_000), { probe: 'read', measure: 'detect', limitMs: 2000 } as const],
    { probe: 'read', measure: 'availability', limitPercent: 90 } as const,
    { probe: 'read', measure: 'budget', targetPercent: 99, windowMs: 1_500_000 } as const,
    { probe: 'read', measure: 'latency', quantile: 95, limitMs: 100 } as const,
    { probe: 'read', measure: 'goodput', limitPerSecond: 3 } as const,
    { probe: 'read', measure: 'settle', limitMs: 10_000 } as const,
  ];
  const outcomesOf = (tell: (dueMs: number) => FoldedSample) =>
    judge(makeJournal({ faults, objectives, durationMs: 90_000, probes: [{ name: 'read', everyMs: 250, tell }] }))
      .findings.filter(({ limit }) => limit !== null)
      .map(({ outcome }) => outcome);
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 30_000 }),
      fc.integer({ min: 5, max: 200 }),
      fc.integer({ min: 30_000, max: 88_000 }),
      fc.integer({ min: 1000, max: 30_000 }),
      (outageMs, latencyMs, fromMs, lengthMs) => {
        const whole = (dueMs: number): FoldedSample =>
          dueMs >= 30_000 && dueMs < 30_000 + outageMs ? [0, 1, 'refused'] : [0, dueMs > 60_000 ? latencyMs : 5];
        const part = (dueMs: number): FoldedSample =>
          dueMs >= fromMs && dueMs < fromMs + lengthMs ? [0, 1, 'EMFILE', true] : whole(dueMs);
        const [all, left] = [outcomesOf(whole), outcomesOf(part)];
        for (const [at, outcome] of left.entries()) if (outcome === 'met') expect(all[at]).toBe('met');
      },
    ),
    { seed: 4, numRuns: 300 },
  );
}, 60_000);
