import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type ComparedSide, compareSides } from '../../src/comparison/comparison.js';
import { explain } from '../../src/explain/explain.js';
import { judge } from '../../src/judge/judge.js';
import { terminalComparison } from '../../src/report/report.js';
import type { Objective } from '../../src/scenario/scenario.js';
import { downBetween, makeJournal, type Told } from '../judge/histories.js';

const RECOVER: Objective = { probe: 'write', measure: 'recover', limitMs: 45_000 };
const AVAILABILITY: Objective = { probe: 'write', measure: 'availability', limitPercent: 50 };

function runWith(outageMs: number, told: Partial<Told> = {}, journal = 'j.jsonl') {
  const entries = makeJournal({
    faults: [{ title: 'power-loss pangyo', atMs: 30_000, curedMs: 150_000 }],
    objectives: [RECOVER],
    probes: [{ name: 'write', tell: downBetween([30_000, 30_000 + outageMs]) }],
    ...told,
  });
  const end = entries.at(-1);
  const complete = end?.entry === 'end' && end.why === 'completed';
  return { verdict: judge(entries), explanation: explain(entries), complete, journal };
}

function sideOf(name: string, ...outagesMs: number[]): ComparedSide {
  return { name, runs: outagesMs.map((ms) => runWith(ms)) };
}

function betterOf(a: ComparedSide, b: ComparedSide) {
  const { objectives, outcome, exitCode } = compareSides(a, b);
  return [objectives.map(({ better }) => better).join(), outcome, exitCode];
}

describe('one run each', () => {
  test('the side whose interval lies apart from the other on the better side is better', () => {
    expect(betterOf(sideOf('a', 24_350), sideOf('b', 12_000))).toEqual(['b', 'no regression', 0]);
    expect(betterOf(sideOf('a', 12_000), sideOf('b', 24_350))).toEqual(['a', 'regression', 1]);
  });

  test('a side on which nobody looked until the drill ended is not better for that', () => {
    const tell = (dueMs: number) => (dueMs < 150_000 ? ([0, 5] as const) : ([0, 1, 'EMFILE', true] as const));
    const unseen = { name: 'a', runs: [runWith(0, { probes: [{ name: 'write', tell }] })] };
    expect(betterOf(unseen, sideOf('b', 24_350))[0]).toBe('same');
  });

  test('what is higher where higher is better is better', () => {
    const side = (ms: number) => ({ name: 's', runs: [runWith(ms, { objectives: [AVAILABILITY] })] });
    expect(betterOf(side(40_000), side(10_000))).toEqual(['b', 'no regression', 0]);
    expect(betterOf(side(10_000), side(40_000))).toEqual(['a', 'regression', 1]);
  });

  test('intervals that overlap, and differences below a hundredth, are none', () => {
    expect(betterOf(sideOf('a', 24_350), sideOf('b', 24_400))).toEqual(['same', 'no regression', 0]);
    expect(betterOf(sideOf('a', 60_050), sideOf('b', 60_350))).toEqual(['same', 'no regression', 0]);
  });

  test('where both meet the objective, what is less than a quarter of its limit may be chance; where one misses it, not', () => {
    expect(betterOf(sideOf('a', 24_350), sideOf('b', 34_350))).toEqual(['same', 'no regression', 0]);
    expect(betterOf(sideOf('a', 24_350), sideOf('b', 36_350))).toEqual(['a', 'regression', 1]);
    expect(betterOf(sideOf('a', 44_350), sideOf('b', 46_350))).toEqual(['a', 'regression', 1]);
    const side = (ms: number) => ({
      name: 's',
      runs: [runWith(ms, { objectives: [{ ...AVAILABILITY, limitPercent: 90 } as Objective] })],
    });
    // Of 210 s: 97.6 %, 96.2 % and 94.3 % of an objective that leaves 10 % over.
    expect(betterOf(side(5000), side(8000))).toEqual(['same', 'no regression', 0]);
    expect(betterOf(side(5000), side(12_000))).toEqual(['a', 'regression', 1]);
  });

  test('what was not back when the drill ended is worse than what was, and two of them cannot be compared', () => {
    expect(betterOf(sideOf('a', 24_350), sideOf('b', 999_000))).toEqual(['a', 'regression', 1]);
    expect(betterOf(sideOf('a', 999_000), sideOf('b', 24_350))).toEqual(['b', 'no regression', 0]);
    expect(betterOf(sideOf('a', 999_000), sideOf('b', 999_000))).toEqual(['unknown', 'unknown', 2]);
  });

  test('a drill that did not run to its end is compared with nothing', () => {
    const cut = { name: 'b', runs: [runWith(12_000, { end: { why: 'interrupted' } })] };
    expect(betterOf(sideOf('a', 24_350), cut)).toEqual(['unknown', 'unknown', 2]);
  });

  test('an objective that only one side has, or that nobody could measure, is unknown', () => {
    const without = { name: 'b', runs: [runWith(12_000, { objectives: [] })] };
    expect(betterOf(sideOf('a', 24_350), without)).toEqual(['unknown', 'unknown', 2]);
    expect(compareSides(sideOf('a', 24_350), without).objectives[0]?.because).toBe('B has not measured it');
    expect(betterOf(without, without)).toEqual(['', 'unknown', 2]);
  });
});

