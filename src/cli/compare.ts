import { randomBytes, randomInt } from 'node:crypto';
import { join, relative, resolve } from 'node:path';
import { wallClock } from '../clock.js';
import { type ComparedRun, compareSides } from '../comparison/comparison.js';
import type { Progress } from '../engine/engine.js';
import { InputError, type Problem } from '../errors.js';
import { explain } from '../explain/explain.js';
import { doubtsOf, type Entry, endOf } from '../journal/journal.js';
import { exitCodes, judge } from '../judge/judge.js';
import { planDrill } from '../plan/plan.js';
import { jsonReport, type TerminalOptions, terminalComparison } from '../report/report.js';
import type { Io } from './io.js';
import { isJournal, openJournalEntries } from './journal-or-scenario.js';
import { checkOutputs, printReport, type ReportOptions } from './output.js';
import { playDrill, type RunOptions, setStage } from './run.js';
import { openScenario } from './scenario-file.js';

/** The options of `compare`, as commander gives them. */
export interface CompareOptions extends Omit<ReportOptions, 'journal'> {
  readonly engine: RunOptions['engine'];
  readonly repeat: number;
  readonly seed?: number;
  /** The folder for the journals. */
  readonly journals?: string;
  readonly allowRemote?: boolean;
  /** Images are built also where one of the same content is there, once for all runs. */
  readonly rebuild?: boolean;
}

/**
 * Runs two scenarios, each `repeat` times and in turns, or reads two journals, sets them side by side and prints that; the exit
 * code is the comparison's, or that of a drill that was stopped or left something broken.
 */
export async function compareBoth(io: Io, names: readonly [string, string], options: CompareOptions): Promise<number> {
  for (const name of names) checkOutputs(io, name, options);
  if (names[0] === '-' && names[1] === '-') refuse('standard input is one journal; name a file for the other one');
  const kept = await openBoth(io, names);
  if (kept.size > 0 && options.repeat > 1) refuse('a journal cannot be run again; leave out --repeat');
  const folder = options.journals ?? join('.firedrill', compareIdOf());
  const stop = listenForStop(io);
  try {
    const runs = await runBoth(io, names, { options, kept, folder, stop });
    if (typeof runs === 'number') return runs;
    const [a, b] = names.map((name, side) => ({ name, runs: runs[side as 0 | 1] }));
    if (a === undefined || b === undefined) throw new Error('a comparison has two sides');
    const comparison = compareSides(a, b);
    const terminal = (look: TerminalOptions) => terminalComparison(comparison, look);
    printReport(io, { terminal, json: jsonReport(comparison) }, options);
    return comparison.exitCode;
  } finally {
    stop.end();
  }
}

/** What the runs of a comparison are made of. */
interface Rounds {
  readonly options: CompareOptions;
  /** The entries of each side that is a journal. */
  readonly kept: ReadonlyMap<string, Entry[]>;
  readonly folder: string;
  readonly stop: Stop;
}

/** All runs of both sides, or the exit code with which the comparison ends before them. */
async function runBoth(
  io: Io,
  names: readonly [string, string],
  { options, kept, folder, stop }: Rounds,
): Promise<[ComparedRun[], ComparedRun[]] | number> {
  const firstSeed = options.seed ?? randomInt(2 ** 31);
  const runs: [ComparedRun[], ComparedRun[]] = [[], []];
  for (const name of new Set(names)) {
    if (!kept.has(name)) await fetchImages(io, name, { ...options, seed: firstSeed }, stop.signal);
    if (stop.signal.aborted) return stop.exitCode();
  }
  for (let round = 0; round < options.repeat; round += 1) {
    for (const side of [0, 1] as const) {
      const name = names[side];
      const written = kept.get(name);
      if (written !== undefined) {
        runs[side].push(runOf(written, name));
        continue;
      }
      const journal = join(folder, `${side === 0 ? 'a' : 'b'}-${round + 1}.journal.jsonl`);
      io.err(`${side === 0 ? 'A' : 'B'}, run ${round + 1} of ${options.repeat}: ${name}\n`);
      const entries = await playDrill(io, name, { ...runOptionsOf(options), journal, seed: seedOf(firstSeed, round) });
      if (entries.length === 0) return stop.exitCode();
      const run = runOf(entries, relative(io.cwd, resolve(io.cwd, journal)));
      // Whoever stopped one drill wants no other, and nothing may be broken on top of what is.
      const { exitCode } = run.verdict;
      if (exitCode === exitCodes.stopped.code || exitCode === exitCodes.notRestored.code) return exitCode;
      if (stop.signal.aborted) return stop.exitCode();
      runs[side].push(run);
    }
  }
  return runs;
}

