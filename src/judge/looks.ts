import { countOf } from './finding.js';
import type { ProbeHistory } from './history.js';
import { holesOf } from './holes.js';
import { isInTurn } from './schedule.js';

/** A probe's looks: those that it took in their turn, and those that it would have taken in what was skipped. */
export interface Looks {
  readonly good: number;
  readonly bad: number;
  /** Looks that were due and of which nothing is known. */
  readonly missing: number;
  /** How many it took in their turn, and how many of these failed. */
  readonly taken: number;
  readonly failed: number;
  /** How much of the story was skipped, in milliseconds. */
  readonly skippedMs: number;
}

/** Counts the looks of the story; in what was skipped each would have seen what the last one before it saw. */
export function countLooks(history: ProbeHistory): Looks {
  const { probe, samples, skips } = history;
  // What was sent long after its turn stands for when it was sent, where another look had its turn.
  const own = samples.filter((sample) => isInTurn(sample, probe.everyMs));
  const failed = own.filter(({ ok }) => !ok).length;
  let good = own.length - failed;
  let bad = failed;
  let skippedMs = 0;
  for (const { fromMs, toMs } of skips) {
    const before = samples.findLast(({ dueMs }) => dueMs <= fromMs);
    if (before === undefined) continue;
    const looks = (toMs - fromMs) / probe.everyMs;
    skippedMs += toMs - fromMs;
    if (before.ok) good += looks;
    else bad += looks;
  }
  const missing = holesOf(history).reduce((sum, { looks }) => sum + looks, 0);
  return { good, bad, missing, taken: own.length, failed, skippedMs };
}

/** What a sentence says of looks that are missing; nothing where none is. */
export function ofMissing(missing: number): string {
  return missing > 0 ? `; ${countOf(missing, 'more look')} ${missing === 1 ? 'was' : 'were'} due and not made` : '';
}
