import { expect, test } from 'vitest';
import { chanceOf, drawMs } from '../../../src/engine/sim/chance.js';

test('each seed, name and count has its own numbers, always the same', () => {
  const drawnFor = (seed: number, name: string, count: number) => {
    const draw = chanceOf(seed, name, count);
    return [draw(), draw(), draw()].join();
  };
  const all = [1, 2].flatMap((seed) =>
    ['read', 'write'].flatMap((name) => [0, 1].map((count) => drawnFor(seed, name, count))),
  );
  expect(new Set(all).size).toBe(8);
  expect(drawnFor(1, 'read', 0)).toBe(all[0]);
});

test('the numbers fill the range from 0 up to 1 evenly, along the draws and along the counts', () => {
  const draw = chanceOf(3, 'write', 0);
  const along = Array.from({ length: 4000 }, () => draw());
  const across = Array.from({ length: 4000 }, (_, count) => chanceOf(3, 'write', count)());
  for (const numbers of [along, across]) {
    const tenths = Array.from({ length: 10 }, (_, tenth) => numbers.filter((n) => Math.floor(n * 10) === tenth).length);
    expect(tenths.reduce((sum, share) => sum + share)).toBe(4000);
    for (const share of tenths) expect(Math.abs(share - 400)).toBeLessThan(80);
  }
});

test('a spread over many magnitudes gives no time that is no instant', () => {
  const spread = { p50Ms: 1, p95Ms: 3650 * 86_400_000 };
  for (let count = 0; count < 5000; count += 1) {
    const ms = drawMs(spread, chanceOf(468, 'app', count));
    expect(ms).toBeGreaterThanOrEqual(0);
    expect(ms).toBeLessThanOrEqual(1e12);
  }
});
