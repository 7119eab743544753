import type { Explanation, Stretch } from '../explain/explain.js';
import type { Finding, Outcome, StepAccount, Verdict } from '../judge/judge.js';
import type { Shift } from './ranks.js';

/** One drill of a side. */
export interface ComparedRun {
  readonly verdict: Verdict;
  readonly explanation: Explanation;
  /** False when it was interrupted, did not begin or failed: its figures are compared with nothing. */
  readonly complete: boolean;
  /** Where its journal is, as a person would name it. */
  readonly journal: string;
}

/** Everything that was run of one scenario. */
export interface ComparedSide {
  /** As it was named on the command line. */
  readonly name: string;
  /** At least one. */
  readonly runs: readonly ComparedRun[];
}

/** Which of two is better for its users, as far as can be told. */
export type Better = 'a' | 'b' | 'same' | 'unknown';

/** Two sides, objective by objective; published as schema/comparison.json. */
export interface Comparison {
  readonly format: 1;
  readonly a: SideFacts;
  readonly b: SideFacts;
  readonly objectives: readonly ComparedObjective[];
  /** `regression`: B is worse than A in at least one objective. */
  readonly outcome: 'regression' | 'unknown' | 'no regression';
  readonly exitCode: number;
}

/** What a side was. */
export interface SideFacts {
  readonly name: string;
  readonly scenario: string;
  readonly engine: string;
  /** False where any of its figures comes from a simulation. */
  readonly measured: boolean;
  readonly runs: number;
  readonly outcomes: readonly Outcome[];
  readonly journals: readonly string[];
  /** Of its first run: the critical path of each recovery that an objective is about, and the runbook's steps that waited. */
  readonly paths: readonly SidePath[];
  readonly waits: readonly SideWait[];
}

/** Why a recovery took so long. */
export interface SidePath {
  readonly probe: string;
  readonly fault: string;
  readonly stretches: readonly Stretch[];
}

/** A step of a runbook that waited, in seconds. */
export type SideWait = Pick<StepAccount, 'step' | 'title' | 'runsFrom' | 'blocked' | 'blockedBy' | 'done'>;

/** One objective on both sides; figures are in `unit`. */
export interface ComparedObjective {
  readonly measure: Finding['measure'];
  readonly probe: string;
  readonly quantile: Finding['quantile'];
  /** As side A names it; null for a measure of the whole drill. */
  readonly fault: string | null;
  readonly unit: string;
  readonly a: Figure | null;
  readonly b: Figure | null;
  /** The middle of B less that of A; null where one of them is not known. */
  readonly difference: number | null;
  /** With at least four runs a side: by how much B is greater, and how probable such a difference is by chance. */
  readonly shift: Shift | null;
  readonly p: number | null;
  readonly better: Better;
  /** Why, as one sentence. */
  readonly because: string;
}

/** One objective on one side, over all runs. */
export interface Figure {
  readonly runs: number;
  readonly median: number;
  /** The least and the most that it may have been in any run; null: there is no upper bound. */
  readonly low: number;
  readonly high: number | null;
  /** True when a drill ended first, so that it is more than `median`. */
  readonly censored: boolean;
  /** Seconds of the median that were skipped while nothing changed. */
  readonly skipped: number;
  readonly limit: number | null;
  /** How many of the runs met the objective. */
  readonly met: number;
  /** One a run. */
  readonly values: readonly number[];
}
