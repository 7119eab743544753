import { expect, test } from 'vitest';
import { noSamples, tallyWith } from '../../src/drill/guards.js';
import { samplesOf } from '../../src/journal/journal.js';
import { readJournal } from '../../src/journal/reading.js';
import { judge } from '../../src/judge/judge.js';
import { downBetween, makeJournal } from '../judge/histories.js';
import { GOOD, prepare, probe } from './rehearsal.js';

const NO_SOCKET = { ok: false, error: 'no free socket here (EMFILE)', hole: true } as const;

/** A read that fails on our side for the looks from one number on and before another; the first 10 are the gate's. */
function unmadeBetween(from: number, to: number) {
  return async (_probe: unknown, count: number) => (count >= from && count < to ? NO_SOCKET : GOOD);
}

test('a look that could not be made is in the journal as a hole, counts as neither, and is told with its reason', async () => {
  const drill = prepare({ engine: { read: unmadeBetween(20, 32) } });
  await drill.run();
  expect(drill.samples('write').filter(({ hole }) => hole)).toHaveLength(12);
  const read = readJournal(drill.text(), 'a.jsonl');
  expect(samplesOf(read, 'write')).toHaveLength(50 - 12);
  expect(samplesOf(read, 'write').every(({ ok }) => ok)).toBe(true);
  expect(drill.of('warning').map(({ message }) => message)).toEqual([
    'write: 12 looks could not be made: no free socket here (EMFILE); they count neither as good nor as bad',
  ]);
});

test('many different reasons are counted, the most frequent first', async () => {
  const read = async (_probe: unknown, count: number) =>
    count >= 20 && count < 30 ? { ...NO_SOCKET, error: `reason ${count % 7}` } : GOOD;
  const drill = prepare({ engine: { read } });
  await drill.run();
  expect(drill.of('warning')[0]?.message).toMatch(
    /^write: 10 looks could not be made: 2 × reason \d, .*, and others; they count/,
  );
});

test('a guard is not tripped by looks that could not be made, for however long', async () => {
  const guard = { down: [{ probe: 'write', limitMs: 500 }], availability: [{ probe: 'write', limitPercent: 99 }] };
  const drill = prepare({ guard, engine: { read: unmadeBetween(20, 55) } });
  await drill.run();
  expect(drill.of('end')).toMatchObject([{ why: 'completed' }]);
  const hole = { dueMs: 0, sentMs: 0, endedMs: 1, ...NO_SOCKET };
  expect(tallyWith(noSamples, hole)).toEqual(noSamples);
});

test('the gate does not open on looks that could not be made, and does not begin anew for them', async () => {
  const blind = prepare({ engine: { read: async () => NO_SOCKET } });
  await blind.run();
  expect(blind.of('steady')).toMatchObject([{ ok: false }]);
  expect(blind.of('steady')[0]?.because).toContain('write (no free socket here (EMFILE))');
  const now = prepare({ engine: { read: async (_probe, count) => (count % 2 === 0 ? NO_SOCKET : GOOD) } });
  await now.run();
  expect(now.of('steady')).toMatchObject([{ ok: true }]);
});

test('users do not rush back after a stretch in which nobody could look', async () => {
  const surging = { ...probe('page'), surge: { factor: 5, forMs: 1000 } };
  const drill = prepare({ probes: [surging], engine: { read: unmadeBetween(20, 40) } });
  await drill.run();
  expect(drill.of('surge')).toEqual([]);
});

test('an engine that throws when it is asked to look has not looked', async () => {
  const read = async (_probe: unknown, count: number) => {
    if (count === 25) throw new Error('lost');
    return GOOD;
  };
  const drill = prepare({ engine: { read } });
  await drill.run();
  expect(drill.samples('write').filter(({ ok }) => !ok)).toMatchObject([{ error: 'Error: lost', hole: true }]);
});

test('holes of a journal are no outage to the judge', () => {
  const tell = (dueMs: number) =>
    dueMs >= 40_000 && dueMs < 50_000
      ? ([0, 1, 'no free socket here (EMFILE)', true] as const)
      : downBetween([30_000, 33_000])(dueMs);
  const faults = [{ title: 'power-loss pangyo', atMs: 30_000, curedMs: 60_000 }];
  const objectives = [{ probe: 'write', measure: 'recover', limitMs: 45_000 } as const];
  const { findings } = judge(makeJournal({ probes: [{ name: 'write', tell }], faults, objectives }));
  const found = findings.find(({ measure }) => measure === 'recover');
  expect(found).toMatchObject({ outages: 1 });
  expect(found?.value).toBeCloseTo(3, 0);
});
