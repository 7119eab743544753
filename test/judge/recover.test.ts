import { describe, expect, test } from 'vitest';
import type { Entry, FoldedSample } from '../../src/journal/journal.js';
import { type Finding, judge } from '../../src/judge/judge.js';
import { downBetween, makeJournal, type Told } from './histories.js';

const powerLoss = { title: 'power-loss pangyo', atMs: 30_000, curedMs: 150_000 };

function recoverOf(told: Partial<Told> & Pick<Told, 'probes'>, limitMs: number | null = 45_000): Finding {
  const objectives = limitMs === null ? [] : [{ probe: 'write', measure: 'recover', limitMs } as const];
  return findingOf(makeJournal({ faults: [powerLoss], objectives, ...told }));
}

function findingOf(entries: Entry[]): Finding {
  const found = judge(entries).findings.find(({ measure }) => measure === 'recover');
  if (found === undefined) throw new Error('no finding of a recovery');
  return found;
}

describe('recover', () => {
  test('it lies between the last failed sample being sent and the first good one ending', () => {
    expect(recoverOf({ probes: [{ name: 'write', tell: downBetween([30_000, 54_350]) }] })).toEqual({
      measure: 'recover',
      probe: 'write',
      fault: 'power-loss pangyo @15:30:00',
      outcome: 'met',
      value: 24.3525,
      low: 24.3,
      high: 24.405,
      unit: 's',
      limit: 45,
      quantile: null,
      phase: null,
      outages: 1,
      writes: null,
      skipped: 0,
      censored: false,
      because: 'came back after 24.35 s',
    });
  });

  test('a fault timed by the API widens the interval by its own uncertainty', () => {
    const effects = [{ fromMs: 30_000, toMs: 30_400 }];
    const found = recoverOf({
      faults: [{ ...powerLoss, effects }],
      probes: [{ name: 'write', tell: downBetween([30_000, 54_350]) }],
    });
    expect([found.low, found.value, found.high]).toEqual([23.9, 24.1525, 24.405]);
  });

  test('units that went down one after another widen it from the first to the last', () => {
    const effects = [
      { fromMs: 30_000, toMs: 30_000 },
      { fromMs: 31_000, toMs: 31_000 },
    ];
    const found = recoverOf({
      faults: [{ ...powerLoss, effects }],
      probes: [{ name: 'write', tell: downBetween([30_000, 54_350]) }],
    });
    expect([found.low, found.high]).toEqual([23.3, 24.405]);
  });

  test('a limit below the interval is missed, above it met, inside it unknown', () => {
    const probes = [{ name: 'write', tell: downBetween([30_000, 54_350]) }];
    expect(recoverOf({ probes }, 24_299).outcome).toBe('missed');
    expect(recoverOf({ probes }, 24_405).outcome).toBe('met');
    expect(recoverOf({ probes }, 24_300).outcome).toBe('unknown');
    const found = recoverOf({ probes }, 24_350);
    expect(found.outcome).toBe('unknown');
    expect(found.because).toBe(
      'the limit lies inside the interval that the probe can see (24.3 s – 24.41 s); probe more often',
    );
  });

  test('a sample that hung and succeeded late keeps the bounds honest, and the value in the middle of them', () => {
    // Sent at 53.5 s, answered at 54.5 s by the first retransmission; the one before it gave up.
    const found = recoverOf({
      probes: [
        {
          name: 'write',
          everyMs: 100,
          tell: (dueMs) => {
            if (dueMs < 30_000 || dueMs > 54_450) return [0, 5];
            return dueMs < 53_500 ? [0, 1000, 'timeout'] : [0, 1005];
          },
        },
      ],
    });
    expect([found.low, found.high]).toEqual([23.4, 24.505]);
    expect(found.value).toBe(23.9525);
  });

  test('a good sample that ended before the last failed one was sent is no recovery', () => {
    // The machine was busy: the look of 53.0 s was sent at 57.0 s and failed; those after it went out in time and were good.
    const tell = (dueMs: number): FoldedSample =>
      dueMs === 53_000 ? [4000, 5, 'refused'] : downBetween([30_000, 53_000])(dueMs);
    const found = recoverOf({ probes: [{ name: 'write', tell }] }, 25_000);
    expect(found).toMatchObject({ outcome: 'missed', low: 27, high: 27.005 });
  });

  test('a probe that never failed may have missed an outage shorter than its period: a finer limit is unknown', () => {
    const probes = [{ name: 'write', everyMs: 1000, tell: downBetween() }];
    // From the sending of one look to the end of the next one.
    expect(recoverOf({ probes }, 1005)).toMatchObject({ outcome: 'met', value: 0, low: 0, high: 1.005 });
    const found = recoverOf({ probes }, 1004);
    expect(found).toMatchObject({ outcome: 'unknown', value: 0, low: 0, high: 1.005 });
    expect(found.because).toBe(
      'never failed, but an outage of up to 1.01 s could hide between two looks; probe more often',
    );
  });

  test('a probe that never failed recovered in 0 and says so', () => {
    const found = recoverOf({ probes: [{ name: 'write', tell: downBetween() }] });
    expect(found).toMatchObject({ outcome: 'met', value: 0, low: 0, high: 0.105, because: 'never failed', outages: 0 });
  });

  test('few good samples after a fault do not prove that it did no harm', () => {
    const found = recoverOf({ probes: [{ name: 'write', tell: downBetween(), untilMs: 34_000 }] });
    expect(found).toMatchObject({ outcome: 'unknown', value: null });
    expect(found.because).toBe('no sample failed, but only 40 came before the drill ended: too few to tell');
  });

  test('ten good samples in less than 5 s, or 5 s with fewer than ten, are no recovery', () => {
    const quick = recoverOf({ probes: [{ name: 'write', tell: downBetween([30_000, 35_000], [39_900, 60_000]) }] });
    expect(quick).toMatchObject({ value: 29.9525, outages: 1 });
    const just = recoverOf({ probes: [{ name: 'write', tell: downBetween([30_000, 40_000], [45_000, 60_000]) }] });
    expect(just).toMatchObject({ value: 9.9525, outages: 2 });
    const slow = recoverOf({
      probes: [{ name: 'write', everyMs: 1000, tell: downBetween([30_000, 35_000], [44_000, 60_000]) }],
    });
    expect(slow).toMatchObject({ low: 29, high: 30.005, outages: 1 });
    const enough = recoverOf({
      probes: [{ name: 'write', everyMs: 1000, tell: downBetween([30_000, 35_000], [45_000, 60_000]) }],
    });
    expect(enough).toMatchObject({ low: 4, high: 5.005, outages: 2 });
  });

  test('a hole in the samples is not counted as good', () => {
    const told = makeJournal({
      faults: [powerLoss],
      objectives: [{ probe: 'write', measure: 'recover', limitMs: 45_000 }],
      probes: [{ name: 'write', tell: downBetween([30_000, 40_000]), untilMs: 44_000 }],
    });
    const later: Entry = {
      ...{ atMs: 0, monoMs: 0, entry: 'samples', probe: 'write', dueMs: 46_000, everyMs: 100 },
      samples: Array.from({ length: 40 }, () => [0, 5] as const),
    };
    expect(findingOf(told.toSpliced(-1, 0, later))).toMatchObject({
      censored: true,
      outcome: 'unknown',
    });
  });

  test('without a stable window the value is censored: missed when it is over the limit already, else unknown', () => {
    const probes = [{ name: 'write', tell: downBetween([30_000, 999_000]), untilMs: 123_000 }];
    expect(recoverOf({ probes })).toMatchObject({
      ...{ outcome: 'missed', value: 92.9, low: 92.9, high: null, censored: true },
      because: 'more than 1 min 32.9 s: it was not back when the drill ended',
    });
    expect(recoverOf({ probes }, 120_000)).toMatchObject({ outcome: 'unknown', censored: true });
  });

  test('a censored value is counted from the latest instant at which the fault may have taken hold', () => {
    const effects = [{ fromMs: 30_000, toMs: 30_400 }];
    const probes = [{ name: 'write', tell: downBetween([30_000, 999_000]), untilMs: 123_000 }];
    expect(recoverOf({ faults: [{ ...powerLoss, effects }], probes })).toMatchObject({ value: 92.5, low: 92.5 });
  });

  test('a return too short to be called one is said, and the value does not count it as down', () => {
    const found = recoverOf({
      probes: [{ name: 'write', tell: downBetween([30_000, 60_000]), untilMs: 62_000 }],
    });
    expect(found).toMatchObject({ outcome: 'unknown', value: 29.9, censored: true });
    expect(found.because).toBe(
      'more than 29.9 s: it was not back when the drill ended; its last 20 good samples are too few to tell',
    );
  });

  test('a relapse after a stable window is a second outage, counted and named', () => {
    const found = recoverOf({
      probes: [{ name: 'write', tell: downBetween([30_000, 54_350], [70_000, 82_000]) }],
    });
    expect(found).toMatchObject({ outcome: 'met', value: 24.3525, outages: 2 });
    expect(found.because).toBe('came back after 24.35 s and failed again; 2 outages, the longest 24.41 s');
  });

  test('a relapse longer than the limit, or without an end, is never met', () => {
    const long = recoverOf({ probes: [{ name: 'write', tell: downBetween([30_000, 40_000], [60_000, 120_000]) }] });
    expect(long).toMatchObject({ outcome: 'unknown', outages: 2 });
    const endless = recoverOf({ probes: [{ name: 'write', tell: downBetween([30_000, 40_000], [200_000, 999_000]) }] });
    expect(endless.outcome).toBe('unknown');
    expect(endless.because).toBe(
      'came back after 9.95 s and failed again; 2 outages, and it was not back when the drill ended',
    );
  });

  test('a fault that did not take hold is unknown, and nothing is measured from it', () => {
    const found = recoverOf({
      faults: [{ ...powerLoss, effects: [{ error: 'no such container' }] }],
      probes: [{ name: 'write', tell: downBetween() }],
    });
    expect(found).toMatchObject({ outcome: 'unknown', value: null });
    expect(found.because).toBe('the fault did not take hold: no such container');
  });

  test('a fault that took hold only in part keeps its figures and is unknown', () => {
    const found = recoverOf({
      faults: [{ ...powerLoss, effects: [{}, { error: 'no such container' }] }],
      probes: [{ name: 'write', tell: downBetween([30_000, 54_350]) }],
    });
    expect(found).toMatchObject({ outcome: 'unknown', value: 24.3525 });
    expect(found.because).toBe('came back after 24.35 s; but 1 of 2 steps did not take hold: no such container');
  });

  test('a slow request that the fault merely caught does not make the time before the fault a recovery', () => {
    // Sent 8 s before the fault, failed 1 s after it; everything between was good.
    const found = recoverOf({
      probes: [{ name: 'write', timeoutMs: 9000, tell: (dueMs) => (dueMs === 22_000 ? [0, 9000, 'timeout'] : [0, 5]) }],
    });
    expect(found).toMatchObject({ low: 0, outages: 1 });
    expect(found.high).toBeGreaterThanOrEqual(0);
    expect(found.high).toBeLessThan(0.2);
  });

  test('each fault is measured from its own instant and owns the outages until the next', () => {
    const { findings } = judge(
      makeJournal({
        faults: [
          { title: 'crash web', atMs: 30_000, curedMs: 40_000 },
          { title: 'freeze web', atMs: 90_000, curedMs: 100_000 },
        ],
        objectives: [{ probe: 'write', measure: 'recover', limitMs: 45_000 }],
        probes: [{ name: 'write', tell: downBetween([30_000, 40_000], [90_000, 102_000]) }],
      }),
    );
    const own = findings.filter(({ measure }) => measure === 'recover');
    expect(own.map(({ fault, value, outages }) => [fault, value, outages])).toEqual([
      ['crash web @15:30:00', 9.9525, 1],
      ['freeze web @15:31:00', 11.9525, 1],
    ]);
  });

  test('faults of one instant share what follows', () => {
    const { findings } = judge(
      makeJournal({
        faults: [
          { title: 'crash web', atMs: 30_000 },
          { title: 'freeze db', atMs: 30_000, effects: [{ fromMs: 29_900, toMs: 30_100 }] },
        ],
        objectives: [{ probe: 'write', measure: 'recover', limitMs: 5_000 }],
        probes: [{ name: 'write', tell: downBetween([30_000, 40_000]) }],
      }),
    );
    const own = findings.filter(({ measure }) => measure === 'recover');
    expect(own.map(({ outcome }) => outcome)).toEqual(['missed', 'missed']);
  });

  test('a fault that the next one overtook before it could show is unknown', () => {
    const { findings } = judge(
      makeJournal({
        faults: [
          { title: 'crash web', atMs: 30_000 },
          { title: 'freeze db', atMs: 32_000 },
        ],
        objectives: [{ probe: 'write', measure: 'recover', limitMs: 45_000 }],
        probes: [{ name: 'write', tell: downBetween([32_000, 40_000]) }],
      }),
    );
    expect(findings[0]).toMatchObject({
      outcome: 'unknown',
      value: null,
      because: 'no sample failed, but only 20 came before the next fault: too few to tell',
    });
  });

  test('without an objective it is a figure without an outcome, and not counted', () => {
    const found = recoverOf({ probes: [{ name: 'write', tell: downBetween([30_000, 54_350]) }] }, null);
    expect(found).toMatchObject({ limit: null, outcome: null, value: 24.3525 });
  });
});
