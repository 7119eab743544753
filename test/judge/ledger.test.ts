import { expect, test } from 'vitest';
import { type Entry, OPEN_FATES, type Range, type RecallEntry, type WriteRun } from '../../src/journal/journal.js';
import { type Finding, judge } from '../../src/judge/judge.js';
import type { Objective } from '../../src/scenario/scenario.js';
import { downBetween, makeJournal } from './histories.js';

/** Ten writes a second from number 5 on, so that write `n` was due at `(n - 5) * 100` ms. */
const acknowledged = (from: number, to: number, withinMs = 20): WriteRun => [from, to, (from - 5) * 100, withinMs];
const refused = (from: number, to: number, error: string): WriteRun => [...acknowledged(from, to), error] as never;

interface ToldLedger {
  readonly runs: readonly WriteRun[];
  readonly recalls?: readonly Partial<RecallEntry>[];
  readonly places?: readonly string[];
  readonly objectives?: readonly Objective[];
  readonly more?: readonly Entry[];
}

const stamp = { atMs: 0, monoMs: 0 };

function judgeLedger({ runs, recalls = [], places = ['a', 'b'], objectives = [], more = [] }: ToldLedger): Finding[] {
  const [head, ...rest] = makeJournal({
    probes: [{ name: 'rows', tell: downBetween() }],
    faults: [{ title: 'power-loss pangyo', atMs: 5000, curedMs: 8000 }],
    objectives,
    // As long as there are writes.
    durationMs: ((runs.at(-1)?.[1] ?? 204) - 4) * 100,
  });
  if (head?.entry !== 'drill') throw new Error('no drill');
  const readFrom = places.map((host) => ({ host, port: null }));
  const ledger = { perSecond: 10, connections: 4, readFrom, read: [''], make: null, settleMs: 1000 };
  const probes = head.plan.probes.map((probe) => ({ ...probe, ledger }));
  const told = recalls.map((recall): Entry => {
    const none = {
      again: [],
      behind: [],
      present: [],
      error: null,
      since: 5,
      whole: 0,
      final: true,
      sentMs: 21_000,
      tookMs: 5,
    };
    return { ...stamp, entry: 'recall', probe: 'rows', place: 'a', ...none, ...recall };
  });
  const written: Entry = { ...stamp, entry: 'ledger', probe: 'rows', perSecond: 10, runs };
  const all = [{ ...head, plan: { ...head.plan, probes } }, ...(runs.length > 0 ? [written] : []), ...told, ...more];
  return [...judge([...all, ...rest]).findings];
}

function finding(measure: Finding['measure'], told: ToldLedger): Finding {
  const found = judgeLedger(told).find((one) => one.measure === measure);
  if (found === undefined) throw new Error(`no finding ${measure}`);
  return found;
}

const LOSE: Objective = { probe: 'rows', measure: 'lose', limitWrites: 0 };
const everywhere = (present: readonly Range[]) => [
  { place: 'a', present },
  { place: 'b', present },
];

test('what was acknowledged and is nowhere is lost, exact to the write', () => {
  const runs = [acknowledged(5, 54), refused(55, 60, 'timeout'), acknowledged(61, 100)];
  const recalls = everywhere([
    [5, 49],
    [52, 52],
    [61, 100],
  ]); // prettier-ignore
  expect(finding('lose', { runs, recalls, objectives: [LOSE] })).toMatchObject({
    ...{ outcome: 'missed', value: 4, low: 4, high: 4, unit: 'writes' },
    writes: [
      [50, 51],
      [53, 54],
    ],
    because: '4 of 90 acknowledged writes are lost: 50–51, 53–54',
  });
});

test('when nothing acknowledged is missing anywhere, nothing is lost', () => {
  const runs = [acknowledged(5, 100)];
  const recalls = everywhere([[0, 100]]);
  expect(finding('lose', { runs, recalls, objectives: [LOSE] })).toMatchObject({
    outcome: 'met',
    value: 0,
    writes: [],
  });
});

test('what one place lacks and another has is not known to be lost, and not known to be safe', () => {
  const runs = [acknowledged(5, 100)];
  const recalls = [
    { place: 'a', present: [[5, 100]] as const },
    { place: 'b', present: [[5, 98]] as const },
  ];
  const found = finding('lose', { runs, recalls, objectives: [LOSE] });
  expect(found).toMatchObject({ outcome: 'unknown', value: 0, low: 0, high: 2 });
  expect(found.because).toContain('2 more are not at every one of 2 places: 99–100');
});

test('a place that could not be read back leaves the loss unknown, whatever the others say', () => {
  const runs = [acknowledged(5, 100)];
  const present: Range[] = [[5, 100]];
  const silent = { place: 'b', error: 'timeout' };
  const found = finding('lose', { runs, recalls: [{ place: 'a', present }, silent], objectives: [LOSE] });
  expect(found).toMatchObject({ outcome: 'unknown', low: 0, high: null });
  expect(found.because).toContain('it could not be read back from b: timeout');
  const unasked = finding('lose', { runs, recalls: [{ place: 'a', present }], objectives: [LOSE] });
  expect(unasked).toMatchObject({ outcome: 'unknown' });
  expect(finding('lose', { runs, objectives: [LOSE] })).toMatchObject({ outcome: 'unknown', value: null });
});

