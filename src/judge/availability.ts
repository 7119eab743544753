import { countOf, makeFinding, roundTo } from './finding.js';
import type { ProbeHistory } from './history.js';
import type { Finding } from './verdict.js';

/** Good samples over all samples of the story, in percent. */
export function judgeAvailability({ probe, samples }: ProbeHistory, limitPercent: number | null): Finding {
  const base = { measure: 'availability', probe: probe.name, unit: '%', limit: limitPercent } as const;
  if (samples.length === 0) return makeFinding({ ...base, because: 'no sample was taken' });
  const good = samples.filter(({ ok }) => ok).length;
  const value = roundTo((100 * good) / samples.length, 6);
  const outcome = limitPercent === null ? 'unknown' : value >= limitPercent ? 'met' : 'missed';
  const because = `${samples.length - good} of ${countOf(samples.length, 'sample')} failed`;
  return makeFinding({ ...base, outcome, value, low: value, high: value, because });
}
