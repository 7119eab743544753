import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { medianOf, rankTestP, shiftOf } from '../../src/comparison/ranks.js';

describe('the rank test', () => {
  test('gives what its tables have for samples without ties', () => {
    expect(rankTestP([1, 2, 3, 4], [5, 6, 7, 8])).toBeCloseTo(2 / 70, 10);
    expect(rankTestP([1, 2, 3], [4, 5, 6])).toBeCloseTo(0.1, 10);
    // U = 2 of 5 against 5: 4 of 252 orders on each side.
    expect(rankTestP([1, 2, 3, 4, 7], [5, 6, 8, 9, 10])).toBeCloseTo(8 / 252, 10);
    expect(rankTestP([1, 4, 5, 8], [2, 3, 6, 7])).toBe(1);
  });

  test('corrects for ties, and finds nothing in samples that are all alike', () => {
    expect(rankTestP([5, 5, 5], [5, 5, 5])).toBe(1);
    // z = (12.5 - 0 - 0.5) / sqrt(25 / 12 × (11 - 240 / 90)): by hand.
    expect(rankTestP([1, 1, 1, 1, 1], [2, 2, 2, 2, 2])).toBeCloseTo(0.003979, 5);
  });

  test('depends on nothing but order: neither on the scale, nor on which sample is which', () => {
    const samples = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(samples, samples, (a, b) => {
        const p = rankTestP(a, b);
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(1);
        expect(rankTestP(b, a)).toBeCloseTo(p, 10);
        expect(
          rankTestP(
            a.map((x) => x ** 3 + 2 * x),
            b.map((x) => x ** 3 + 2 * x),
          ),
        ).toBeCloseTo(p, 10);
      }),
    );
  });
});

describe('the shift', () => {
  test('is the median of all differences, in the interval that the rank test leaves', () => {
    expect(shiftOf([1, 2, 3, 4], [11, 12, 13, 14])).toEqual({ value: 10, low: 7, high: 13 });
    // Eight against eight: the 14th from each end of 64 differences.
    const [a, b] = [0, 100].map((from) => Array.from({ length: 8 }, (_, index) => from + index));
    expect(shiftOf(a ?? [], b ?? [])).toEqual({ value: 100, low: 97, high: 103 });
  });

  test('of too few values lies where all their differences lie', () => {
    expect(shiftOf([1, 5], [2])).toEqual({ value: -1, low: -3, high: 1 });
  });

  test('follows a sample that is moved, and contains it', () => {
    const sample = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 4, maxLength: 9 });
    fc.assert(
      fc.property(sample, fc.integer({ min: -500, max: 500 }), (a, by) => {
        const { value, low, high } = shiftOf(
          a,
          a.map((x) => x + by),
        );
        expect(value).toBeCloseTo(by, 9);
        expect(low).toBeLessThanOrEqual(by);
        expect(high).toBeGreaterThanOrEqual(by);
      }),
    );
  });
});

test('the median of an even number of values is between the two in the middle', () => {
  expect([medianOf([3]), medianOf([4, 1]), medianOf([9, 1, 2])]).toEqual([3, 2.5, 2]);
});
