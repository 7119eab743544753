import { expect, test } from 'vitest';
import type { Entry, FoldedSample } from '../../src/journal/journal.js';
import { judge } from '../../src/judge/judge.js';
import { downBetween, makeJournal } from './histories.js';

/** A drill in which the runner stood still from `fromMs` to `toMs`; the fault is at 30 s. */
function judged(tell: (dueMs: number) => FoldedSample, [fromMs, toMs]: readonly [number, number], limitMs = 45_000) {
  const objectives = [{ probe: 'write', measure: 'recover', limitMs } as const];
  const faults = [{ title: 'power-loss pangyo', atMs: 30_000, curedMs: 60_000 }];
  const entries = makeJournal({ probes: [{ name: 'write', tell }], faults, objectives });
  const still: Entry = { atMs: toMs, monoMs: 0, entry: 'standstill', fromMs, toMs };
  const { findings, notes } = judge([...entries.slice(0, -1), still, ...entries.slice(-1)]);
  const found = findings.find(({ measure }) => measure === 'recover');
  return { found, notes };
}

/** What was due while the runner stood still is sent when it goes on. */
const sentAfter =
  (fromMs: number, toMs: number, error?: string) =>
  (dueMs: number): FoldedSample => {
    const lagMs = dueMs >= fromMs && dueMs < toMs ? toMs - dueMs : 0;
    return lagMs > 0 && error !== undefined ? [lagMs, 5, error] : [lagMs, 5];
  };

test('what failed because the runner heard nothing is no outage, and nothing that is met either', () => {
  // Looks that were under way when it stopped end as it goes on: their answers came, and nobody was there.
  const tell = (dueMs: number): FoldedSample =>
    dueMs >= 79_500 && dueMs < 80_000 ? [0, 92_000 - dueMs, 'timeout'] : sentAfter(80_000, 92_000)(dueMs);
  const { found, notes } = judged(tell, [80_000, 92_000]);
  expect(found).toMatchObject({ value: 0, outages: 0, outcome: 'unknown' });
  expect(found?.because).toMatch(/^never failed; but nobody looked for 12\.61 s from 15:30:49\.400 on$/);
  expect(notes).toContain(
    'firedrill itself stood still for 12 s from 15:30:50 on: looks that were under way are not counted, as if nobody had looked',
  );
});

test('a runner that was late by little, and of which no look failed, has looked', () => {
  const { found } = judged(sentAfter(80_000, 80_800), [80_000, 80_800]);
  expect(found).toMatchObject({ value: 0, low: 0, outcome: 'met' });
  expect(found?.high).toBeCloseTo(0.905, 6);
});

test('what failed that was sent after a standstill failed all the same', () => {
  const tell = (dueMs: number): FoldedSample =>
    dueMs >= 91_500 && dueMs < 92_000 ? [92_000 - dueMs, 1000, 'timeout'] : sentAfter(80_000, 92_000)(dueMs);
  // The runner is told to be alive again only after it has sent what was due.
  expect(judged(tell, [80_000, 92_050]).found).toMatchObject({ outages: 1 });
});

test('a recovery during a standstill lies between the last look before and the first one after it', () => {
  const outage = downBetween([30_000, 50_000]);
  const tell = (dueMs: number) => (dueMs < 45_000 ? outage(dueMs) : sentAfter(45_000, 60_000)(dueMs));
  const { found } = judged(tell, [45_000, 60_000]);
  expect(found?.low).toBeLessThan(15);
  expect(found?.low).toBeGreaterThan(14.5);
  expect(found?.high).toBeGreaterThanOrEqual(25);
});

test('an outage that goes on after a standstill is counted as long as it was', () => {
  const tell = (dueMs: number): FoldedSample => {
    const failing = dueMs >= 30_000 && dueMs < 80_000;
    return failing ? ([sentAfter(40_000, 50_000)(dueMs)[0], 1000, 'timeout'] as const) : [0, 5];
  };
  expect(judged(tell, [40_000, 50_000]).found).toMatchObject({ outcome: 'missed', outages: 1 });
});

test('who stood still just after the fault knows no more than that all was well when he went on', () => {
  const { found } = judged(sentAfter(30_200, 42_000), [30_200, 42_000]);
  expect(found).toMatchObject({ outcome: 'met', value: 0, low: 0 });
  expect(found?.high).toBeGreaterThan(12);
  const finer = judged(sentAfter(30_200, 42_000), [30_200, 42_000], 10_000).found;
  expect(finer).toMatchObject({ outcome: 'unknown', value: 0 });
  expect(finer?.because).toMatch(/^never failed; but nobody looked for 11\.\d+ s from 15:30:00\.100 on$/);
});

test('what was late long before a standstill was looked at all the same', () => {
  const slow = (dueMs: number): FoldedSample => (dueMs >= 60_000 && dueMs < 62_000 ? [1500, 5] : [0, 5]);
  const tell = (dueMs: number) => (dueMs < 80_000 ? slow(dueMs) : sentAfter(80_000, 92_000)(dueMs));
  expect(judged(tell, [80_000, 92_000]).found?.because).toContain('nobody looked for 12.11 s from 15:30:49.900 on');
});
