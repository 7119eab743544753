import type { Effect, Ended, Stretch } from '../engine/engine.js';
import type { Entry, EventSubject, FoldedSample, Span } from './entries.js';
import {
  dictionary,
  type Fields,
  type Form,
  list,
  number,
  oneOf,
  optional,
  orNull,
  record,
  row,
  text,
  truth,
  whole,
} from './form.js';
import type { Range, WriteRun } from './ledger.js';
import { count, curablePlanShape, instantMs, lengthMs, periodMs, planShape, rate } from './plan-shape.js';

type Bare<Kind> = Omit<Extract<Entry, { readonly entry: Kind }>, 'entry' | 'atMs' | 'monoMs'>;

/** What every line has. */
export const STAMP: Form<Pick<Entry, 'entry' | 'atMs' | 'monoMs'>> = record({
  entry: text as Form<Entry['entry']>,
  atMs: instantMs,
  // The clock of a machine, or of a simulation that may have waited for ages before its story.
  monoMs: number(-1e15, 1e15),
});

const texts = list(text);
const does = oneOf('fault', 'cure');
const latencyMs = number(0, 1e12);
const writeNumber = whole(0, Number.MAX_SAFE_INTEGER);

const samples = list(row<FoldedSample>('a sample', [instantMs, latencyMs, text, truth], 2));
const spans = list(
  row<Span>('a span', [instantMs, instantMs, truth, orNull(text), latencyMs, number(0, 1), latencyMs], 5),
);
const runs = list(row<WriteRun>('a run', [writeNumber, writeNumber, instantMs, latencyMs, text], 4));
const ranges = list(row<Range>('a range of numbers', [writeNumber, writeNumber], 2));

const stretch = { fromMs: instantMs, toMs: instantMs };
const effect = record<Effect>({
  step: text,
  ...stretch,
  error: orNull(text),
  timed: optional(oneOf('kernel')),
  untouched: optional(truth as Form<true>),
  halted: optional(record<Stretch>(stretch)),
  ended: optional(orNull(record<Ended>({ ...stretch, by: oneOf('itself', 'SIGKILL') }))),
  warning: optional(text),
});

const progress = record<Bare<'progress'>['progress']>({
  what: text,
  state: oneOf('building', 'built', 'starting', 'ready', 'removed', 'failed', 'troubled', 'lapsed'),
  detail: text,
});

const subject = record<EventSubject>({
  kind: oneOf('fault', 'site', 'group', 'service', 'step', 'probe'),
  name: text,
});
const state = oneOf(
  ...(['held', 'dark', 'powered', 'cut', 'joined', 'blocked', 'queued', 'booting', 'repairing'] as const),
  ...(['leaderless', 'leading', 'overloaded', 'up', 'down', 'noticing', 'deciding', 'working', 'done'] as const),
);

const ended = { why: oneOf('completed', 'interrupted', 'unsteady', 'failed'), because: text, left: texts };

const drill: Fields<Bare<'drill'>> = {
  format: count,
  drill: text,
  firedrill: text,
  engine: text,
  measured: truth,
  seed: number(0, 2 ** 53),
  host: dictionary(text),
  runner: optional(text),
  startedAt: text,
  plan: planShape,
};

/**
 * Every field of every entry, on all of which the readers of a journal rely: a field that is new in `Entry` is a mistake of the
 * compiler's here until it has its form, which is `optional` because journals of before have none of it.
 */
export const SHAPES: { readonly [Kind in Entry['entry']]: Form<Bare<Kind>> } = {
  drill: record<Bare<'drill'>>(drill),
  progress: record<Bare<'progress'>>({ progress }),
  steady: record<Bare<'steady'>>({ ok: truth, because: text }),
  begin: record<Bare<'begin'>>({ wallAt: text }),
  intent: record<Bare<'intent'>>({ does, title: text, steps: texts, dueMs: instantMs }),
  effect: record<Bare<'effect'>>({ does, title: text, dueMs: instantMs, lateMs: instantMs, effects: list(effect) }),
  samples: record<Bare<'samples'>>({ probe: text, dueMs: instantMs, everyMs: periodMs, samples }),
  ledger: record<Bare<'ledger'>>({ probe: text, perSecond: rate, runs }),
  recall: record<Bare<'recall'>>({
    probe: text,
    place: text,
    sentMs: instantMs,
    tookMs: lengthMs,
    final: truth,
    whole: count,
    error: orNull(text),
    since: writeNumber,
    present: ranges,
    again: list(row<Bare<'recall'>['again'][number]>('a range of numbers', [writeNumber, writeNumber, count], 3)),
    behind: list(row<Bare<'recall'>['behind'][number]>('two numbers', [writeNumber, writeNumber], 2)),
  }),
  loss: record<Bare<'loss'>>({ probe: text, acknowledged: count, lost: ranges, oldestMs: lengthMs }),
  effort: record<Bare<'effort'>>({
    spanMs: lengthMs,
    cpuMs: orNull(lengthMs),
    lagMs: orNull(record<{ p50: number; p99: number; max: number }>({ p50: lengthMs, p99: lengthMs, max: lengthMs })),
  }),
  ready: record<Bare<'ready'>>({ unit: text, lowMs: instantMs, highMs: orNull(instantMs), after: optional(texts) }),
  event: record<Bare<'event'>>({ id: count, subject, state, because: list(count), detail: optional(text) }),
  runbook: record<Bare<'runbook'>>({
    step: text,
    state: oneOf('blocked', 'deciding', 'working', 'done'),
    because: texts,
  }),
  spans: record<Bare<'spans'>>({ probe: text, spans }),
  jump: record<Bare<'jump'>>({ fromMs: instantMs, toMs: instantMs }),
  standstill: record<Bare<'standstill'>>({ fromMs: instantMs, toMs: instantMs }),
  clock: record<Bare<'clock'>>({ aheadMs: number(-1e15, 1e15), unsureMs: number(0, 1e15), fastPpm: number(-1e6, 1e6) }),
  'clock-step': record<Bare<'clock-step'>>({
    whose: oneOf('engine', 'runner', 'between'),
    byMs: number(-1e15, 1e15),
    ...stretch,
  }),
  surge: record<Bare<'surge'>>({ probe: text, sent: count, good: count }),
  warning: record<Bare<'warning'>>({ message: text }),
  doubt: record<Bare<'doubt'>>({ message: text }),
  proof: record<Bare<'proof'>>({ scope: oneOf('units', 'engine'), compared: count, differences: texts }),
  end: record<Bare<'end'>>({ ...ended, recovered: optional(truth as Form<true>) }),
};

/** Of what a journal holds, all that the cures of an abandoned drill need; its other lines and fields may be as they like. */
export const CURING: { readonly [Kind in Entry['entry']]?: Form<unknown> } = {
  drill: record<Pick<Bare<'drill'>, 'drill' | 'plan'>>({
    drill: text,
    plan: curablePlanShape as Form<Bare<'drill'>['plan']>,
  }),
  intent: record<Pick<Bare<'intent'>, 'does' | 'steps'>>({ does, steps: texts }),
  effect: record<Pick<Bare<'effect'>, 'does' | 'effects'>>({
    does,
    effects: list(
      record<{ step: string; error: string | null }>({ step: text, error: orNull(text) }) as Form<
        Bare<'effect'>['effects'][number]
      >,
    ),
  }),
  begin: record<object>({}),
  end: record<Pick<Bare<'end'>, 'why' | 'because' | 'left'>>(ended),
};
