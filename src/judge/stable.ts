import type { Sample } from '../journal/journal.js';
import { follows, placeOf, type Rhythm } from './schedule.js';
import { skippedBetween } from './skips.js';

/** A probe is back when it was good this often in a row and for this long, whichever takes longer. */
export const STABLE_SAMPLES = 10;
/** The same, in milliseconds. */
export const STABLE_MS = 5000;

/** Looks of a list from `start` on and before `end`. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

/** The first stable window at or after the index `from`, to the end of its good looks; null: there is none. */
export function findStable(seen: readonly Sample[], from: number, rhythm: Rhythm): Window | null {
  const { everyMs, skips } = rhythm;
  const placeAt = (index: number) => placeOf(seen[index] as Sample, everyMs);
  let start = from;
  // Looks that were due while nobody could look are sent in one burst, which is one look at one instant.
  let count = 0;
  for (let end = from + 1; end <= seen.length; end++) {
    const last = seen[end - 1] as Sample;
    if (!last.ok) {
      start = end;
      count = 0;
      continue;
    }
    // What was not measured was not good: a hole in the samples ends a run.
    if (end - 1 > start && !follows(placeAt(end - 2), placeAt(end - 1), rhythm)) {
      start = end - 1;
      count = 0;
    }
    if (end - 1 === start || placeAt(end - 1) - placeAt(end - 2) >= everyMs / 2) count += 1;
    const firstMs = placeAt(start);
    const lastMs = placeAt(end - 1);
    // What was skipped was not measured, and makes nothing more stable.
    const spanMs = lastMs - firstMs - skippedBetween(skips, firstMs, lastMs) + everyMs;
    if (count >= STABLE_SAMPLES && spanMs >= STABLE_MS) return { start, end: endOfRun(seen, end, rhythm) };
  }
  return null;
}

function endOfRun(seen: readonly Sample[], from: number, rhythm: Rhythm): number {
  let end = from;
  const placeAt = (index: number) => placeOf(seen[index] as Sample, rhythm.everyMs);
  while (end < seen.length && seen[end]?.ok && follows(placeAt(end - 1), placeAt(end), rhythm)) end += 1;
  return end;
}
