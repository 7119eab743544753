import { describe, expect, test } from 'vitest';
import type { FoldedSample } from '../../src/journal/journal.js';
import { type Finding, judge } from '../../src/judge/judge.js';
import type { Objective } from '../../src/scenario/scenario.js';
import { downBetween, makeJournal, type Told } from './histories.js';

const powerLoss = { title: 'power-loss pangyo', atMs: 30_000, curedMs: 90_000 };
const EVERY_MS = 20;

function firstFinding(objective: Objective, tell: (dueMs: number) => FoldedSample, told: Partial<Told> = {}): Finding {
  const probes = [{ name: 'page', everyMs: EVERY_MS, tell }];
  const journal = { faults: [powerLoss], durationMs: 150_000, objectives: [objective], probes, ...told };
  const [found] = judge(makeJournal(journal)).findings;
  if (found === undefined) throw new Error('an objective without a finding');
  return found;
}

/** While the fault holds, every second answer is an error and the others take `slowMs`; until `untilMs`. */
function overloaded(slowMs: number, untilMs: number): (dueMs: number) => FoldedSample {
  return (dueMs) => {
    if (dueMs < 30_000 || dueMs >= untilMs) return [0, 5];
    return (dueMs / EVERY_MS) % 2 === 0 ? [0, slowMs, 'http 503'] : [0, slowMs];
  };
}

describe('goodput', () => {
  const objective: Objective = { probe: 'page', measure: 'goodput', limitPerSecond: 45 };

  test('counts the good answers to what was asked from the fault to the last cure, and nothing else', () => {
    const found = firstFinding(objective, downBetween([10_000, 20_000], [30_000, 36_000], [100_000, 120_000]));
    expect(found).toMatchObject({ outcome: 'met', value: 45, low: 45, high: 45, unit: '/s', phase: 'during' });
  });

  test('one answer too few is missed', () => {
    expect(firstFinding(objective, downBetween([30_000, 36_020]))).toMatchObject({ outcome: 'missed', value: 44.983 });
  });

  test('a fault that is never cured holds until the story ends', () => {
    const faults = [{ title: 'power-loss pangyo', atMs: 30_000 }];
    expect(firstFinding(objective, downBetween([60_000, 72_000]), { faults }).value).toBe(45);
  });

  test('a limit that the probe does not even ask for is unknown, and the remedy is said', () => {
    const found = firstFinding({ ...objective, limitPerSecond: 51 }, downBetween());
    expect(found).toMatchObject({ outcome: 'unknown', value: null });
    expect(found.because).toBe('the probe asks only 50 times a second; write a higher `rate`');
  });
});

describe('latency of a phase', () => {
  const objective: Objective = { probe: 'page', measure: 'latency', quantile: 95, limitMs: 300, phase: 'during' };

  test('is that of the phase alone', () => {
    const tell = (dueMs: number): FoldedSample => [0, dueMs >= 30_000 && dueMs < 90_000 ? 400 : 5];
    expect(firstFinding(objective, tell)).toMatchObject({ outcome: 'missed', phase: 'during', value: 400.015 });
    expect(firstFinding({ ...objective, phase: 'before' }, tell)).toMatchObject({ outcome: 'met', value: 5 });
    expect(firstFinding({ ...objective, phase: 'after' }, tell)).toMatchObject({ outcome: 'met', value: 5 });
  });
});

describe('overload', () => {
  const recover: Objective = { probe: 'page', measure: 'recover', limitMs: 10_000 };

  test('survivors that answer some, slowly, are told from a service that is down', () => {
    const found = firstFinding(recover, overloaded(600, 90_000));
    expect(found.outcome).toBe('missed');
    expect(found.because).toContain(
      'overloaded rather than down: 1485 of 2971 answers were good, in 600 ms at the median instead of 5 ms',
    );
  });

  test.each([
    ['a service that answers nobody', downBetween([30_000, 90_000])],
    ['a share of its units gone, and the others as quick as ever', overloaded(5, 90_000)],
    [
      'silence for longer than 5 s',
      (due: number): FoldedSample => (due >= 50_000 && due < 56_000 ? [0, 1, 'refused'] : overloaded(600, 90_000)(due)),
    ],
  ])('%s is not overload', (_what, tell) => {
    expect(firstFinding(recover, tell).because).not.toContain('overloaded');
  });
});

describe('settle', () => {
  const settle: Objective = { probe: 'page', measure: 'settle', limitMs: 20_000 };
  const latency: Objective = { probe: 'page', measure: 'latency', quantile: 95, limitMs: 300 };
  const slowUntil =
    (untilMs: number) =>
    (dueMs: number): FoldedSample => [0, dueMs >= 30_000 && dueMs < untilMs ? 900 : 5];

  test('a service that is well when the fault is cured has settled at once', () => {
    expect(firstFinding(settle, slowUntil(90_000), { objectives: [settle, latency] })).toMatchObject({
      outcome: 'met',
      value: 0,
    });
  });

  test('it lasts from the last cure to the end of the last window in which an objective was not kept', () => {
    const found = firstFinding(settle, slowUntil(100_000), { objectives: [settle, latency] });
    // A window that begins at 99 s has a fifth of slow answers; the one at 100 s has none.
    expect(found).toMatchObject({ outcome: 'met', low: 9, high: 14 });
  });

  test('a fault that is cured and a service that is still not well is metastable', () => {
    const found = firstFinding(settle, slowUntil(150_000), { objectives: [settle, latency] });
    expect(found).toMatchObject({ outcome: 'missed', censored: true, value: 55 });
    expect(found.because).toBe(
      'metastable: 1 min after the last cure, when the story ended, p95 was 900 ms (limit 300 ms)',
    );
  });

  test('a story that ends before the limit says nothing', () => {
    const found = firstFinding(settle, slowUntil(105_000), { objectives: [settle, latency], durationMs: 105_000 });
    expect(found).toMatchObject({ outcome: 'unknown', censored: true });
  });

  test('where nothing else is asked, a service must answer half of what it is asked', () => {
    const found = firstFinding(settle, downBetween([30_000, 97_000]));
    expect(found).toMatchObject({ outcome: 'met', low: 4, high: 9 });
  });

  test('a fault that is not cured leaves nothing to settle from', () => {
    const faults = [{ title: 'power-loss pangyo', atMs: 30_000 }];
    expect(firstFinding(settle, slowUntil(90_000), { faults })).toMatchObject({ outcome: 'unknown', value: null });
  });
});
