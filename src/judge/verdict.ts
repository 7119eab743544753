import type { Phase } from '../scenario/scenario.js';

export type { Phase } from '../scenario/scenario.js';

/** Met, missed, or not known: never a guess. */
export type Outcome = 'met' | 'missed' | 'unknown';

/** An objective compared with what was measured. `value`, `low`, `high` and `limit` are in `unit`. */
export interface Finding {
  readonly measure:
    | 'detect'
    | 'recover'
    | 'lose'
    | 'extra'
    | 'duplicate'
    | 'reorder'
    | 'stale'
    | 'reprotect'
    | 'availability'
    | 'budget'
    | 'latency'
    | 'goodput'
    | 'settle';
  /** The probe that measured it (one per site where the author wrote `{site}`). */
  readonly probe: string;
  /** `power-loss pangyo @15:30:00`, or null for a measure of the whole drill. */
  readonly fault: string | null;
  /** null: nobody asked for more than the figure. */
  readonly outcome: Outcome | null;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly unit: string;
  /** null: the figure has no objective and does not count for the drill's outcome. */
  readonly limit: number | null;
  /** Of a latency: which percentile it is; null for every other measure. */
  readonly quantile: 50 | 95 | 99 | null;
  /** Of a latency or a goodput: the part of the story that it covers; null: the whole story. */
  readonly phase: Phase | null;
  /** Of a recovery: how many outages were seen after the fault, relapses counted; null for every other measure. */
  readonly outages: number | null;
  /** Of a ledger: the writes it speaks of, as ranges in the order of numbers; null for every other measure. */
  readonly writes: readonly (readonly [from: number, to: number])[] | null;
  /** Seconds that the story skipped while nothing changed and that `value` contains. */
  readonly skipped: number;
  /** True when the drill ended before the measure did: the true value is more than `value`. */
  readonly censored: boolean;
  /** One sentence for the reader. */
  readonly because: string;
}

/** A stretch of a runbook's step; instants are seconds after the story's beginning. */
export interface StepSpan {
  readonly state: 'blocked' | 'deciding' | 'working';
  readonly from: number;
  readonly to: number;
  /** How many of its seconds the story skipped while nothing changed. */
  readonly skipped: number;
  /** What it waited for while it was blocked. */
  readonly because: readonly string[];
}

/** What became of one step of a runbook. */
export interface StepAccount {
  /** Its id in the plan. */
  readonly step: string;
  readonly title: string;
  readonly by: 'automation' | 'person';
  readonly runsFrom: string | null;
  /** When it was done, in seconds after the story's beginning; null: it was not. */
  readonly done: number | null;
  /** For how many seconds it waited, and for what, but for what took less than a hundredth of that. */
  readonly blocked: number;
  readonly blockedBy: readonly string[];
  readonly spans: readonly StepSpan[];
}

/** The judgement of one journal; published as schema/verdict.json. */
export interface Verdict {
  readonly format: 1;
  readonly scenario: string;
  readonly engine: string;
  readonly measured: boolean;
  readonly outcome: Outcome;
  readonly exitCode: number;
  readonly drill: string;
  readonly seed: number;
  /** Why the outcome is what it is beyond the findings (interrupted, nothing to judge), or an empty list. */
  readonly notes: readonly string[];
  readonly findings: readonly Finding[];
  /** The steps of the runbooks that were reached; absent where the drill has no runbook. */
  readonly runbook?: readonly StepAccount[];
  /** What a simulation of the same plan gave, beside what was measured; absent where there is nothing to set side by side. */
  readonly predicted?: Prediction;
}

/** A simulation beside a measured drill. It is no part of the judgement. */
export interface Prediction {
  readonly measured: false;
  readonly engine: string;
  readonly seed: number;
  readonly figures: readonly PredictedFigure[];
}

/** One figure, predicted and measured, both in `unit`. */
export interface PredictedFigure {
  readonly measure: Finding['measure'];
  readonly probe: string;
  readonly fault: string | null;
  readonly unit: string;
  readonly predicted: number;
  readonly measured: number;
  /** True when the simulation, or the drill, ended before the measure did: the true value is more. */
  readonly predictedCensored: boolean;
  readonly measuredCensored: boolean;
  /** Predicted less measured; null where one of them is censored. */
  readonly off: number | null;
  /** The same in percent of what was measured; null where that is 0 too. */
  readonly offPercent: number | null;
  /** Whether the prediction lies in the interval that was measured; null where one of them is censored. */
  readonly within: boolean | null;
}
