import type { About } from './change.js';
import type { Aim, Score } from './score.js';

/** A change helps when it saves at least so many percent of the baseline. */
export const CLEAR_PERCENT = 5;

/** What one change, or several together, did. */
export interface Effort {
  readonly after: Score;
  /** How much less bad it is, in the aim's unit and in percent of the baseline; negative when it got worse. */
  readonly saved: number;
  readonly savedPercent: number;
  /** How many servers it takes more than the baseline has. */
  readonly servers: number;
}

/** One change by itself. */
export interface Single extends Effort {
  readonly key: string;
  readonly title: string;
  readonly about: About;
}

/** Two changes that together save more than either alone. */
export interface Pair extends Effort {
  readonly titles: readonly [string, string];
  readonly abouts: readonly [About, About];
  /** How much the better one of the two saves alone, in percent of the baseline. */
  readonly alonePercent: number;
}

/** A change that was not tried, and why, as a sentence. */
export interface Untried {
  readonly title: string;
  readonly because: string;
}

/** What changes of a scenario would have done. */
export interface WhatIf {
  readonly format: 1;
  readonly scenario: string;
  readonly engine: string;
  readonly measured: false;
  readonly by: Aim;
  readonly unit: string;
  readonly seed: number;
  /** Trials of the baseline and of each change, with the same seeds. */
  readonly trials: number;
  /** Drills that were allowed, and played. */
  readonly budget: number;
  readonly drills: number;
  /** How many servers the scenario has. */
  readonly servers: number;
  /** null: this measure has no number here, so that nothing could be compared. */
  readonly baseline: Score | null;
  /** Those that save most first; equal ones with the fewest servers first. */
  readonly singles: readonly Single[];
  /** The same; only those that save clearly more than the better of their two changes. */
  readonly pairs: readonly Pair[];
  /** Pairs that were tried with one drill each. */
  readonly pairsTried: number;
  readonly untried: readonly Untried[];
  readonly conclusion: string;
}
