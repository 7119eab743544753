import { formatDuration } from '../scenario/scenario.js';
import type { Finding, Outcome } from './verdict.js';

/** A finding with the fields that every measure sets, and the rest as they are when nothing was measured. */
export function makeFinding(
  given: Pick<Finding, 'measure' | 'probe' | 'unit' | 'because'> & Partial<Finding>,
): Finding {
  const { outcome = 'unknown', limit = null } = given;
  return {
    fault: null,
    value: null,
    low: null,
    high: null,
    limit: null,
    quantile: null,
    phase: null,
    outages: null,
    writes: null,
    skipped: 0,
    censored: false,
    ...given,
    // What nobody asked for has nothing to keep.
    outcome: limit === null ? null : outcome,
  };
}

/**
 * The outcome of a measure that must be at most `limit` and lies between `low` and `high` (null: it may be anything more);
 * null without a limit.
 */
export function compareAtMost(low: number, high: number | null, limit: number | null): Outcome | null {
  if (limit === null) return null;
  if (high !== null && high <= limit) return 'met';
  return low > limit ? 'missed' : 'unknown';
}

/** The same of a measure that must be at least `limit`. */
export function compareAtLeast(low: number, high: number, limit: number | null): Outcome | null {
  return compareAtMost(-high, -low, limit === null ? null : -limit);
}

/** The same figures, and unknown where they would have been met or missed. */
export function withoutOutcome(finding: Finding, reason: string): Finding {
  if (finding.limit === null || finding.outcome === 'unknown') return finding;
  return { ...finding, outcome: 'unknown', because: `${finding.because}; but ${reason}` };
}

/** Milliseconds as seconds, to the microsecond: finer than any probe sees, and free of floating-point dust. */
export function toSeconds(ms: number): number {
  return roundTo(ms / 1000, 6);
}

/** Rounded to so many decimals. */
export function roundTo(value: number, decimals: number): number {
  return Math.round(value * 10 ** decimals) / 10 ** decimals;
}

/** A duration in a sentence. */
export function inWords(ms: number): string {
  return formatDuration(Math.max(0, ms));
}

/** What a sentence says of the time that the story skipped; nothing where it skipped none. */
export function ofSkipped(skippedMs: number): string {
  return skippedMs > 0 ? `; ${inWords(skippedMs)} of the story were skipped while nothing changed` : '';
}

/** `10 h 11 min 24 s, of which 10 h 9 min skipped while nothing changed`, or the duration alone. */
export function withSkipped(ms: number, skippedMs: number): string {
  return skippedMs > 0 ? `${inWords(ms)}, of which ${inWords(skippedMs)} skipped while nothing changed` : inWords(ms);
}

/** `1 sample`, `12 samples`. */
export function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
