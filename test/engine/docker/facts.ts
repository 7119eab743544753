import type { Sight } from './observers.js';

/** A stretch of the test's clock. */
export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What an observer saw of one unit within a window. */
export interface Facts {
  /** The connection that was open: how it ended first, `reset` or `end` (a FIN), else `tick` where anything came, else `silence`. */
  readonly stream: string;
  /** What came of those who arrived and were done within the window, each answer once, sorted. */
  readonly arrivals: readonly string[];
  /** What its name stood for, each answer once, sorted. */
  readonly name: readonly string[];
  /** Whether its process wrote to its volume. */
  readonly runs: boolean;
}

/** The facts about `unit` within a window, from the sights of stream.pl, arrivals.pl, names.pl and counts.pl. */
export function factsOf(sights: readonly Sight[], unit: string, window: Window): Facts {
  const of = (kind: string) => wordsOf(sights, kind, unit, window);
  return {
    stream: fateOf(of('stream').map(([event = '']) => event)),
    arrivals: unique(arrivalsOf(sights, unit, window).map(({ outcome }) => outcome)),
    name: unique(of('name').map(([address = '']) => address)),
    runs: unique(of('count').map(([count = '']) => count)).length > 1,
  };
}

function fateOf(events: readonly string[]): string {
  return events.find((event) => event !== 'tick' && event !== 'open') ?? (events.length > 0 ? 'tick' : 'silence');
}

/** Somebody who came to a unit within a window and was done within it. */
export interface Arrival extends Window {
  readonly outcome: string;
  /** The unit's word in memory and its word on the disk, where it answered. */
  readonly boot: string | null;
  readonly birth: string | null;
}

/** The arrivals at `unit` within a window, in the order in which they were done. */
export function arrivalsOf(sights: readonly Sight[], unit: string, { fromMs, toMs }: Window): Arrival[] {
  const seen = sights.filter(({ words }) => words[0] === 'arrival' && words[1] === unit);
  return seen
    .map(({ atMs, words: [, , began = '', outcome = '', boot = null, birth = null] }) => {
      return { fromMs: Number(began), toMs: atMs, outcome, boot, birth };
    })
    .filter((arrival) => arrival.fromMs >= fromMs && arrival.toMs <= toMs);
}

/** What follows `kind unit` in the sights within a window. */
export function wordsOf(sights: readonly Sight[], kind: string, unit: string, { fromMs, toMs }: Window): string[][] {
  return sights
    .filter(({ atMs, words }) => words[0] === kind && words[1] === unit && atMs >= fromMs && atMs <= toMs)
    .map(({ words }) => words.slice(2));
}

/** Each word once, sorted. */
export function unique(words: readonly string[]): string[] {
  return [...new Set(words)].sort();
}

/** The names of the facts that are not as they should be. */
export function violations<F extends object>(expected: F, seen: F): string[] {
  return Object.keys(expected).filter(
    (name) => JSON.stringify(seen[name as keyof F]) !== JSON.stringify(expected[name as keyof F]),
  );
}

/** The share of the datagrams from one to the other that were lost between the first and the last that came, 0 to 1; 1 when none came. */
export function lossOf(sights: readonly Sight[], from: string, to: string, window: Window): number {
  const numbers = wordsOf(sights, 'heard', to, window).flatMap(([source, number]) =>
    source === from ? [Number(number)] : [],
  );
  if (numbers.length < 2) return 1;
  return 1 - numbers.length / (Math.max(...numbers) - Math.min(...numbers) + 1);
}

/** Bits per second that one drain got of a unit, from its first to its last word within a window; 0 when there are none. */
export function rateOf(sights: readonly Sight[], unit: string, { fromMs, toMs }: Window): number {
  const drained = sights.filter(
    ({ atMs, words }) => words[0] === 'drained' && words[1] === unit && atMs >= fromMs && atMs <= toMs,
  );
  const [first, last] = [drained[0], drained.at(-1)];
  if (first === undefined || last === undefined || last === first) return 0;
  return ((Number(last.words[2]) - Number(first.words[2])) * 8000) / (last.atMs - first.atMs);
}
