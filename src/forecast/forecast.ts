import { exitCodes, type Finding, type Outcome } from '../judge/judge.js';
import { type Bin, binsOf } from './histogram.js';
import { type Share, shareOf } from './interval.js';
import { type Bound, quantileOf } from './quantiles.js';
import type { Trial, TrialFinding } from './trial.js';

export type { Bin } from './histogram.js';
export { type Share, shareOf } from './interval.js';
export { type Bound, quantileOf } from './quantiles.js';
export { trialSeedOf } from './seeds.js';
export { type Trial, type TrialFinding, trialOf } from './trial.js';

/** What the trials of one simulation say together. */
export interface Forecast {
  readonly format: 1;
  readonly scenario: string;
  readonly engine: string;
  readonly measured: false;
  /** Missed when an objective is; met when every one is; else unknown. */
  readonly outcome: Outcome;
  readonly exitCode: number;
  /** From which the trials' seeds follow. */
  readonly seed: number;
  readonly trials: number;
  /** The share of trials, in percent, in which an objective must be met to count as met. */
  readonly confidence: number;
  /** What the verdicts said beyond their findings, with the number of trials in which they did. */
  readonly notes: readonly { readonly note: string; readonly trials: number }[];
  /** Each objective, then each recovery and each loss without one. */
  readonly figures: readonly Figure[];
}

/** One finding over all trials. `p50` to `p99`, `bins` and `limit` are in `unit`. */
export interface Figure extends Pick<Finding, 'measure' | 'probe' | 'fault' | 'quantile' | 'unit' | 'limit'> {
  /**
   * Met: in at least `confidence` of all trials. Missed: in less, even if it were met in every trial that could not tell.
   * Else unknown, as is whatever has no objective.
   */
  readonly outcome: Outcome;
  /** Of the trials that could tell, how many percent met the objective; null without an objective or such a trial. */
  readonly probability: Share | null;
  /** Numbers of trials; without an objective, all are 0. */
  readonly met: number;
  readonly missed: number;
  readonly unknown: number;
  /** Trials that have no number for it. */
  readonly without: number;
  /** The value that half, 95 and 99 of 100 trials with a number do not exceed; of an availability, do not fall below. */
  readonly p50: Bound | null;
  readonly p95: Bound | null;
  readonly p99: Bound | null;
  /** How the numbers spread; of those that are open (`more`), only how many there are and the least of them. */
  readonly bins: readonly Bin[];
  readonly open: number;
  readonly openFrom: number | null;
  /** The trial with the worst number, from 0, and its seed, with which `run` plays it again. */
  readonly worst: { readonly trial: number; readonly seed: number } | null;
}

/** What was simulated, and how sure one wants to be. */
export interface Simulation extends Pick<Forecast, 'scenario' | 'engine' | 'seed' | 'confidence'> {
  /** In the order of their numbers. */
  readonly trials: readonly Trial[];
}

/** Counts the trials together. Pure: the same trials in the same order give the same forecast. */
export function forecastOf(simulation: Simulation): Forecast {
  const { scenario, engine, seed, trials, confidence } = simulation;
  const figures = groupFindings(trials).map((group) => figureOf(group, simulation));
  const counted = figures.filter(({ limit }) => limit !== null);
  const outcome = outcomeOf(counted.map((figure) => figure.outcome));
  const { code: exitCode } = exitCodes[outcome];
  const head = { format: 1, scenario, engine, measured: false, outcome, exitCode } as const;
  const ordered = [...counted, ...figures.filter(({ limit }) => limit === null)];
  return { ...head, seed, trials: trials.length, confidence, notes: notesOf(trials), figures: ordered };
}

function outcomeOf(outcomes: readonly Outcome[]): Outcome {
  if (outcomes.includes('missed')) return 'missed';
  return outcomes.length > 0 && outcomes.every((outcome) => outcome === 'met') ? 'met' : 'unknown';
}

/** One finding of all trials that have it. */
interface Group {
  readonly first: TrialFinding;
  readonly all: (TrialFinding & { readonly trial: number })[];
}

/** In the order in which they first come. */
function groupFindings(trials: readonly Trial[]): Group[] {
  const groups = new Map<string, Group>();
  for (const [trial, { findings }] of trials.entries()) {
    for (const finding of findings) {
      const { measure, probe, fault, quantile, unit, limit } = finding;
      if (limit === null && measure === 'availability') continue;
      const key = JSON.stringify([measure, probe, fault, quantile, unit, limit]);
      const group = groups.get(key) ?? { first: finding, all: [] };
      groups.set(key, group);
      group.all.push({ ...finding, trial });
    }
  }
  return [...groups.values()];
}

function figureOf({ first, all }: Group, { trials, confidence }: Simulation): Figure {
  const { measure, probe, fault, quantile, unit, limit } = first;
  const count = (wanted: Outcome) => (limit === null ? 0 : all.filter(({ outcome }) => outcome === wanted).length);
  const [met, missed] = [count('met'), count('missed')];
  const unknown = limit === null ? 0 : trials.length - met - missed;
  const numbers = all.flatMap(({ value, censored, trial }) => (value === null ? [] : [{ value, censored, trial }]));
  const known = numbers.filter(({ censored }) => !censored).map(({ value }) => value);
  const open = numbers.filter(({ censored }) => censored).map(({ value }) => value);
  // Of an availability less is worse: its quantiles are counted from the other end.
  const sign = measure === 'availability' ? -1 : 1;
  const bounds = numbers.map(({ value, censored }) => ({ value: sign * value, more: censored }));
  const quantiled = (share: number) => {
    const bound = quantileOf(bounds, share);
    return bound === null ? null : { ...bound, value: sign * bound.value };
  };
  const worst = numbers.reduce<(typeof numbers)[number] | null>(
    (most, one) => (most === null || isWorse(one, most, sign) ? one : most),
    null,
  );
  return {
    ...{ measure, probe, fault, quantile, unit, limit },
    outcome: limit === null ? 'unknown' : judgeShare(met, unknown, trials.length, confidence),
    probability: met + missed === 0 ? null : shareOf(met, met + missed),
    ...{ met, missed, unknown, without: trials.length - numbers.length },
    ...{ p50: quantiled(0.5), p95: quantiled(0.95), p99: quantiled(0.99) },
    bins: binsOf(known, unit),
    open: open.length,
    openFrom: open.length === 0 ? null : open.reduce((a, b) => Math.min(a, b)),
    worst: worst && { trial: worst.trial, seed: trials[worst.trial]?.seed ?? 0 },
  };
}

interface Numbered {
  readonly value: number;
  readonly censored: boolean;
}

function isWorse(one: Numbered, other: Numbered, sign: number): boolean {
  if (one.censored !== other.censored) return one.censored;
  return sign * one.value > sign * other.value;
}

function judgeShare(met: number, unknown: number, count: number, confidence: number): Outcome {
  const least = (confidence / 100) * count;
  if (met > 0 && met >= least) return 'met';
  return met + unknown >= least && unknown > 0 ? 'unknown' : 'missed';
}

const MOST_NOTES = 20;

function notesOf(trials: readonly Trial[]): Forecast['notes'] {
  const counts = new Map<string, number>();
  for (const { notes } of trials) for (const note of new Set(notes)) counts.set(note, (counts.get(note) ?? 0) + 1);
  return [...counts].slice(0, MOST_NOTES).map(([note, count]) => ({ note, trials: count }));
}
