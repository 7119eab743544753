import type { Range, WriteRun } from './ledger.js';
import { tidyRanges } from './ranges.js';

/** Of a write that was not acknowledged for one of these reasons nobody knows whether it is stored; any other was not taken. */
export const OPEN_FATES: readonly string[] = [
  'timeout',
  'reset',
  'Docker did not say what became of it',
  'given up as the drill ended',
];

/** The run with this number among runs in the order of numbers; null: it was never sent. */
export function runOf(runs: readonly WriteRun[], number: number): WriteRun | null {
  let [low, high] = [0, runs.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const run = runs[middle] as WriteRun;
    if (number < run[0]) high = middle - 1;
    else if (number > run[1]) low = middle + 1;
    else return run;
  }
  return null;
}

/** Between which story instants the fate of a write became known; it was sent no earlier. Null: it was never sent. */
export function fateOf(
  runs: readonly WriteRun[],
  perSecond: number,
  number: number,
): { lowMs: number; highMs: number } | null {
  const run = runOf(runs, number);
  if (run === null) return null;
  const lowMs = run[2] + ((number - run[0]) * 1000) / perSecond;
  return { lowMs, highMs: lowMs + run[3] };
}

/** The acknowledged numbers of these runs, tidy. */
export function acknowledgedIn(runs: readonly WriteRun[]): Range[] {
  return tidyRanges(runs.flatMap(([from, to, , , error]): Range[] => (error === undefined ? [[from, to]] : [])));
}
