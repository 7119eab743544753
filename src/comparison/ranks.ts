/** Half of what lies outside of an interval of 95 %. */
const TAIL = 0.025;

/**
 * The two-sided p-value of the rank test of Mann and Whitney (Ann. Math. Stat. 18, 1947) that neither of two samples tends to be
 * the greater: exact without ties, else the normal approximation with its corrections for ties and continuity.
 */
export function rankTestP(a: readonly number[], b: readonly number[]): number {
  const u = a.reduce((sum, x) => sum + b.reduce((wins, y) => wins + (x > y ? 1 : x === y ? 0.5 : 0), 0), 0);
  const pairs = a.length * b.length;
  const counts = tiesOf([...a, ...b]);
  if (counts.every((count) => count === 1)) {
    const least = Math.min(u, pairs - u);
    return Math.min(1, 2 * shareUpTo(a.length, b.length, least));
  }
  const all = a.length + b.length;
  const tied = counts.reduce((sum, count) => sum + count ** 3 - count, 0);
  const variance = (pairs / 12) * (all + 1 - tied / (all * (all - 1)));
  if (variance <= 0) return 1;
  const z = Math.max(0, Math.abs(u - pairs / 2) - 0.5) / Math.sqrt(variance);
  return Math.min(1, 2 * upperTail(z));
}

/** By how much a second sample is greater than a first. */
export interface Shift {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The shift from `a` to `b` (neither empty) as Hodges and Lehmann estimate it (Ann. Math. Stat. 34, 1963): the median of all
 * differences, and where it lies with at least 95 % confidence by the rank test; with fewer than four values on a side, where all
 * differences lie.
 */
export function shiftOf(a: readonly number[], b: readonly number[]): Shift {
  const differences = b.flatMap((y) => a.map((x) => y - x)).sort((x, y) => x - y);
  let left = 0;
  while (shareUpTo(a.length, b.length, left) <= TAIL) left += 1;
  const cut = Math.max(0, left - 1);
  const [low = 0, high = 0] = [differences[cut], differences[differences.length - 1 - cut]];
  return { value: medianOf(differences), low, high };
}

/** The median of values of which there is at least one. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((x, y) => x - y);
  const half = sorted.length / 2;
  const [below = 0, above = 0] = [sorted[Math.ceil(half) - 1], sorted[Math.floor(half)]];
  return (below + above) / 2;
}

function tiesOf(values: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()];
}

/** The share of all orders of `n` and `m` different values in which at most `most` pairs are the wrong way round. */
function shareUpTo(n: number, m: number, most: number): number {
  // ways[j][u]: so many orders of the first i and j values have u such pairs.
  let ways = Array.from({ length: m + 1 }, () => [1]);
  for (let i = 1; i <= n; i++) {
    const next: number[][] = [[1]];
    for (let j = 1; j <= m; j++) {
      const [left = [], above = []] = [next[j - 1], ways[j]];
      next.push(Array.from({ length: i * j + 1 }, (_, u) => (left[u] ?? 0) + (above[u - j] ?? 0)));
    }
    ways = next;
  }
  const counts = ways[m] ?? [1];
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.slice(0, Math.floor(most) + 1).reduce((sum, count) => sum + count, 0) / total;
}

/** The normal distribution above `z` ≥ 0, to seven digits (Abramowitz and Stegun, 26.2.17). */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
}
