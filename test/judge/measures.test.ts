import { describe, expect, test } from 'vitest';
import type { FoldedSample } from '../../src/journal/journal.js';
import { type Finding, judge } from '../../src/judge/judge.js';
import type { Objective } from '../../src/scenario/scenario.js';
import { downBetween, makeJournal, RECOVERY, type Told } from './histories.js';

const powerLoss = { title: 'power-loss pangyo', atMs: 30_000, curedMs: 150_000 };

function firstFinding(objective: Objective, told: Partial<Told> & Pick<Told, 'probes'>): Finding {
  const [found] = judge(makeJournal({ faults: [powerLoss], objectives: [objective], ...told })).findings;
  if (found === undefined) throw new Error('an objective without a finding');
  return found;
}

describe('detect', () => {
  const objective: Objective = { probe: 'write', measure: 'detect', limitMs: 2000 };

  test('it lasts from the fault to the end of the sample that failed first', () => {
    // The sample of 30.0 s hangs until 31.0 s; that of 30.1 s is refused at once.
    const tell = (dueMs: number): FoldedSample => {
      if (dueMs < 30_000 || dueMs >= 40_000) return [0, 5];
      return dueMs === 30_000 ? [0, 1000, 'timeout'] : [0, 1, 'refused'];
    };
    const found = firstFinding(objective, { probes: [{ name: 'write', tell }] });
    expect(found).toMatchObject({ outcome: 'met', value: 0.101, low: 0.101, high: 0.101, limit: 2 });
    expect(found.because).toBe('the first failed sample ended 101 ms after the fault');
  });

  test('it is as uncertain as the instant of the fault, and never negative', () => {
    const tell = downBetween([30_000, 40_000]);
    const faults = [{ ...powerLoss, effects: [{ fromMs: 29_500, toMs: 30_500 }] }];
    const found = firstFinding(objective, { faults, probes: [{ name: 'write', tell }] });
    expect(found).toMatchObject({ value: 0.2505, low: 0, high: 0.501, outcome: 'met' });
  });

  test('a limit inside that uncertainty is unknown', () => {
    const faults = [{ ...powerLoss, effects: [{ fromMs: 29_000, toMs: 30_000 }] }];
    const probes = [{ name: 'write', tell: downBetween([30_000, 40_000]) }];
    const found = firstFinding({ ...objective, limitMs: 500 }, { faults, probes });
    expect(found).toMatchObject({ outcome: 'unknown', low: 0.001, high: 1.001 });
    expect(found.because).toBe('the limit lies inside the 1 s in which the fault took hold');
  });

  test('where nothing failed there is nothing to detect: met, without a number', () => {
    const found = firstFinding(objective, { probes: [{ name: 'write', tell: downBetween() }] });
    expect(found).toMatchObject({ outcome: 'met', value: null });
    expect(found.because).toBe('nothing to detect: the probe never failed');
  });

  test('a probe that was failing already detects nothing', () => {
    const probes = [{ name: 'write', tell: downBetween([25_000, 40_000]) }];
    const found = firstFinding(objective, { probes });
    expect(found).toMatchObject({ outcome: 'unknown', value: null });
    expect(found.because).toBe('write was already failing before the fault, since 15:29:55: the system was not steady');
  });

  test('an outage that was over before the fault does not hide what the fault did', () => {
    const probes = [{ name: 'write', tell: downBetween([5000, 6000], [30_000, 40_000]) }];
    expect(firstFinding(objective, { probes })).toMatchObject({ outcome: 'met', value: 0.001 });
  });
});

describe('availability', () => {
  test('it is the share of good samples of the whole story', () => {
    const objective: Objective = { probe: 'write', measure: 'availability', limitPercent: 95 };
    const probes = [{ name: 'write', tell: downBetween([30_000, 40_500]) }];
    const found = firstFinding(objective, { probes });
    expect(found).toMatchObject({ outcome: 'met', value: 95, low: 95, high: 95, unit: '%', fault: null });
    expect(found.because).toBe('105 of 2100 samples failed');
    expect(firstFinding({ ...objective, limitPercent: 95.1 }, { probes }).outcome).toBe('missed');
  });

  test('what was seen before the story began does not count', () => {
    const probes = [{ name: 'write', tell: downBetween([-5000, 0]), fromMs: -5000 }];
    const found = firstFinding({ probe: 'write', measure: 'availability', limitPercent: 99.9 }, { probes });
    expect(found).toMatchObject({ outcome: 'met', value: 100, because: '0 of 2100 samples failed' });
  });

  test('no sample is no availability', () => {
    const probes = [{ name: 'write', tell: downBetween(), untilMs: 0 }];
    const found = firstFinding({ probe: 'write', measure: 'availability', limitPercent: 0 }, { probes });
    expect(found).toMatchObject({ outcome: 'unknown', value: null, because: 'no sample was taken' });
  });
});

