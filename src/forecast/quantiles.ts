/** What one trial gave, or, when `more` is true, what it is known to exceed. */
export interface Bound {
  readonly value: number;
  readonly more: boolean;
}

/**
 * The quantile of these values, `share` from 0 to 1, by nearest rank: the smallest value that at least this share of them
 * does not exceed. Values that are only known to exceed something may be anything more, so the quantile may be such a one.
 * null when there are no values.
 */
export function quantileOf(bounds: readonly Bound[], share: number): Bound | null {
  if (bounds.length === 0) return null;
  // To the millionth first: 0.95 × 20 must be 19, not the number next to it.
  const rank = Math.max(1, Math.ceil(Math.round(share * bounds.length * 1e6) / 1e6));
  const least = bounds.map(({ value }) => value).sort(ascending);
  const known = bounds.flatMap(({ value, more }) => (more ? [] : [value])).sort(ascending);
  const low = least[rank - 1] as number;
  // With every open value at its least, and with every one at infinity: where both agree, nothing is open.
  return known[rank - 1] === low ? { value: low, more: false } : { value: low, more: true };
}

function ascending(a: number, b: number): number {
  return a - b;
}
