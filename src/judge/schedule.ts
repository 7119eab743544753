import type { Sample } from '../journal/journal.js';
import { type Skip, skippedBetween } from './skips.js';

/** How often a probe looks, and when nobody did because nothing changed. */
export interface Rhythm {
  readonly everyMs: number;
  readonly skips: readonly Skip[];
}

/** A look that was sent by so much later than it was due is still the one of its turn. */
const PUNCTUAL_MS = 100;

/** Whether a look was sent in its turn: within half a period, or a tenth of a second, of when it was due. */
export function isInTurn({ dueMs, sentMs }: Sample, everyMs: number): boolean {
  return sentMs - dueMs <= Math.max(everyMs / 2, PUNCTUAL_MS);
}

/** For which instant a look speaks: for when it was due, or, where it was sent out of its turn, for when it was sent. */
export function placeOf(sample: Sample, everyMs: number): number {
  return isInTurn(sample, everyMs) ? sample.dueMs : sample.sentMs;
}

/** Whether no look of a probe was due between these two instants, but for what was skipped. */
export function follows(beforeMs: number, afterMs: number, { everyMs, skips }: Rhythm): boolean {
  const gapMs = afterMs - beforeMs;
  if (gapMs <= 1.5 * everyMs) return true;
  const skippedMs = skippedBetween(skips, beforeMs, afterMs);
  // Each end of what was skipped may lie almost a period from a look.
  return skippedMs > 0 && gapMs - skippedMs <= 2.5 * everyMs;
}
