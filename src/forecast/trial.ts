import type { Finding, Verdict } from '../judge/judge.js';

/** What is kept of one trial's verdict. */
export interface Trial {
  readonly seed: number;
  readonly notes: readonly string[];
  /** Those with an objective, and every recovery. */
  readonly findings: readonly TrialFinding[];
}

/** What is kept of one finding. */
export type TrialFinding = Pick<
  Finding,
  'measure' | 'probe' | 'fault' | 'quantile' | 'unit' | 'limit' | 'outcome' | 'value' | 'censored'
>;

/** A verdict without what a forecast does not count; small, because it crosses from a worker to its master. */
export function trialOf({ seed, notes, findings }: Verdict): Trial {
  return { seed, notes, findings: findings.filter(isCounted).map(kept) };
}

function isCounted({ limit, measure }: Finding): boolean {
  return limit !== null || measure === 'recover';
}

function kept({ measure, probe, fault, quantile, unit, limit, outcome, value, censored }: Finding): TrialFinding {
  return { measure, probe, fault, quantile, unit, limit, outcome, value, censored };
}
