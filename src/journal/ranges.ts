import type { Range } from './ledger.js';

/** Ranges in the order of numbers, none touching another. */
export function tidyRanges(ranges: readonly Range[]): Range[] {
  const tidy: [number, number][] = [];
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = tidy.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else if (from <= to) tidy.push([from, to]);
  }
  return tidy;
}

/** What is in tidy `ranges` and not in tidy `taken`. */
export function withoutRanges(ranges: readonly Range[], taken: readonly Range[]): Range[] {
  const left: Range[] = [];
  let at = 0;
  for (const [from, to] of ranges) {
    let next = from;
    while (at < taken.length && (taken[at] as Range)[1] < from) at += 1;
    for (let other = at; other < taken.length && (taken[other] as Range)[0] <= to; other += 1) {
      const [start, end] = taken[other] as Range;
      if (start > next) left.push([next, start - 1]);
      next = Math.max(next, end + 1);
    }
    if (next <= to) left.push([next, to]);
  }
  return left;
}

/** What is in both of two tidy lists of ranges. */
export function commonRanges(ranges: readonly Range[], others: readonly Range[]): Range[] {
  return withoutRanges(ranges, withoutRanges(ranges, others));
}

/** How many numbers there are in tidy ranges. */
export function countIn(ranges: readonly Range[]): number {
  return ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
}
