import { tallySpans } from './exact.js';
import { compareAtMost, inWords, makeFinding, ofSkipped, roundTo, toSeconds } from './finding.js';
import { hasLooked, type ProbeHistory } from './history.js';
import { countLooks, ofMissing } from './looks.js';
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
  const { burntMs, missingMs, skippedMs, everyMs, told } = burntIn(history);
  const base = { measure: 'budget', probe: probe.name, unit: '%', limit: 100, skipped: toSeconds(skippedMs) } as const;
  const budgetMs = roundTo((1 - targetPercent / 100) * windowMs, 3);
  const because = `burnt ${inWords(burntMs)} of ${inWords(budgetMs)}${ofSkipped(skippedMs)}${told}`;
  if (budgetMs === 0 && burntMs > 0) {
    return makeFinding({ ...base, outcome: 'missed', because: `burnt ${inWords(burntMs)}, and there is no budget` });
  }
  if (burntMs === 0 && budgetMs < everyMs) {
    const finer = `${because}, which is finer than the ${inWords(probe.everyMs)} between two looks; probe more often`;
    return makeFinding({ ...base, value: 0, low: 0, high: null, because: finer });
  }
  const shareOf = (ms: number) => (ms === 0 ? 0 : budgetMs === 0 ? null : roundTo((100 * ms) / budgetMs, 6));
  const [value, high] = [shareOf(burntMs), shareOf(burntMs + missingMs)];
  return makeFinding({ ...base, outcome: compareAtMost(value ?? 0, high, 100), value, low: value, high, because });
}

interface Burnt {
  readonly burntMs: number;
  /** What the looks that are missing may have burnt beside. */
  readonly missingMs: number;
  readonly skippedMs: number;
  /** How often the probe looked: 0 where it need not look. */
  readonly everyMs: number;
  readonly told: string;
}

function burntIn(history: ProbeHistory): Burnt {
  const { probe, spans } = history;
  if (spans !== null) {
    const { totalMs, goodMs } = tallySpans(spans);
    return { burntMs: totalMs - goodMs, missingMs: 0, skippedMs: 0, everyMs: 0, told: '' };
  }
  const { bad, missing, skippedMs } = countLooks(history);
  const { everyMs } = probe;
  return { burntMs: bad * everyMs, missingMs: missing * everyMs, skippedMs, everyMs, told: ofMissing(missing) };
}
