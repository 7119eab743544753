import { describe, expect, test } from 'vitest';
import { type Bound, quantileOf, shareOf, trialSeedOf } from '../../src/forecast/forecast.js';
import { binsOf } from '../../src/forecast/histogram.js';

describe('the interval of a share', () => {
  // By hand from Wilson's formula with z = 1.96.
  test.each([
    [10, 10, 100, 72.25, 100],
    [0, 10, 0, 0, 27.75],
    [5, 10, 50, 23.66, 76.34],
    [950, 1000, 95, 93.47, 96.19],
    [1, 1, 100, 20.65, 100],
  ])('contains the true share: %i of %i', (hits, count, value, low, high) => {
    const share = shareOf(hits, count);
    expect(share.value).toBe(value);
    expect(share.low).toBeCloseTo(low, 1);
    expect(share.high).toBeCloseTo(high, 1);
  });
});

describe('a quantile', () => {
  const known = (...values: number[]): Bound[] => values.map((value) => ({ value, more: false }));
  const open = (...values: number[]): Bound[] => values.map((value) => ({ value, more: true }));

  test('is the smallest value that its share does not exceed', () => {
    const values = known(...Array.from({ length: 20 }, (_, index) => 20 - index));
    expect(quantileOf(values, 0.5)).toEqual({ value: 10, more: false });
    expect(quantileOf(values, 0.95)).toEqual({ value: 19, more: false });
    expect(quantileOf(values, 0.951)).toEqual({ value: 20, more: false });
    expect(quantileOf(values, 0)).toEqual({ value: 1, more: false });
    expect(quantileOf(known(7), 0.99)).toEqual({ value: 7, more: false });
  });

  test('of nothing is nothing', () => {
    expect(quantileOf([], 0.5)).toBeNull();
  });

  test('is open as soon as a value that is only known to exceed something may be below it', () => {
    const values = [...known(1, 2, 3, 4, 5, 6, 7, 8), ...open(90, 90)];
    expect(quantileOf(values, 0.5)).toEqual({ value: 5, more: false });
    expect(quantileOf(values, 0.8)).toEqual({ value: 8, more: false });
    expect(quantileOf(values, 0.95)).toEqual({ value: 90, more: true });
    expect(quantileOf([...known(1, 5), ...open(3)], 0.5)).toEqual({ value: 3, more: true });
  });
});

describe('the bins of a histogram', () => {
  test('have one round width, no gaps, and hold every value once', () => {
    expect(binsOf([21, 24.9, 25, 39.5, 31], 's')).toEqual([
      { from: 20, to: 22, count: 1 },
      { from: 22, to: 24, count: 0 },
      { from: 24, to: 26, count: 2 },
      { from: 26, to: 28, count: 0 },
      { from: 28, to: 30, count: 0 },
      { from: 30, to: 32, count: 1 },
      { from: 32, to: 34, count: 0 },
      { from: 34, to: 36, count: 0 },
      { from: 36, to: 38, count: 0 },
      { from: 38, to: 40, count: 1 },
    ]);
  });

  test('of some seconds after hours are seconds', () => {
    expect(binsOf([36_001.5, 36_003], 's')).toEqual([
      { from: 36_001, to: 36_002, count: 1 },
      { from: 36_002, to: 36_003, count: 0 },
      { from: 36_003, to: 36_004, count: 1 },
    ]);
  });

  test('of hours are hours', () => {
    const bins = binsOf([7200, 36_000], 's');
    expect(bins[0]).toEqual({ from: 7200, to: 10_800, count: 1 });
    expect(bins.at(-1)).toEqual({ from: 36_000, to: 39_600, count: 1 });
    expect(bins).toHaveLength(9);
  });

  test('of whole writes are whole writes, and of equal values one', () => {
    expect(binsOf([3, 4, 4], 'writes')).toEqual([
      { from: 3, to: 4, count: 1 },
      { from: 4, to: 5, count: 2 },
    ]);
    expect(binsOf([0.3, 0.3], 's')).toEqual([{ from: 0.3, to: 0.301, count: 2 }]);
    expect(binsOf([], 's')).toEqual([]);
  });
});

test('the seeds of a hundred thousand trials are as many seeds, each from nothing but the seed and its number', () => {
  const seeds = new Set(Array.from({ length: 100_000 }, (_, trial) => trialSeedOf(7, trial)));
  expect(seeds.size).toBe(100_000);
  expect([0, 1, 2].map((trial) => trialSeedOf(7, trial))).toEqual([256695110, 3804821765, 2417604344]);
  expect(trialSeedOf(8, 0)).not.toBe(trialSeedOf(7, 0));
});
