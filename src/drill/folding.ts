import { fateOf, type Range, type RecallEntry, tidyRanges, type WriteRun, withoutRanges } from '../journal/journal.js';
import type { Write } from './ledger.js';

/** Collects writes into runs of one fate. */
export interface WriteFolding {
  /** Writes come in the order of numbers, none left out. */
  take(write: Write): void;
  /** The runs since the last call. */
  flush(): WriteRun[];
}

/** The slowest write of a run that is not quick may take this many times as long as its quickest, or every lull would be a run. */
const COARSE = 4;
/** A second that falls into more runs than these is folded by fate alone. */
const MOST_RUNS = 32;

type Run = { from: number; to: number; dueMs: number; withinMs: number; error: string | undefined };

/**
 * A folding that begins at nothing. Writes share a run while their fate is the same and the time until it was known is of
 * the same magnitude, so that one slow write does not blur the instants of its neighbours.
 */
export function foldWrites(perSecond: number): WriteFolding {
  const periodMs = 1000 / perSecond;
  let runs: Run[] = [];
  return {
    take({ number, dueMs, endedMs, error }) {
      const withinMs = endedMs - dueMs;
      const last = runs.at(-1);
      const isNext = last !== undefined && last.error === (error ?? undefined) && follows(last, dueMs, periodMs);
      if (isNext && isAlike(last.withinMs, withinMs)) {
        last.to = number;
        last.withinMs = Math.max(last.withinMs, withinMs);
      } else runs.push({ from: number, to: number, dueMs, withinMs, error: error ?? undefined });
    },
    flush() {
      const flushed = runs.length > MOST_RUNS ? joinFates(runs, periodMs) : runs;
      runs = [];
      return flushed.map(({ from, to, dueMs, withinMs, error }): WriteRun => {
        // Rounded away from what is not known.
        const figures = [from, to, Math.floor(dueMs * 100) / 100, Math.ceil(withinMs * 100 + 1) / 100] as const;
        return error === undefined ? figures : [...figures, error];
      });
    },
  };
}

/** Whether the next write of a run would be due then; after a jump it is due later. */
function follows({ from, to, dueMs }: Pick<Run, 'from' | 'to' | 'dueMs'>, nextMs: number, periodMs: number): boolean {
  return Math.abs(dueMs + (to + 1 - from) * periodMs - nextMs) < periodMs / 2;
}

const QUICK_MS = 64;

/** Of the same magnitude: classes and not ratios, or one write a little slower than the last would follow another. */
function isAlike(oneMs: number, otherMs: number): boolean {
  return magnitudeOf(oneMs) === magnitudeOf(otherMs);
}

function magnitudeOf(withinMs: number): number {
  return withinMs <= QUICK_MS ? 0 : 1 + Math.floor(Math.log(withinMs / QUICK_MS) / Math.log(COARSE));
}

function joinFates(runs: readonly Run[], periodMs: number): Run[] {
  const joined: Run[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    if (last === undefined || last.error !== run.error || !follows(last, run.dueMs, periodMs)) joined.push({ ...run });
    else {
      last.to = run.to;
      last.withinMs = Math.max(last.withinMs, run.withinMs);
    }
  }
  return joined;
}

/** Adds folded runs to those before them; what was parted only by a flush is one run again. */
export function addRuns(runs: WriteRun[], fresh: readonly WriteRun[], perSecond: number): void {
  for (const run of fresh) {
    const last = runs.at(-1);
    const [from, to, dueMs, withinMs, error] = run;
    const isNext =
      last !== undefined &&
      last[4] === error &&
      follows({ from: last[0], to: last[1], dueMs: last[2] }, dueMs, 1000 / perSecond) &&
      last[1] + 1 === from;
    if (!isNext || !isAlike(last[3], withinMs)) runs.push(run);
    else {
      const figures = [last[0], to, last[2], Math.max(last[3], withinMs)] as const;
      runs[runs.length - 1] = error === undefined ? figures : [...figures, error];
    }
  }
}

/** What of a ledger has been written until now. */
export interface Written {
  readonly runs: readonly WriteRun[];
  readonly perSecond: number;
}

/**
 * A place's numbers, folded: what is there, what is there more than once, and what stands behind a later write, unless both
 * were under way at the same time.
 */
export function foldNumbers(
  numbers: readonly number[],
  since: number,
  { runs, perSecond }: Written,
): Pick<RecallEntry, 'present' | 'again' | 'behind'> {
  const times = new Map<number, number>();
  const behind: (readonly [number, number])[] = [];
  let greatest = -1;
  for (const number of numbers) {
    if (number < since) continue;
    const before = times.get(number) ?? 0;
    times.set(number, before + 1);
    if (number > greatest) greatest = number;
    else if (before === 0 && cameLater({ runs, perSecond }, number, greatest)) behind.push([number, greatest]);
  }
  const counts = [...times].sort(([a], [b]) => a - b);
  return {
    present: tidyRanges(counts.map(([number]): Range => [number, number])),
    again: foldTimes(counts.filter(([, count]) => count > 1)),
    behind,
  };
}

function cameLater({ runs, perSecond }: Written, number: number, after: number): boolean {
  const [own, other] = [fateOf(runs, perSecond, number), fateOf(runs, perSecond, after)];
  return own === null || other === null || other.lowMs > own.highMs;
}

function foldTimes(counts: readonly (readonly [number, number])[]): [number, number, number][] {
  const folded: [number, number, number][] = [];
  for (const [number, count] of counts) {
    const last = folded.at(-1);
    if (last !== undefined && last[1] === number - 1 && last[2] === count) last[1] = number;
    else folded.push([number, number, count]);
  }
  return folded;
}

/** The least number that a look at a place must still show: what comes before it was seen there, or was not acknowledged. */
export function nextSince(
  since: number,
  present: readonly Range[],
  acknowledged: readonly Range[],
  next: number,
): number {
  const wanted = acknowledged.flatMap(([from, to]): Range[] => (to < since ? [] : [[Math.max(from, since), to]]));
  return withoutRanges(wanted, present)[0]?.[0] ?? Math.max(since, next);
}