/** What keeps a scenario from being drilled is told before a drill of the other one. @throws EnvironmentError */
async function fetchImages(
  io: Io,
  name: string,
  options: CompareOptions & { readonly seed: number },
  signal: AbortSignal,
): Promise<void> {
  // Its drill says by itself where it is played.
  const { plan, stage } = await setStage({ ...io, err() {} }, name, options);
  const building = new Set<string>();
  const tell = ({ what, state }: Progress) => {
    if (state !== 'building' || building.has(what)) return;
    building.add(what);
    io.err(`${name}: building ${what}\n`);
  };
  await stage.engine.fetch?.({ plan, tell, signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

interface Stop {
  readonly signal: AbortSignal;
  /** The code of a comparison that was stopped. @throws what was thrown and caught by nobody. */
  exitCode(): number;
  end(): void;
}

/** A drill that is stopped as it removes what it made was not cut short, and is the last one all the same. */
function listenForStop(io: Io): Stop {
  const stopping = new AbortController();
  const crashes: unknown[] = [];
  const end = io.onStop((_reason, error) => {
    if (error !== undefined) crashes.push(error);
    stopping.abort();
  });
  const exitCode = () => {
    if (crashes.length > 0) throw crashes[0];
    io.err('stopped: no further drill; nothing is left of those before\n');
    return exitCodes.stopped.code;
  };
  return { signal: stopping.signal, exitCode, end };
}

/** The entries of each name that is a journal. Both sides are read before a drill: what is wrong with B must not cost a drill of A. */
async function openBoth(io: Io, names: readonly string[]): Promise<Map<string, Entry[]>> {
  const kept = new Map<string, Entry[]>();
  const problems: Problem[] = [];
  let untold = 0;
  for (const name of new Set(names)) {
    try {
      if (name === '-' || (await isJournal(io, name))) kept.set(name, await openJournalEntries(io, name));
      else planDrill((await openScenario(io, name)).scenario);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(...error.problems);
      untold += error.untold;
    }
  }
  if (problems.length > 0) throw new InputError(problems, untold);
  return kept;
}

/** Every seed is one that `run --seed` takes, so that each drill can be played again. */
function seedOf(first: number, round: number): number {
  return (first + round) % 2 ** 32;
}

function runOptionsOf({ engine, allowRemote }: CompareOptions): RunOptions {
  // Two drills of which one waited for a person do not compare.
  return { engine, unattended: true, ...(allowRemote === undefined ? {} : { allowRemote }) };
}

function runOf(entries: readonly Entry[], journal: string): ComparedRun {
  // Of a journal in which evidence is missing nobody knows how good its drill was.
  const complete = endOf(entries)?.why === 'completed' && doubtsOf(entries).length === 0;
  return { verdict: judge(entries), explanation: explain(entries), complete, journal };
}

/** Never the same twice, whatever the seed, so that no comparison takes the place of another. */
function compareIdOf(): string {
  const clock = wallClock();
  const seconds = Math.floor(clock.epochOf(clock.now()) / 1000);
  return `compare-${seconds.toString(36)}-${randomBytes(3).toString('hex')}`;
}

function refuse(message: string): never {
  throw new InputError([{ file: 'command line', line: 0, col: 0, path: '', message }]);
}
