import type { Effect, Progress } from './engine/engine.js';
import { InputError } from './errors.js';
import type { Action, Plan } from './plan/plan.js';

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
    /** Something that the reader of the report should know and that is not a measure. */
    | { readonly entry: 'warning'; readonly message: string }
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

/**
 * Reads a journal back. A last line that a crash cut off is left out; whoever reads then finds no `end`.
 * @throws InputError naming `file` and the line of everything that is not an entry of this format.
 */
export function readJournal(text: string, file: string): Entry[] {
  const lines = text.split('\n');
  const problems: { line: number; message: string }[] = [];
  let begun = false;
  const entries = lines.flatMap((line, index): Entry[] => {
    if (line.trim() === '') return [];
    const value = parseLine(line);
    if (value === undefined && index === lines.length - 1) return [];
    const wrong = value === undefined ? notJson(index) : findMismatch(value, begun);
    begun ||= wrong === null;
    if (wrong === null) return [value as Entry];
    problems.push({ line: index + 1, message: wrong });
    return [];
  });
  const [first] = entries;
  if (problems[0]?.line !== 1 && first?.entry !== 'drill') {
    const message = first === undefined ? 'the journal is empty' : 'a journal begins with its `drill` entry';
    problems.unshift({ line: 1, message });
  }
  if (problems.length === 0) return entries;
  // A file that is no journal is wrong in every line: its first says enough.
  const told = problems[0]?.line === 1 ? problems.slice(0, 1) : problems;
  throw new InputError(told.map((problem) => ({ file, col: 1, path: '', ...problem })));
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function notJson(index: number): string {
  const remedy = index === 0 ? 'name a journal that `firedrill run` wrote' : 'take the journal as it was written';
  return `this line is not JSON; ${remedy}`;
}

/** Why `value` is not an entry here, as a sentence, or null; `begun`: there are entries before it. */
function findMismatch(value: unknown, begun: boolean): string | null {
  const stamped = mismatch(value, { entry: 'text', atMs: 'number', monoMs: 'number' }, '');
  if (stamped !== null) return stamped;
  const { entry, format } = value as { entry: string; format?: unknown };
  if (!Object.hasOwn(SHAPES, entry))
    return `there is no entry called \`${entry}\` in a journal of format ${JOURNAL_FORMAT}`;
  if (entry === 'drill' && format !== JOURNAL_FORMAT) {
    return `the journal has format ${JSON.stringify(format)}; this firedrill reads format ${JOURNAL_FORMAT}`;
  }
  // Judged as one, two drills would lend each other their samples.
  if (entry === 'drill' && begun)
    return 'a second drill begins here; keep the journal of each drill in a file of its own';
  return mismatch(value, SHAPES[entry as Entry['entry']], '');
}

/** What a value must be: one of the words, a list of a shape, or an object with at least these fields. */
type Shape =
  | 'text'
  | 'text or null'
  | 'number'
  | 'truth'
  | 'verb'
  | 'sample'
  | 'objective'
  | readonly [Shape]
  | { readonly [field: string]: Shape };

const PLAN: Shape = {
  name: 'text',
  begins: { date: 'text or null', ofDayMs: 'number' },
  durationMs: 'number',
  sites: [{ name: 'text' }],
  services: [{ name: 'text', restart: 'text' }],
  units: [{ name: 'text', service: 'text', site: 'text or null' }],
  probes: [{ name: 'text', family: 'text', site: 'text or null', everyMs: 'number', timeoutMs: 'number' }],
  objectives: ['objective'],
  faults: [
    { id: 'text', title: 'text', atMs: 'number', steps: [{ id: 'text', unit: 'text', action: { verb: 'verb' } }] },
  ],
};

const OBJECTIVES: Record<Plan['objectives'][number]['measure'], Shape> = {
  detect: { probe: 'text', limitMs: 'number' },
  recover: { probe: 'text', limitMs: 'number' },
  lose: { probe: 'text', limitWrites: 'number' },
  availability: { probe: 'text', limitPercent: 'number' },
  budget: { probe: 'text', targetPercent: 'number', windowMs: 'number' },
  latency: { probe: 'text', quantile: 'number', limitMs: 'number' },
};

const VERBS: Record<Action['verb'], true> = {
  ...{ 'power-off': true, kill: true, stop: true },
  ...{ freeze: true, isolate: true, shape: true },
};

/** Thirty thousand years in milliseconds: no number of a journal is further from zero. */
const MOST = 1e15;

/** The fields on which the readers of a journal rely. */
const SHAPES: Record<Entry['entry'], Shape> = {
  drill: { drill: 'text', engine: 'text', measured: 'truth', seed: 'number', plan: PLAN },
  progress: { progress: {} },
  steady: { ok: 'truth', because: 'text' },
  begin: { wallAt: 'text' },
  intent: { does: 'text', title: 'text', steps: ['text'], dueMs: 'number' },
  effect: {
    ...{ does: 'text', title: 'text', dueMs: 'number', lateMs: 'number' },
    effects: [{ step: 'text', fromMs: 'number', toMs: 'number', error: 'text or null' }],
  },
  samples: { probe: 'text', dueMs: 'number', everyMs: 'number', samples: ['sample'] },
  warning: { message: 'text' },
  proof: { scope: 'text', compared: 'number', differences: ['text'] },
  end: { why: 'text', because: 'text', left: ['text'] },
};

function mismatch(value: unknown, shape: Shape, path: string): string | null {
  const fails = (expected: string) => `${path === '' ? 'the line' : `\`${path}\``} is not ${expected}`;
  if (typeof shape === 'string')
    return isWord(value, shape) ? null : fails(`${shape === 'objective' ? 'an' : 'a'} ${shape}`);
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) return fails('a list');
    return firstOf(value.map((item, index) => mismatch(item, shape[0] as Shape, `${path}[${index}]`)));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fails('an object');
  const fields = value as Record<string, unknown>;
  const at = (field: string) => (path === '' ? field : `${path}.${field}`);
  return firstOf(Object.entries(shape).map(([field, inner]) => mismatch(fields[field], inner as Shape, at(field))));
}

function firstOf(mismatches: readonly (string | null)[]): string | null {
  return mismatches.find((found) => found !== null) ?? null;
}

function isWord(value: unknown, word: Extract<Shape, string>): boolean {
  switch (word) {
    case 'text':
      return typeof value === 'string';
    case 'text or null':
      return typeof value === 'string' || value === null;
    case 'number':
      // Further from zero, two numbers of a journal could add up to what is none.
      return typeof value === 'number' && Math.abs(value) <= MOST;
    case 'truth':
      return typeof value === 'boolean';
    case 'verb':
      return typeof value === 'string' && Object.hasOwn(VERBS, value);
    case 'objective': {
      const { measure } = (value ?? {}) as { measure?: unknown };
      const known = typeof measure === 'string' && Object.hasOwn(OBJECTIVES, measure);
      return known && mismatch(value, OBJECTIVES[measure as keyof typeof OBJECTIVES], '') === null;
    }
    case 'sample':
      return (
        Array.isArray(value) &&
        isWord(value[0], 'number') &&
        isWord(value[1], 'number') &&
        (value.length === 2 || isWord(value[2], 'text'))
      );
  }
}
