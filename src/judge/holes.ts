import { clockAt } from '../scenario/scenario.js';
import { inWords } from './finding.js';
import type { History, ProbeHistory } from './history.js';
import { follows } from './outages.js';
import { skippedBetween } from './skips.js';

/** The first part of the story at which a probe did not look although it was due, as a sentence; null: it always did. */
export function describeHole({ plan }: History, history: ProbeHistory): string | null {
  const { probe, spans, skips } = history;
  // Spans have no holes, and those of a drill that was stopped end with it.
  if (spans !== null) return null;
  const { samples } = history;
  let fromMs = 0;
  for (const dueMs of [...samples.map((sample) => sample.dueMs), plan.durationMs]) {
    if (dueMs > fromMs && !follows(fromMs, dueMs, probe.everyMs, skips)) {
      return `nobody looked for ${inWords(dueMs - fromMs - skippedBetween(skips, fromMs, dueMs))} from ${clockAt(plan.begins, fromMs)} on`;
    }
    fromMs = dueMs;
  }
  return null;
}