describe('budget', () => {
  const objective: Objective = { probe: 'write', measure: 'budget', targetPercent: 99.9, windowMs: 30 * 86_400_000 };

  test('each failed sample burns one period of the time that the target leaves over', () => {
    const probes = [{ name: 'write', tell: downBetween([30_000, 54_300]) }];
    const found = firstFinding(objective, { probes });
    expect(found).toMatchObject({ outcome: 'met', value: 0.9375, unit: '%', limit: 100 });
    expect(found.because).toBe('burnt 24.3 s of 43 min 12 s');
  });

  test('more than the whole budget is missed', () => {
    const probes = [{ name: 'write', tell: downBetween([30_000, 54_300]) }];
    const found = firstFinding({ ...objective, windowMs: 86_400_000 / 4 }, { probes });
    expect(found).toMatchObject({ outcome: 'missed', value: 112.5 });
  });

  test('a budget shorter than the period can be burnt between two looks: unknown where none failed', () => {
    const tiny = { ...objective, windowMs: 100_000 };
    const fine = firstFinding(tiny, { probes: [{ name: 'write', tell: downBetween() }] });
    expect(fine).toMatchObject({ outcome: 'met', value: 0 });
    const coarse = firstFinding(tiny, { probes: [{ name: 'write', everyMs: 101, tell: downBetween() }] });
    expect(coarse).toMatchObject({ outcome: 'unknown', value: 0 });
    expect(coarse.because).toBe(
      'burnt 0 s of 100 ms, which is finer than the 101 ms between two looks; probe more often',
    );
  });

  test('a target of 100 % leaves nothing to burn, which no probe can prove', () => {
    const all = { ...objective, targetPercent: 100 };
    const good = firstFinding(all, { probes: [{ name: 'write', tell: downBetween() }] });
    expect(good).toMatchObject({ outcome: 'unknown', value: 0 });
    const bad = firstFinding(all, { probes: [{ name: 'write', tell: downBetween([30_000, 30_100]) }] });
    expect(bad).toMatchObject({ outcome: 'missed', value: null });
    expect(bad.because).toBe('burnt 100 ms, and there is no budget');
  });
});

describe('latency', () => {
  const objective: Objective = { probe: 'write', measure: 'latency', quantile: 95, limitMs: 100 };
  /** Each hundredth sample takes 1 to 100 ms in turn; failed ones take a second. */
  const slowly = (dueMs: number): FoldedSample =>
    dueMs >= 30_000 && dueMs < 40_000 ? [0, 1000, 'timeout'] : [0, ((dueMs / 100) % 100) + 1];

  test('it is a quantile of what good samples took, failed ones left out', () => {
    const found = firstFinding(objective, { probes: [{ name: 'write', tell: slowly }] });
    expect(found).toMatchObject({ outcome: 'met', quantile: 95, phase: null, unit: 'ms', limit: 100 });
    expect(found.value).toBeCloseTo(95, 1);
    expect(found.because).toBe('p95 of 2000 good samples of the whole story');
  });

  test('a quantile over the limit is missed, and one without a good sample unknown', () => {
    expect(firstFinding({ ...objective, limitMs: 90 }, { probes: [{ name: 'write', tell: slowly }] }).outcome).toBe(
      'missed',
    );
    const probes = [{ name: 'write', tell: downBetween([0, 999_000]) }];
    expect(firstFinding(objective, { probes })).toMatchObject({ outcome: 'unknown', because: 'no sample was good' });
  });

  test('the figures of each phase stand apart: before the first fault, until the last cure, after it', () => {
    const tell = (dueMs: number): FoldedSample => [0, dueMs < 29_950 ? 10 : dueMs < 150_000 ? 50 : 20];
    const { findings } = judge(makeJournal({ faults: [powerLoss], probes: [{ name: 'write', tell }] }));
    const figures = findings.filter(({ measure }) => measure === 'latency');
    expect(figures.map(({ phase, quantile, value }) => [phase, quantile, Math.round(value ?? 0)])).toEqual([
      ...[50, 95, 99].map((quantile) => ['before', quantile, 10]),
      ...[50, 95, 99].map((quantile) => ['during', quantile, 50]),
      ...[50, 95, 99].map((quantile) => ['after', quantile, 20]),
    ]);
    expect(figures[0]?.because).toBe('p50 of 300 good samples before the first fault');
  });

  test('what was cured when the runner was gone was not cured in the story: there is no "after"', () => {
    const faults = [{ title: 'power-loss pangyo', atMs: 30_000 }];
    const probes = [{ name: 'write', tell: downBetween() }];
    const { findings } = judge([...makeJournal({ faults, probes, end: null }), RECOVERY]);
    expect(new Set(findings.map(({ phase }) => phase))).toEqual(new Set([null, 'before', 'during']));
  });

  test('where a fault is never cured there is no "after"', () => {
    const faults = [powerLoss, { title: 'crash web', atMs: 60_000 }];
    const { findings } = judge(makeJournal({ faults, probes: [{ name: 'write', tell: downBetween() }] }));
    expect(new Set(findings.map(({ phase }) => phase))).toEqual(new Set([null, 'before', 'during']));
  });
});

test('lose is unknown while no probe keeps a ledger of its writes', () => {
  const probes = [{ name: 'write', tell: downBetween() }];
  const found = firstFinding({ probe: 'write', measure: 'lose', limitWrites: 0 }, { probes });
  expect(found).toMatchObject({ outcome: 'unknown', value: null, unit: 'writes', limit: 0 });
  expect(found.because).toBe('no ledger was kept: this probe does not record its writes');
});
