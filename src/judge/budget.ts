import { compareAtMost, inWords, makeFinding, ofSkipped, roundTo, toSeconds } from './finding.js';
import type { ProbeHistory } from './history.js';
import { countLooks } from './looks.js';
import type { Finding } from './verdict.js';

/**
 * How much of the error budget (the time that the target leaves over in its window) this drill burnt, in percent; each
 * failed sample burns one period. The limit is the whole budget; one that fits between two looks is never met.
 */
export function judgeBudget(history: ProbeHistory, targetPercent: number, windowMs: number): Finding {
  const { probe, samples } = history;
  const { bad, skippedMs } = countLooks(history);
  const skipped = toSeconds(skippedMs);
  const base = { measure: 'budget', probe: probe.name, unit: '%', limit: 100, skipped } as const;
  if (samples.length === 0) return makeFinding({ ...base, because: 'no sample was taken' });
  const burntMs = bad * probe.everyMs;
  const budgetMs = roundTo((1 - targetPercent / 100) * windowMs, 3);
  const because = `burnt ${inWords(burntMs)} of ${inWords(budgetMs)}${ofSkipped(skippedMs)}`;
  if (budgetMs === 0 && burntMs > 0) {
    return makeFinding({ ...base, outcome: 'missed', because: `burnt ${inWords(burntMs)}, and there is no budget` });
  }
  if (burntMs === 0 && budgetMs < probe.everyMs) {
    const finer = `${because}, which is finer than the ${inWords(probe.everyMs)} between two looks; probe more often`;
    return makeFinding({ ...base, value: 0, low: 0, high: null, because: finer });
  }
  const value = burntMs === 0 ? 0 : roundTo((100 * burntMs) / budgetMs, 6);
  return makeFinding({ ...base, outcome: compareAtMost(value, value, 100), value, low: value, high: value, because });
}
