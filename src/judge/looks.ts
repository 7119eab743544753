import type { ProbeHistory } from './history.js';

/** A probe's looks: those that it took, and those that it would have taken in what was skipped. */
export interface Looks {
  readonly good: number;
  readonly bad: number;
  /** How much of the story was skipped, in milliseconds. */
  readonly skippedMs: number;
}

/** Counts the looks of the story; in what was skipped each would have seen what the last one before it saw. */
export function countLooks({ probe, samples, skips }: ProbeHistory): Looks {
  let good = samples.filter(({ ok }) => ok).length;
  let bad = samples.length - good;
  let skippedMs = 0;
  for (const { fromMs, toMs } of skips) {
    const before = samples.findLast(({ dueMs }) => dueMs <= fromMs);
    if (before === undefined) continue;
    const looks = (toMs - fromMs) / probe.everyMs;
    skippedMs += toMs - fromMs;
    if (before.ok) good += looks;
    else bad += looks;
  }
  return { good, bad, skippedMs };
}
