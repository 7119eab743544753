import type { Clock } from '../clock.js';
import type { Book, Effect, Engine, Progress } from '../engine/engine.js';
import { type Entry, JOURNAL_FORMAT, type Journal } from '../journal/journal.js';
import type { Plan, RunbookStep, Step } from '../plan/plan.js';
import type { Probe } from '../scenario/scenario.js';
import { roundMs } from './probing.js';
import type { StoryClock } from './story-clock.js';

/** What a drill is made of. `drill` is its id, `firedrill` the version that runs it, `startedAt` real time as ISO 8601. */
export interface DrillOptions {
  readonly plan: Plan;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly drill: string;
  readonly firedrill: string;
  readonly seed: number;
  readonly startedAt: string;
  /** Who runs it, for the journal's first line. */
  readonly runner?: string;
  /** Labels for everything that the engine makes, so that a drill whose runner is gone can be told. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Processor time of the whole process until now, in milliseconds; without it nobody knows. */
  readonly cpuMs?: () => number;
  /**
   * Asks a person to do a step of a runbook and resolves when it is done, or as soon as `over` aborts; absent where nobody is
   * there to be asked: then a step takes as long as its plan says.
   */
  readonly ask?: (step: RunbookStep, over: AbortSignal) => Promise<void>;
  /** Aborting it stops the drill and cures everything; a string as its reason becomes the end's `because`. */
  readonly signal: AbortSignal;
  /** Aborting it, after `signal`, leaves out every wait for a graceful end; the cures are made all the same. */
  readonly hurry?: AbortSignal;
  /** Is told how the drill ended, after all that could be cured and removed was, also where the journal cannot take it. */
  readonly ended?: (ending: Ended) => void;
}

/** How a drill ended. */
export interface Ended {
  /** The journal's last line, as it is or as it would be. */
  readonly entry: Extract<Entry, { entry: 'end' }>;
  /** Nothing is left, and it was compared: nobody need look after it. */
  readonly proved: boolean;
}

/** Hears of the steps of a story, one by one and as soon as something is known. All instants are the drill's clock's. */
export interface Witness {
  /** These begin to be undone at `atMs`, which is now or just past. */
  begin(steps: readonly Step[], atMs: number): void;
  /** What came of a step or of its cure; no later than that of the slowest step of its moment. */
  hear(does: 'fault' | 'cure', step: Step, effect: Effect): void;
}

/** A drill under way. */
export interface Run extends DrillOptions {
  readonly hurry: AbortSignal;
  /** The story's time, or null while the story has not begun. */
  story: StoryClock | null;
  /** Steps with a journalled intent and no successful cure, by id. */
  readonly open: Map<string, Step>;
  /** Spares that were started, by the ids of their steps. */
  readonly started: Set<string>;
  /** Hears what is made to happen and undone, while there is a story. */
  witness: Witness | null;
  /** The books of probes that keep a ledger, once the topology stands. */
  readonly books: Map<Probe, Book>;
  /** Looks sent per probe, over the gate and the story. */
  readonly looks: Map<Probe, number>;
  /** What broke in firedrill itself; the first is thrown when everything is cured and removed. */
  readonly failures: unknown[];
  /** Keeps a failure and stops the drill. */
  fail(error: unknown): void;
  /** Stops the drill for a reason that is no failure of firedrill; the first reason counts. */
  stop(because: string): void;
}

/** A run that has not begun; its signal is aborted by the person's, by a failure and by a guard. */
export function prepareRun(options: DrillOptions): Run {
  const halt = new AbortController();
  const failures: unknown[] = [];
  return {
    ...options,
    signal: AbortSignal.any([options.signal, halt.signal]),
    hurry: options.hurry ?? new AbortController().signal,
    story: null,
    open: new Map(),
    started: new Set(),
    witness: null,
    books: new Map(),
    looks: new Map(),
    failures,
    fail(error) {
      failures.push(error);
      halt.abort();
    },
    stop: (because) => halt.abort(because),
  };
}

/** An entry without its stamp. */
export type Bare<E> = E extends Entry ? Omit<E, 'atMs' | 'monoMs'> : never;

/** Writes the journal's first line. @throws when it cannot be written: then nothing may begin. */
export function openJournalOf(run: Run): void {
  const { drill, firedrill, seed, startedAt, plan, runner } = run;
  const { name, measured, host } = run.engine;
  const head = { drill, firedrill, engine: name, measured, seed, host, startedAt, plan };
  const who = runner === undefined ? {} : { runner };
  appendDurably(run, { entry: 'drill', format: JOURNAL_FORMAT, ...who, ...head });
}

/** Writes an entry with the present instant. @throws when the journal cannot be written. */
export function append(run: Run, entry: Bare<Entry>): void {
  run.journal.append({ ...stampOf(run), ...entry });
}

/** The same, and returns when it is on the disk. @throws when the journal cannot be written. */
export function appendDurably(run: Run, entry: Bare<Entry>): void {
  run.journal.appendDurably({ ...stampOf(run), ...entry });
}

/** Writes how far the engine is; never throws. */
export function tell(run: Run, progress: Progress): void {
  attempt(run, () => append(run, { entry: 'progress', progress }));
}

/** A journal that cannot be written to stops the drill, but keeps nothing from being cured or removed. */
export function attempt(run: Run, write: () => void): void {
  try {
    write();
  } catch (error) {
    run.fail(error);
  }
}

/** The one sentence of an error. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The present instant, as an entry has it. Until the story's zero is laid no offset from it is known, so that `atMs` is -1. */
export function stampOf({ clock, story }: Run): { atMs: number; monoMs: number } {
  const monoMs = roundMs(clock.now());
  return { atMs: story === null ? -1 : roundMs(story.now()), monoMs };
}
