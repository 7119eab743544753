import type { Effect, Progress } from '../engine/engine.js';
import type { Plan } from '../plan/plan.js';
import type { EffortEntry, LedgerEntry, LossEntry, ReadyEntry, RecallEntry } from './ledger.js';

/** The number of the journal's form; a reader refuses a greater one. */
export const JOURNAL_FORMAT = 1;

/** Every line carries the story's time (offset from `begins`, negative before) and the monotonic time, in milliseconds. */
interface Stamp {
  readonly atMs: number;
  readonly monoMs: number;
}

/** One line of the journal. The first is a `drill`, the last an `end`. */
export type Entry = Stamp &
  (
    | {
        readonly entry: 'drill';
        readonly format: number;
        readonly drill: string;
        readonly firedrill: string;
        readonly engine: string;
        readonly measured: boolean;
        readonly seed: number;
        readonly host: Readonly<Record<string, string>>;
        /** Who runs it, so that others can tell whether it still lives; absent where nothing real is broken. */
        readonly runner?: string;
        /** Real time of the drill's first line, ISO 8601. */
        readonly startedAt: string;
        readonly plan: Plan;
      }
    | { readonly entry: 'progress'; readonly progress: Progress }
    /** The gate: `ok` false ends the drill with nothing broken. */
    | { readonly entry: 'steady'; readonly ok: boolean; readonly because: string }
    /** The story begins now; samples follow. */
    | { readonly entry: 'begin'; readonly wallAt: string }
    /** Written and synced before steps are injected or cured: what is intended and not cured is what `recover` cures. */
    | {
        readonly entry: 'intent';
        readonly does: 'fault' | 'cure';
        readonly title: string;
        readonly steps: readonly string[];
        /** The story instant at which it is meant to take hold. */
        readonly dueMs: number;
      }
    /** What came of an intent. `fromMs` and `toMs` are story times; `lateMs` is how long after `dueMs` the first took hold. */
    | {
        readonly entry: 'effect';
        readonly does: 'fault' | 'cure';
        readonly title: string;
        readonly dueMs: number;
        readonly lateMs: number;
        readonly effects: readonly Effect[];
      }
    | {
        /** Samples of one probe, one after another: due at `dueMs`, `dueMs + everyMs`, … */
        readonly entry: 'samples';
        readonly probe: string;
        readonly dueMs: number;
        readonly everyMs: number;
        readonly samples: readonly FoldedSample[];
      }
    | LedgerEntry
    | RecallEntry
    | LossEntry
    | EffortEntry
    | ReadyEntry
    | WorldEvent
    | {
        /** A step of a runbook changed its state, in which it stays until its next entry. */
        readonly entry: 'runbook';
        /** The step's id in the plan. */
        readonly step: string;
        readonly state: 'blocked' | 'deciding' | 'working' | 'done';
        /** What it waits for while it is `blocked`, a sentence each; what its command said when it is `done`. */
        readonly because: readonly string[];
      }
    /**
     * All that looks of one probe would have seen, where an engine knows it exactly: from the story's beginning to its end, in
     * the order of time and without gaps.
     */
    | { readonly entry: 'spans'; readonly probe: string; readonly spans: readonly Span[] }
    /**
     * The story went from one instant to a later one in no time, because nothing changed any more: nobody looked in between,
     * and everything was as it had been at `fromMs`.
     */
    | { readonly entry: 'jump'; readonly fromMs: number; readonly toMs: number }
    /** The runner did nothing between these two instants of the story: it heard no answer, and sent no look that was due. */
    | { readonly entry: 'standstill'; readonly fromMs: number; readonly toMs: number }
    /**
     * How the clocks stand: the engine's time of day is `aheadMs` later than the runner's (negative: earlier), known to
     * `unsureMs`; the runner's monotonic clock goes faster than the engine's by `fastPpm` parts of a million. All instants of
     * the journal are the engine's.
     */
    | { readonly entry: 'clock'; readonly aheadMs: number; readonly unsureMs: number; readonly fastPpm: number }
    /**
     * A clock was set by `byMs` between these two instants of the story: the engine's time of day, by which its kernel ends
     * leases; the runner's, on which nothing depends; or the runner's monotonic clock against the engine's (`between`), so
     * that no instant which the runner saw meanwhile is known, and a `standstill` says the same.
     */
    | {
        readonly entry: 'clock-step';
        readonly whose: 'engine' | 'runner' | 'between';
        readonly byMs: number;
        readonly fromMs: number;
        readonly toMs: number;
      }
    /** A surge of looks beside a probe's schedule is over; no measure counts them. */
    | { readonly entry: 'surge'; readonly probe: string; readonly sent: number; readonly good: number }
    /** Something that the reader of the report should know and that is not a measure. */
    | { readonly entry: 'warning'; readonly message: string }
    /** Why not all is there, or as it was written, of what this journal should hold: found by who reads it, and written by nobody. */
    | { readonly entry: 'doubt'; readonly message: string }
    /**
     * What stands was compared with what stood: the units after their cures, or the whole engine after all was removed.
     * `differences` are sentences; none is the proof.
     */
    | {
        readonly entry: 'proof';
        readonly scope: 'units' | 'engine';
        readonly compared: number;
        readonly differences: readonly string[];
      }
    | {
        readonly entry: 'end';
        readonly why: 'completed' | 'interrupted' | 'unsteady' | 'failed';
        readonly because: string;
        /** What could not be removed or cured, by name. */
        readonly left: readonly string[];
        /** Written by who recovered the drill when its own runner was gone; the story may have gone on until it was. */
        readonly recovered?: true;
      }
  );