test('the age of a loss reaches from the oldest lost acknowledgement to the fault that took it', () => {
  const runs = [acknowledged(5, 100)];
  // Write 35 was due at 3 s and acknowledged within 20 ms of it; the power went at 5 s.
  const recalls = everywhere([
    [5, 34],
    [36, 100],
  ]); // prettier-ignore
  const age = (limitMs: number) =>
    finding('lose', { runs, recalls, objectives: [{ probe: 'rows', measure: 'age', limitMs }] });
  expect(age(5000)).toMatchObject({ outcome: 'met', unit: 's', low: 1.98, high: 2, value: 1.99 });
  expect(age(1500)).toMatchObject({ outcome: 'missed' });
  expect(age(1990)).toMatchObject({ outcome: 'unknown' });
});

test('a loss that outlives its fault is as old as it is long', () => {
  const runs = [acknowledged(5, 100)];
  // 60 to 80 were acknowledged after the only fault, by a leader that was none any more: 5.5 s to 7.5 s.
  const recalls = everywhere([
    [5, 59],
    [81, 100],
  ]); // prettier-ignore
  const objectives: Objective[] = [{ probe: 'rows', measure: 'age', limitMs: 5000 }];
  expect(finding('lose', { runs, recalls, objectives })).toMatchObject({ low: 1.98, high: 2.02, value: 2 });
});

test('what is there without an acknowledgement is told, and whether silence or a refusal came before it', () => {
  const runs = [acknowledged(5, 50), refused(51, 52, 'timeout'), refused(53, 55, 'http 500'), acknowledged(56, 60)];
  const found = finding('extra', {
    runs,
    recalls: everywhere([
      [0, 51],
      [54, 60],
      [900, 900],
    ]),
  }); // prettier-ignore
  expect(found).toMatchObject({
    value: 4,
    writes: [
      [51, 51],
      [54, 55],
      [900, 900],
    ],
  });
  expect(found.because).toBe('4 writes are there without an acknowledgement, 1 of them after silence: 51, 54–55, 900');
});

test('of a write that Docker did not tell of nobody knows whether it is there, and of one that was never sent it is known', () => {
  const lost = OPEN_FATES.map((error, index) => refused(51 + index, 51 + index, error));
  const runs = [acknowledged(5, 50), ...lost, refused(60, 60, 'no free socket here (EMFILE)')];
  const found = finding('extra', { runs, recalls: everywhere([[0, 60]]) });
  expect(found.because).toMatch(new RegExp(`${OPEN_FATES.length} of them after silence`));
});

test('a write that is there twice is told', () => {
  const runs = [acknowledged(5, 50)];
  const recalls = [{ place: 'a', present: [[5, 50]] as const, again: [[7, 8, 2]] as const }, { place: 'b' }];
  expect(finding('duplicate', { runs, recalls })).toMatchObject({ value: 2, writes: [[7, 8]] });
});

test('only a write that was acknowledged before the other was sent can be out of order', () => {
  const runs = [acknowledged(5, 20), acknowledged(21, 21, 450), acknowledged(22, 50)];
  const behind = [
    [10, 11],
    [21, 25],
    [22, 23],
  ] as const;
  const recalls = [{ place: 'a', present: [[5, 50]] as const, behind }, { place: 'b' }];
  // 21 was still on its way when 25 was sent.
  expect(finding('reorder', { runs, recalls })).toMatchObject({
    value: 2,
    writes: [
      [10, 10],
      [22, 22],
    ],
  });
});

test('a read is stale by what was acknowledged before it and does not show, until the place shows it', () => {
  const runs = [acknowledged(5, 50)];
  const sight = (sentMs: number, to: number) => ({ place: 'b', final: false, sentMs, present: [[5, to]] as const });
  // Write 15 was acknowledged by 1020 ms, write 16 by 1120 ms.
  const recalls = [sight(1000, 14), sight(1100, 14), sight(2100, 14), sight(3100, 36), ...everywhere([[5, 50]])];
  const found = finding('stale', { runs, recalls });
  expect(found).toMatchObject({ low: 1.08, high: 2.105, censored: false, writes: [[15, 25]] });
  expect(found.because).toMatch(/^2 of 6 reads did not show what was acknowledged, at b for 1\.08 s at least: 15–25/);
});

test('a write that a place never shows though another has it is stale to the end', () => {
  const runs = [acknowledged(5, 50)];
  const recalls = [
    { place: 'a', present: [[5, 50]] as const },
    { place: 'b', present: [[5, 49]] as const },
  ];
  const objectives: Objective[] = [{ probe: 'rows', measure: 'stale', limitMs: 1000 }];
  expect(finding('stale', { runs, recalls, objectives })).toMatchObject({
    outcome: 'missed',
    censored: true,
    low: 16.48,
  });
});

test('a simulation says what is lost without writing', () => {
  const loss: Entry = {
    ...stamp,
    ...{ entry: 'loss', probe: 'rows', acknowledged: 90, lost: [[50, 54]], oldestMs: 480 },
  };
  const objectives: Objective[] = [LOSE, { probe: 'rows', measure: 'age', limitMs: 500 }];
  const [count, age] = judgeLedger({ runs: [], more: [loss], objectives });
  expect(count).toMatchObject({ outcome: 'missed', value: 5, because: '5 of 90 acknowledged writes are lost: 50–54' });
  expect(age).toMatchObject({ outcome: 'met', value: 0.48, unit: 's' });
});
