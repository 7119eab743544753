import type { Finding, Verdict } from '../judge/judge.js';

/** What is kept of one trial's verdict. */
export interface Trial {
  readonly seed: number;
  readonly notes: readonly string[];
  /** Those with an objective, and every recovery, availability and known loss. */
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

function isCounted({ limit, measure, value }: Finding): boolean {
  return limit !== null || measure === 'recover' || (value !== null && COMPARED.has(measure));
}

/** By which two scenarios are compared, with an objective or without. */
const COMPARED: ReadonlySet<Finding['measure']> = new Set(['availability', 'lose']);

function kept({ measure, probe, fault, quantile, unit, limit, outcome, value, censored }: Finding): TrialFinding {
  return { measure, probe, fault, quantile, unit, limit, outcome, value, censored };
}