/**
 * Looks sent from `fromMs` on and before `toMs` (story time) are good, at least 19 of 20 of them, or they are not, for a
 * reason as a sample has it, and take so long. Where some are good and some are not, `share` is how many in one
 * are, and `failedMs` how long the others take.
 */
export type Span = readonly [
  fromMs: number,
  toMs: number,
  ok: boolean,
  error: string | null,
  latencyMs: number,
  share?: number,
  failedMs?: number,
];

/**
 * Sent this long after it was due, took this long (milliseconds), and, when it was not good, the error; and whether it is a
 * hole: it failed for a reason on our side and tells nothing.
 */
export type FoldedSample = readonly [lagMs: number, tookMs: number, error?: string, hole?: true];

/**
 * Something changed in a simulated world, told for a group and never for each server. `atMs` of its line is when, and the
 * subject stays in `state` until its next event. For `explain`; no measure depends on it.
 */
export interface WorldEvent {
  readonly entry: 'event';
  /** Unique in its journal, and greater than every id in `because`. */
  readonly id: number;
  readonly subject: EventSubject;
  readonly state: EventState;
  /**
   * The earlier events without each of which this one would not have come, or not yet: the state that the subject was in,
   * where that takes its time (booting, dark until the timetable restores it), and what it waited for. Only a fault has none.
   */
  readonly because: readonly number[];
  /** What the words of the state do not say, such as `a crew of 200, 4 min a server` or `failover-controller is only at pangyo`. */
  readonly detail?: string;
}

/** What changed: `name` is a fault's id, a site, `service@site`, a service, the name of a step, a probe. */
export interface EventSubject {
  readonly kind: 'fault' | 'site' | 'group' | 'service' | 'step' | 'probe';
  readonly name: string;
}

/**
 * A fault is `held`. A site, or a group of servers, is `dark`, `powered`, `cut` from others or `joined` with them again. A
 * group or a service is `blocked` (`detail`: what it waits for), `queued` for a crew, `booting`, `repairing` data, `leaderless`,
 * `overloaded`, `leading`, `up` or `down`. A step of people or tools is `noticing`, `deciding`, `blocked`, `working` or `done`.
 * A probe is `up` or `down`.
 */
export type EventState =
  | 'held'
  | 'dark'
  | 'powered'
  | 'cut'
  | 'joined'
  | 'blocked'
  | 'queued'
  | 'booting'
  | 'repairing'
  | 'leaderless'
  | 'leading'
  | 'overloaded'
  | 'up'
  | 'down'
  | 'noticing'
  | 'deciding'
  | 'working'
  | 'done';