describe('several runs each', () => {
  test('from four on the rank test decides, with the shift and its interval', () => {
    const a = sideOf('a', 20_000, 21_000, 22_000, 23_000);
    const [objective] = compareSides(a, sideOf('b', 30_000, 31_000, 32_000, 33_000)).objectives;
    expect(objective).toMatchObject({ better: 'a', difference: 10, because: 'p = 0.029 by the rank test' });
    expect(objective?.shift).toEqual({ value: 10, low: 7, high: 13 });
    expect(objective?.a).toMatchObject({ runs: 4, median: 21.4525, low: 19.9, high: 23.005, met: 4 });
  });

  test('what may be chance is no difference', () => {
    const a = sideOf('a', 20_000, 24_000, 22_000, 30_000);
    const [objective] = compareSides(a, sideOf('b', 21_000, 23_000, 31_000, 33_000)).objectives;
    expect(objective?.better).toBe('same');
    expect(objective?.because).toContain('it may be chance: p = ');
  });

  test('with two or three every run of one side must lie apart from every run of the other', () => {
    expect(betterOf(sideOf('a', 20_000, 22_000), sideOf('b', 34_000, 36_000))[0]).toBe('a');
    expect(betterOf(sideOf('a', 20_000, 35_000), sideOf('b', 34_000, 46_000))[0]).toBe('same');
  });
});

describe('the report of a comparison', () => {
  test('has both sides, both figures, which is better and why, what held each up, and the exit code last', () => {
    const report = terminalComparison(compareSides(sideOf('before', 34_350), sideOf('after', 12_000)), {
      colour: false,
      width: 100,
    });
    expect(report.split('\n')).toEqual([
      'firedrill compare · docker 20.10.24 · measured',
      'A  before  Datacenter power loss at 15:30  1 run: met',
      'B  after   Datacenter power loss at 15:30  1 run: met',
      '',
      '                  A                          B                          B less A',
      '✓ write  recover  34.35 s (34.30 – 34.41 s)  11.95 s (11.90 – 12.01 s)  −22.40 s',
      '    B is better: their intervals are apart in one run each; --repeat tells what varies from run to',
      '    run; objective ≤ 45 s; after power-loss pangyo @15:30:00',
      '',
      'what held A up',
      expect.stringMatching(/^ {2}write ← 34\.4 s .* ← power-loss pangyo @15:30:00$/),
      '',
      'what held B up',
      expect.stringMatching(/^ {2}write ← 12 s .* ← power-loss pangyo @15:30:00$/),
      '',
      'NO REGRESSION: B is better in 1, worse in 0, the same in 0, not known in 0. Exit code 0: nothing is worse.',
      '',
    ]);
  });

  test('never lets a simulation pass for a measurement', () => {
    const simulated = { name: 'b', runs: [runWith(12_000, { measured: false, engine: 'sim' })] };
    const report = terminalComparison(compareSides(sideOf('a', 12_000), simulated), { colour: false, width: 100 });
    expect(report.split('\n')[0]).toBe(
      'firedrill compare · docker 20.10.24 and sim · SIMULATED, not measured (B alone)',
    );
    expect(report).toContain('Simulated, not measured.');
  });
});

test('the JSON of a comparison is as its schema says, whatever could not be measured', () => {
  const text = readFileSync(new URL('../../schema/comparison.json', import.meta.url), 'utf8');
  const schema = z.fromJSONSchema(JSON.parse(text));
  const sides = [
    sideOf('a', 12_000),
    sideOf('b', 20_000, 21_000, 22_000, 23_000),
    sideOf('c', 999_000),
    { name: 'd', runs: [runWith(12_000, { objectives: [] })] },
  ];
  for (const a of sides) for (const b of sides) expect(schema.safeParse(compareSides(a, b)).error).toBeUndefined();
  expect(schema.safeParse({ ...compareSides(sideOf('a', 1), sideOf('b', 1)), outcome: 'better' }).success).toBe(false);
});
