import { describe, expect, test } from 'vitest';
import type { Entry } from '../../src/journal/journal.js';
import { exitCodes, judge, type Verdict } from '../../src/judge/judge.js';
import type { Objective } from '../../src/scenario/scenario.js';
import { downBetween, makeJournal, type Told } from './histories.js';

const powerLoss = { title: 'power-loss pangyo', atMs: 30_000, curedMs: 150_000 };
const within = (limitMs: number, probe = 'write'): Objective => ({ probe, measure: 'recover', limitMs });

function verdictOf(told: Partial<Told>) {
  const probes = [{ name: 'write', tell: downBetween([30_000, 54_350]) }];
  return judge(makeJournal({ faults: [powerLoss], objectives: [within(45_000)], probes, ...told }));
}

describe('the outcome', () => {
  test('every objective met: 0', () => {
    expect(verdictOf({})).toMatchObject({ outcome: 'met', exitCode: 0, notes: [], measured: true });
  });

  test('one missed: 1, whatever else is unknown', () => {
    const lose: Objective = { probe: 'write', measure: 'lose', limitWrites: 0 };
    expect(verdictOf({ objectives: [within(10_000), lose] })).toMatchObject({ outcome: 'missed', exitCode: 1 });
  });

  test('one unknown and none missed: 2', () => {
    const lose: Objective = { probe: 'write', measure: 'lose', limitWrites: 0 };
    expect(verdictOf({ objectives: [within(45_000), lose] })).toMatchObject({ outcome: 'unknown', exitCode: 2 });
  });

  test('no objective at all is unknown, never met, whatever the figures are', () => {
    const { outcome, exitCode, notes } = verdictOf({ objectives: [] });
    expect({ outcome, exitCode }).toEqual({ outcome: 'unknown', exitCode: 2 });
    expect(notes).toEqual(['the scenario has no objective: there is nothing to compare with']);
  });

  test('an interrupted drill is unknown with 3, even where something was missed before', () => {
    const verdict = verdictOf({ objectives: [within(10_000)], end: { why: 'interrupted', because: 'Ctrl-C' } });
    expect(verdict).toMatchObject({ outcome: 'unknown', exitCode: 3, notes: ['the drill was interrupted: Ctrl-C'] });
    expect(verdict.findings[0]).toMatchObject({ outcome: 'unknown', value: 24.3525 });
    expect(verdict.findings[0]?.because).toBe('came back after 24.35 s; but the drill was interrupted: Ctrl-C');
  });

  test('a drill that did not begin or failed is unknown with 2', () => {
    const unsteady = verdictOf({
      ...{ faults: [{ ...powerLoss, effects: [], steps: 1 }], end: { why: 'unsteady', because: 'write was not good' } },
      probes: [{ name: 'write', tell: downBetween(), untilMs: 0 }],
    });
    expect(unsteady).toMatchObject({ outcome: 'unknown', exitCode: 2 });
    expect(unsteady.notes).toEqual(['the drill did not begin: write was not good']);
    expect(unsteady.findings).toHaveLength(1);
    expect(verdictOf({ end: { why: 'failed' } })).toMatchObject({ outcome: 'unknown', exitCode: 2 });
  });

  test('a part of the story at which a probe did not look keeps what it measured from being met', () => {
    const all: Objective[] = [
      ...[within(45_000), { probe: 'write', measure: 'availability', limitPercent: 70 } as const],
      { probe: 'write', measure: 'latency', quantile: 99, limitMs: 1000 },
    ];
    const entries = makeJournal({
      ...{ faults: [powerLoss], objectives: all },
      probes: [{ name: 'write', tell: downBetween([30_000, 54_350]), untilMs: 100_000 }],
    });
    const verdict = judge(entries);
    expect(verdict).toMatchObject({ outcome: 'unknown', exitCode: 2 });
    expect(verdict.findings.filter(({ outcome }) => outcome === 'met')).toEqual([]);
    expect(verdict.findings[0]).toMatchObject({
      ...{ outcome: 'unknown', value: 24.3525 },
      because: 'came back after 24.35 s; but nobody looked for 1 min 50.1 s from 15:31:09.900 on',
    });
    const later: Entry = {
      ...{ atMs: 0, monoMs: 0, entry: 'samples', probe: 'write', dueMs: 102_000, everyMs: 100 },
      samples: Array.from({ length: 1080 }, () => [0, 5] as const),
    };
    const [found] = judge(entries.toSpliced(-1, 0, later)).findings;
    // What failed again in those two seconds was over before 45 s had passed.
    expect(found).toMatchObject({ outcome: 'met' });
  });

  test('a part at which nobody looked excuses nothing that was missed', () => {
    const probes = [{ name: 'write', tell: downBetween([30_000, 54_350]), untilMs: 100_000 }];
    expect(verdictOf({ objectives: [within(10_000)], probes })).toMatchObject({ outcome: 'missed', exitCode: 1 });
  });

  test('a journal that ends abruptly is unknown', () => {
    expect(verdictOf({ end: null })).toMatchObject({
      ...{ outcome: 'unknown', exitCode: 2, notes: ['the journal ends abruptly'] },
    });
  });

  describe('of a drill that was killed and recovered is that of what was seen until then, and unknown of the rest', () => {
    const end = { why: 'interrupted', because: 'its runner was gone; its watchdog cured 1 of its steps' } as const;
    const probes = [{ name: 'write', tell: downBetween([30_000, 54_350]), untilMs: 100_000 }];
    const outcomesOf = ({ findings }: Verdict) => findings.flatMap(({ outcome, limit }) => (limit ? [outcome] : []));

    test('nothing is met for good until the next fault: unknown, and not stopped by anybody', () => {
      for (const recovered of [true, undefined]) {
        const verdict = verdictOf({ end: { ...end, ...(recovered ? { recovered } : {}) }, probes });
        expect(verdict).toMatchObject({ outcome: 'unknown', exitCode: 2 });
        expect(verdict.notes).toEqual(['the drill was killed: its runner was gone; its watchdog cured 1 of its steps']);
        expect(outcomesOf(verdict)).toEqual(['unknown']);
      }
    });

    test('what was missed stays missed', () => {
      for (const last of [null, end]) {
        const verdict = verdictOf({ end: last, probes, objectives: [within(10_000)] });
        expect(verdict).toMatchObject({ outcome: 'missed', exitCode: 1 });
      }
    });

    test('what was back before the next fault was back, and the whole is unknown all the same', () => {
      const again = { title: 'crash web@anyang', atMs: 90_000, site: 'anyang' };
      const verdict = verdictOf({ end, probes, faults: [powerLoss, again] });
      expect(outcomesOf(verdict)).toEqual(['met', 'unknown']);
      expect(verdict).toMatchObject({ outcome: 'unknown', exitCode: 2 });
    });
  });

  test('what could not be restored gives 4, whatever was met', () => {
    const verdict = verdictOf({ end: { left: ['web-pangyo', 'net-d1'] } });
    expect(verdict.exitCode).toBe(4);
    expect(verdict.notes).toEqual(['not restored: web-pangyo, net-d1']);
    expect(verdictOf({ end: { why: 'interrupted', left: ['web-pangyo'] } }).exitCode).toBe(4);
  });

  test('what was not as before after its cures and is gone now keeps everything from being met, is named, and is not left', () => {
    const probes = [{ name: 'write', tell: downBetween([30_000, 54_350]) }];
    const entries = makeJournal({ faults: [powerLoss], objectives: [within(45_000)], probes });
    const differences = ['container web was: running; it is: exited'];
    const proof: Entry = { atMs: 210_000, monoMs: 211_000, entry: 'proof', scope: 'units', compared: 4, differences };
    const verdict = judge([...entries.slice(0, -1), proof, ...entries.slice(-1)]);
    expect(verdict).toMatchObject({ outcome: 'unknown', exitCode: 2 });
    expect(verdict.notes).toEqual(['not as before: container web was: running; it is: exited']);
  });

  test('a fault or a cure that failed keeps everything from being met, and is named', () => {
    const whole: Objective = { probe: 'write', measure: 'availability', limitPercent: 10 };
    const fault = verdictOf({ objectives: [whole], faults: [{ ...powerLoss, effects: [{ error: 'gone' }] }] });
    expect(fault).toMatchObject({ outcome: 'unknown', exitCode: 2 });
    expect(fault.notes).toEqual(['power-loss pangyo @15:30:00: the fault did not take hold: gone']);
    const cure = verdictOf({ objectives: [whole], failedCure: 'no such container' });
    expect(cure).toMatchObject({ outcome: 'unknown', exitCode: 2 });
    expect(cure.notes).toEqual(['restore pangyo did not succeed: no such container']);
  });

  test('a fault that ended by itself before its cure keeps everything from being met, and is named', () => {
    const lapsed = verdictOf({ lapse: 'its network fault ended by itself' });
    expect(lapsed).toMatchObject({
      outcome: 'unknown',
      exitCode: 2,
      notes: ['web-pangyo: its network fault ended by itself'],
    });
  });

  test('warnings are told and change nothing', () => {
    expect(verdictOf({ warnings: ['a probe was late by 2 s'] })).toMatchObject({
      ...{ outcome: 'met', notes: ['a probe was late by 2 s'] },
    });
  });

  test('a simulated journal is judged alike and says that nothing was measured', () => {
    const real = verdictOf({});
    const simulated = verdictOf({ engine: 'sim', measured: false });
    expect(simulated).toEqual({ ...real, engine: 'sim', measured: false });
  });
});

