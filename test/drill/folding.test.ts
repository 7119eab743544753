import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addRuns, foldNumbers, foldWrites, nextSince } from '../../src/drill/folding.js';
import type { WriteRun } from '../../src/journal/journal.js';

const PER_SECOND = 100;

function writeOf(number: number, tookMs: number, error: string | null) {
  const dueMs = (number * 1000) / PER_SECOND;
  return { number, turn: number, dueMs, sentMs: dueMs, endedMs: dueMs + tookMs, ok: error === null, error };
}

const fates = fc.array(
  fc.tuple(fc.double({ min: 0, max: 5000, noNaN: true }), fc.constantFrom(null, null, null, 'timeout', 'refused')),
  { minLength: 1, maxLength: 300 },
);

test('folded writes cover each number once, with its fate, and never say too early when that was known', () => {
  fc.assert(
    fc.property(fates, fc.integer({ min: 1, max: 60 }), (told, every) => {
      const folding = foldWrites(PER_SECOND);
      const runs: WriteRun[] = [];
      told.forEach(([tookMs, error], number) => {
        folding.take(writeOf(number, tookMs, error));
        if (number % every === 0) addRuns(runs, folding.flush(), PER_SECOND);
      });
      addRuns(runs, folding.flush(), PER_SECOND);
      const unfolded = runs.flatMap(([from, to, dueMs, withinMs, error]) =>
        Array.from({ length: to - from + 1 }, (_, index) => ({
          number: from + index,
          lowMs: dueMs + (index * 1000) / PER_SECOND,
          highMs: dueMs + (index * 1000) / PER_SECOND + withinMs,
          error: error ?? null,
        })),
      );
      expect(unfolded.map(({ number, error }) => [number, error])).toEqual(told.map(([, error], at) => [at, error]));
      unfolded.forEach(({ lowMs, highMs }, number) => {
        const endedMs = (number * 1000) / PER_SECOND + (told[number]?.[0] ?? 0);
        expect(lowMs <= endedMs && endedMs <= highMs).toBe(true);
      });
    }),
  );
});

test('a slow write does not blur the instants of the writes beside it', () => {
  const folding = foldWrites(PER_SECOND);
  for (let number = 0; number < 10; number += 1) folding.take(writeOf(number, number === 5 ? 900 : 4, null));
  expect(folding.flush().map(([from, to]) => [from, to])).toEqual([
    [0, 4],
    [5, 5],
    [6, 9],
  ]); // prettier-ignore
});

test('a second in which quick and slow writes alternate is folded all the same', () => {
  const folding = foldWrites(PER_SECOND);
  for (let number = 0; number < 1000; number += 1) folding.take(writeOf(number, number % 2 === 0 ? 4 : 900, null));
  expect(folding.flush()).toHaveLength(1);
});

test('folded numbers say what is there and what is there more than once', () => {
  const numbers = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 80 });
  fc.assert(
    fc.property(numbers, fc.integer({ min: 0, max: 20 }), (there, since) => {
      const { present, again } = foldNumbers(there, since, { runs: [], perSecond: PER_SECOND });
      const wanted = there.filter((number) => number >= since);
      const spread = present.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, at) => from + at));
      expect(spread).toEqual([...new Set(wanted)].sort((a, b) => a - b));
      for (const [from, to, times] of again) {
        for (let number = from; number <= to; number += 1) {
          expect(wanted.filter((other) => other === number)).toHaveLength(times);
        }
      }
      const more = spread.filter((number) => wanted.filter((other) => other === number).length > 1);
      expect(again.reduce((sum, [from, to]) => sum + to - from + 1, 0)).toBe(more.length);
    }),
  );
});

test('writes that were under way together have no order; a later one before an earlier one does', () => {
  const runs: WriteRun[] = [[0, 99, 0, 25]];
  // One write every 10 ms, each answered within 25 ms.
  expect(foldNumbers([0, 2, 1, 3], 0, { runs, perSecond: PER_SECOND }).behind).toEqual([]);
  expect(foldNumbers([0, 4, 1, 3], 0, { runs, perSecond: PER_SECOND }).behind).toEqual([[1, 4]]);
});

test('a place is looked at from the first acknowledged write on that it has not shown', () => {
  expect(nextSince(10, [[10, 20]], [[0, 15]], 18)).toBe(18);
  expect(
    nextSince(
      10,
      [
        [10, 13],
        [15, 20],
      ],
      [[0, 20]],
      21,
    ),
  ).toBe(14); // prettier-ignore
  expect(nextSince(10, [], [[0, 5]], 12)).toBe(12);
});

test('a write that was due later than the one before it asks for is the first of a new run', () => {
  const folding = foldWrites(PER_SECOND);
  for (let number = 0; number < 6; number += 1) {
    const write = writeOf(number, 4, null);
    folding.take(number < 3 ? write : { ...write, dueMs: write.dueMs + 60_000, endedMs: write.endedMs + 60_000 });
  }
  expect(folding.flush().map(([from, to, dueMs]) => [from, to, dueMs])).toEqual([
    [0, 2, 0],
    [3, 5, 60_030],
  ]); // prettier-ignore
});
