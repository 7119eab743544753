import { tallySpans } from './exact.js';
import { compareAtMost, inWords, makeFinding, ofSkipped, roundTo, toSeconds } from './finding.js';
import { hasLooked, type ProbeHistory } from './history.js';
import { countLooks } from './looks.js';
import type { Finding } from './verdict.js';

/**
 * How much of the error budget (the time that the target leaves over in its window) this drill burnt, in percent; each
 * failed sample burns one period. The limit is the whole budget; one that fits between two looks is never met.
 */
export function judgeBudget(history: ProbeHistory, targetPercent: number, windowMs: number): Finding {
  const { probe } = history;
  if (!hasLooked(history)) {
    return makeFinding({ measure: 'budget', probe: probe.name, unit: '%', limit: 100, because: 'no sample was taken' });
  }
  const { burntMs, skippedMs, everyMs } = burntIn(history);
  const base = { measure: 'budget', probe: probe.name, unit: '%', limit: 100, skipped: toSeconds(skippedMs) } as const;
  const budgetMs = roundTo((1 - targetPercent / 100) * windowMs, 3);
  const because = `burnt ${inWords(burntMs)} of ${inWords(budgetMs)}${ofSkipped(skippedMs)}`;
  if (budgetMs === 0 && burntMs > 0) {
    return makeFinding({ ...base, outcome: 'missed', because: `burnt ${inWords(burntMs)}, and there is no budget` });
  }
  if (burntMs === 0 && budgetMs < everyMs) {
    const finer = `${because}, which is finer than the ${inWords(probe.everyMs)} between two looks; probe more often`;
    return makeFinding({ ...base, value: 0, low: 0, high: null, because: finer });
  }
  const value = burntMs === 0 ? 0 : roundTo((100 * burntMs) / budgetMs, 6);
  return makeFinding({ ...base, outcome: compareAtMost(value, value, 100), value, low: value, high: value, because });
}

/** How long a probe was down, how much of the story was skipped, and how often it looked: 0 where it need not look. */
function burntIn(history: ProbeHistory): { burntMs: number; skippedMs: number; everyMs: number } {
  const { probe, spans } = history;
  if (spans !== null) {
    const { totalMs, goodMs } = tallySpans(spans);
    return { burntMs: totalMs - goodMs, skippedMs: 0, everyMs: 0 };
  }
  const { bad, skippedMs } = countLooks(history);
  return { burntMs: bad * probe.everyMs, skippedMs, everyMs: probe.everyMs };
}
