import { tallySpans } from './exact.js';
import { countOf, inWords, makeFinding, ofSkipped, roundTo, toSeconds } from './finding.js';
import type { ProbeHistory } from './history.js';
import { countLooks } from './looks.js';
import type { Finding } from './verdict.js';

/** Good samples over all samples of the story, in percent. */
export function judgeAvailability(history: ProbeHistory, limitPercent: number | null): Finding {
  const { probe, spans } = history;
  const base = { measure: 'availability', probe: probe.name, unit: '%', limit: limitPercent } as const;
  if (spans !== null) {
    const { totalMs, goodMs } = tallySpans(spans);
    const value = roundTo((100 * goodMs) / totalMs, 6);
    const outcome = value >= (limitPercent ?? 0) ? 'met' : 'missed';
    const because = `looks failed for ${inWords(totalMs - goodMs)} of ${inWords(totalMs)}`;
    return makeFinding({ ...base, outcome, value, low: value, high: value, because });
  }
  const { samples } = history;
  if (samples.length === 0) return makeFinding({ ...base, because: 'no sample was taken' });
  const { good, bad, skippedMs } = countLooks(history);
  const value = roundTo((100 * good) / (good + bad), 6);
  const outcome = value >= (limitPercent ?? 0) ? 'met' : 'missed';
  const failed = samples.filter(({ ok }) => !ok).length;
  const because = `${failed} of ${countOf(samples.length, 'sample')} failed${ofSkipped(skippedMs)}`;
  return makeFinding({ ...base, outcome, value, low: value, high: value, skipped: toSeconds(skippedMs), because });
}
