import type { Effect, Progress } from './engine/engine.js';
import type { Plan } from './plan/plan.js';

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
    /** Something that the reader of the report should know and that is not a measure. */
    | { readonly entry: 'warning'; readonly message: string }
    | {
        readonly entry: 'end';
        readonly why: 'completed' | 'interrupted' | 'unsteady' | 'failed';
        readonly because: string;
        /** What could not be removed or cured, by name. */
        readonly left: readonly string[];
      }
  );

/** Sent this long after it was due, took this long (milliseconds), and, when it was not good, the error. */
export type FoldedSample = readonly [lagMs: number, tookMs: number, error?: string];

/** A sample as the judge sees it; all instants are story times. */
export interface Sample {
  readonly dueMs: number;
  readonly sentMs: number;
  readonly endedMs: number;
  readonly ok: boolean;
  readonly error: string | null;
}

/** The samples of an entry, unfolded. */
export function unfoldSamples(entry: Extract<Entry, { entry: 'samples' }>): Sample[] {
  return entry.samples.map(([lagMs, tookMs, error], index) => {
    const dueMs = entry.dueMs + index * entry.everyMs;
    const sentMs = dueMs + lagMs;
    return { dueMs, sentMs, endedMs: sentMs + tookMs, ok: error === undefined, error: error ?? null };
  });
}

/** Where entries go; `sync` returns when they are on the disk. */
export interface Sink {
  write(line: string): void;
  sync(): void;
}

/** An append-only journal: one JSON object a line. */
export interface Journal {
  append(entry: Entry): void;
  /** Appends, and returns when it is on the disk. */
  appendDurably(entry: Entry): void;
}

/** A journal that writes to `sink` and shows every entry to `watch` after it was written. */
export function openJournal(sink: Sink, watch: (entry: Entry) => void = () => {}): Journal {
  const append = (entry: Entry) => {
    sink.write(`${JSON.stringify(entry)}\n`);
    watch(entry);
  };
  return {
    append,
    appendDurably(entry) {
      sink.write(`${JSON.stringify(entry)}\n`);
      sink.sync();
      watch(entry);
    },
  };
}
