import { tallySpans } from './exact.js';
import { compareAtLeast, countOf, inWords, makeFinding, ofSkipped, roundTo, toSeconds } from './finding.js';
import type { ProbeHistory } from './history.js';
import { countLooks, ofMissing } from './looks.js';
import type { Finding } from './verdict.js';

/**
 * Good samples over all samples of the story, in percent. A look that is missing may have been good or not; and where none failed,
 * an outage may have hidden between two looks, so that the share is known no finer than to one look.
 */
export function judgeAvailability(history: ProbeHistory, limitPercent: number | null): Finding {
  const { probe, spans } = history;
  const base = { measure: 'availability', probe: probe.name, unit: '%', limit: limitPercent } as const;
  if (spans !== null) {
    const { totalMs, goodMs } = tallySpans(spans);
    const value = roundTo((100 * goodMs) / totalMs, 6);
    const because = `looks failed for ${inWords(totalMs - goodMs)} of ${inWords(totalMs)}`;
    const outcome = compareAtLeast(value, value, limitPercent);
    return makeFinding({ ...base, outcome, value, low: value, high: value, because });
  }
  const { good, bad, missing, skippedMs, failed, taken } = countLooks(history);
  if (taken === 0) return makeFinding({ ...base, because: 'no sample was taken' });
  const all = good + bad + missing;
  const value = roundTo((100 * good) / (good + bad), 6);
  const low = roundTo((100 * (bad + missing === 0 ? good - 1 : good)) / all, 6);
  const high = roundTo((100 * (good + missing)) / all, 6);
  const outcome = compareAtLeast(low, high, limitPercent);
  const isTooFine = outcome === 'unknown' && missing === 0;
  const because = [
    `${failed} of ${countOf(taken, 'sample')} failed${ofSkipped(skippedMs)}${ofMissing(missing)}`,
    ...(isTooFine ? ['the limit is finer than one look of them; probe more often'] : []),
  ].join(', and ');
  return makeFinding({ ...base, outcome, value, low, high, skipped: toSeconds(skippedMs), because });
}