describe('the findings', () => {
  test('an objective is compared for each probe of its family and each fault', () => {
    const { findings, outcome } = verdictOf({
      objectives: [within(45_000, 'web')],
      faults: [powerLoss, { title: 'crash web', atMs: 180_000, curedMs: 190_000 }],
      probes: [
        { name: 'web@pangyo', family: 'web', site: 'pangyo', tell: downBetween([30_000, 160_000]) },
        { name: 'web@anyang', family: 'web', site: 'anyang', tell: downBetween() },
      ],
    });
    const counted = findings.filter(({ limit }) => limit !== null);
    expect(counted.map(({ probe, fault, outcome }) => [probe, fault, outcome])).toEqual([
      ['web@pangyo', 'power-loss pangyo @15:30:00', 'missed'],
      ['web@pangyo', 'crash web @15:32:30', 'met'],
      ['web@anyang', 'power-loss pangyo @15:30:00', 'met'],
      ['web@anyang', 'crash web @15:32:30', 'met'],
    ]);
    expect(outcome).toBe('missed');
  });

  test('an objective that nothing can answer is unknown, not forgotten', () => {
    const nobody = verdictOf({ objectives: [within(45_000, 'nobody')] });
    expect(nobody.findings[0]).toMatchObject({ outcome: 'unknown', because: 'there is no probe called nobody' });
    expect(nobody.outcome).toBe('unknown');
    const quiet = verdictOf({ faults: [] });
    expect(quiet.findings[0]).toMatchObject({ outcome: 'unknown', because: 'the drill has no fault' });
    expect(quiet.outcome).toBe('unknown');
  });

  test('what has no objective is told as a figure: detect, recover, availability and latency', () => {
    const { findings } = verdictOf({ objectives: [] });
    expect(findings.every(({ limit, outcome }) => limit === null && outcome === null)).toBe(true);
    expect([...new Set(findings.map(({ measure }) => measure))]).toEqual([
      ...['detect', 'recover', 'availability', 'latency'],
    ]);
  });

  test('a figure without an objective has no outcome, also of a probe that never failed', () => {
    const { findings } = verdictOf({ objectives: [], probes: [{ name: 'write', tell: downBetween() }] });
    expect(findings.map(({ outcome }) => outcome)).toEqual(findings.map(() => null));
  });

  test('samples of one probe may come in several entries and in any order', () => {
    const entries = makeJournal({
      ...{ faults: [powerLoss], objectives: [within(45_000)] },
      probes: [{ name: 'write', tell: downBetween([30_000, 54_350]) }],
    });
    const cut = entries.flatMap((entry): Entry[] => {
      if (entry.entry !== 'samples') return [entry];
      const half = 400;
      const later = { ...entry, dueMs: half * entry.everyMs, samples: entry.samples.slice(half) };
      return [later, { ...entry, samples: entry.samples.slice(0, half) }];
    });
    expect(judge(cut)).toEqual(judge(entries));
  });
});

test('the exit codes are those of the contract, each once', () => {
  const codes = Object.values(exitCodes).map(({ code }) => code);
  expect(codes).toEqual([0, 1, 2, 3, 4, 64, 69, 70]);
  expect(Object.values(exitCodes).every(({ meaning }) => meaning.length > 10)).toBe(true);
});
