import {
  describeClocks,
  doubtsOf,
  type Entry,
  endOf,
  type Sample,
  type Span,
  samplesIn,
  samplesOf,
} from '../journal/journal.js';
import type { Fault, Plan } from '../plan/plan.js';
import { clockAt, type Probe } from '../scenario/scenario.js';
import { inWords } from './finding.js';
import type { Skip } from './skips.js';

/** An instant that is known to lie between two, both story milliseconds. */
export interface Instant {
  readonly lowMs: number;
  readonly highMs: number;
}

/** One probe and all its samples of the story, in the order in which they were due. */
export interface ProbeHistory {
  readonly probe: Probe;
  /** Where an engine knows exactly what would have been seen; null: somebody looked. */
  readonly spans: readonly Span[] | null;
  /** Where there are spans, what looks on the probe's schedule would have got. */
  readonly samples: readonly Sample[];
  /** What the whole story jumped over, in the order of time. */
  readonly skips: readonly Skip[];
}

/** One fault and what became of it. */
export interface FaultHistory {
  readonly fault: Fault;
  /** `power-loss pangyo @15:30:00`, as findings name it. */
  readonly name: string;
  /** False when the drill ended before it was its turn. */
  readonly reached: boolean;
  /** When it took hold; null when it never did. */
  readonly held: Instant | null;
  /** The next fault that can be told apart from this one took hold here; Infinity when none did. */
  readonly untilMs: number;
  /** Why it was not the fault that the author wrote, as a sentence; null when every step took hold. */
  readonly trouble: string | null;
}

/** A journal, sorted out for the measures. */
export interface History {
  readonly drill: Extract<Entry, { entry: 'drill' }>;
  readonly plan: Plan;
  readonly entries: readonly Entry[];
  /** null when the journal ends abruptly. */
  readonly end: Extract<Entry, { entry: 'end' }> | null;
  /** Why not all of the evidence is there, or not as a drill writes it, each as a sentence. */
  readonly doubts: readonly string[];
  readonly warnings: readonly string[];
  readonly probes: readonly ProbeHistory[];
  /** What the story jumped over, in the order of time. */
  readonly skips: readonly Skip[];
  /** In the order of time. */
  readonly faults: readonly FaultHistory[];
  /** Cures that failed, each as a sentence. */
  readonly failedCures: readonly string[];
  /** Faults that ended before anybody cured them, each as a sentence. */
  readonly lapses: readonly string[];
  /** When the last fault was cured inside the story; null when one took hold and was not cured before the end. */
  readonly curedMs: number | null;
}

type EffectEntry = Extract<Entry, { entry: 'effect' }>;

/** Sorts out the entries of a journal as `readJournal` gives them; the first must be the `drill`. */
export function readHistory(entries: readonly Entry[]): History {
  const drill = entries[0];
  if (drill?.entry !== 'drill') throw new Error('a journal begins with its drill entry');
  const { plan } = drill;
  const effects = entries.filter((entry) => entry.entry === 'effect');
  // How the clocks stand is written again at the end, when their rates are known best.
  const clocks = entries.filter((entry) => entry.entry === 'clock');
  const skips = entries.filter((entry) => entry.entry === 'jump').sort((a, b) => a.fromMs - b.fromMs);
  return {
    drill,
    plan,
    entries,
    skips,
    end: endOf(entries),
    doubts: doubtsOf(entries),
    warnings: entries.flatMap((entry) => {
      if (entry.entry !== 'clock') return warningOf(plan, entry);
      return entry === clocks[0] ? warningOf(plan, { ...entry, fastPpm: clocks.at(-1)?.fastPpm ?? 0 }) : [];
    }),
    probes: plan.probes.map((probe) => historyOf(probe, entries, skips)),
    faults: faultsOf(plan, effects),
    failedCures: effects.filter(({ does }) => does === 'cure').flatMap(describeFailure),
    lapses: entries.flatMap((entry) => (entry.entry === 'progress' ? lapseOf(entry.progress) : [])),
    curedMs: curedAt(plan, effects),
  };
}

function warningOf({ begins }: Plan, entry: Entry): string[] {
  if (entry.entry === 'warning') return [entry.message];
  if (entry.entry === 'clock' || entry.entry === 'clock-step') return describeClocks(begins, entry);
  if (entry.entry !== 'standstill') return [];
  const { fromMs, toMs } = entry;
  const still = `firedrill itself stood still for ${inWords(toMs - fromMs)} from ${clockAt(begins, Math.floor(fromMs / 1000) * 1000)} on`;
  return [`${still}: what failed for it is not counted, as if nobody had looked`];
}

function historyOf(probe: Probe, entries: readonly Entry[], skips: readonly Skip[]): ProbeHistory {
  const spans = entries.flatMap((entry) => (entry.entry === 'spans' && entry.probe === probe.name ? entry.spans : []));
  if (spans.length === 0) return { probe, spans: null, samples: storySamplesOf(probe, entries), skips };
  let samples: Sample[] | null = null;
  return {
    probe,
    spans,
    skips,
    // A drill of days would have a million of them, and most measures need none.
    get samples() {
      samples ??= samplesIn(spans, probe);
      return samples;
    },
  };
}

/** Whether anything is known of what a probe saw. */
export function hasLooked(history: ProbeHistory): boolean {
  return history.spans !== null || history.samples.length > 0;
}

function lapseOf({ what, state, detail }: Extract<Entry, { entry: 'progress' }>['progress']): string[] {
  return state === 'lapsed' ? [`${what}: ${detail}`] : [];
}

function storySamplesOf(probe: Probe, entries: readonly Entry[]): Sample[] {
  return samplesOf(entries, probe.name)
    .filter(({ dueMs }) => dueMs >= 0)
    .sort((a, b) => a.dueMs - b.dueMs);
}

function faultsOf(plan: Plan, effects: readonly EffectEntry[]): FaultHistory[] {
  const faults = plan.faults
    .map((fault) => ({ fault, ...whatBecameOf(fault, effects) }))
    .sort((a, b) => (a.held?.lowMs ?? a.fault.atMs) - (b.held?.lowMs ?? b.fault.atMs));
  return faults.map(({ fault, reached, held, trouble }) => ({
    fault,
    reached,
    name: `${fault.title} @${clockAt(plan.begins, fault.atMs)}`,
    held,
    // Faults whose instants overlap share what follows: nobody can tell which of them an outage came from.
    untilMs: Math.min(...faults.map((other) => laterThan(held, other.held))),
    trouble,
  }));
}

function laterThan(held: Instant | null, other: Instant | null): number {
  return held !== null && other !== null && other.lowMs > held.highMs ? other.lowMs : Number.POSITIVE_INFINITY;
}

function whatBecameOf(
  fault: Fault,
  effects: readonly EffectEntry[],
): Pick<FaultHistory, 'reached' | 'held' | 'trouble'> {
  const ids = new Set(fault.steps.map(({ id }) => id));
  const own = effects
    .filter(({ does }) => does === 'fault')
    .flatMap((entry) => entry.effects)
    .filter(({ step }) => ids.has(step));
  if (own.length === 0) return { reached: false, held: null, trouble: 'the drill ended before this fault took hold' };
  const good = own.filter(({ error }) => error === null);
  const errors = [...new Set(own.flatMap(({ error }) => error ?? []))].join('; ');
  if (good.length === 0) return { reached: true, held: null, trouble: `the fault did not take hold: ${errors}` };
  const missing = ids.size - new Set(good.map(({ step }) => step)).size;
  const lowMs = Math.min(...good.map(({ fromMs }) => fromMs));
  const highMs = Math.max(...good.map(({ toMs }) => toMs));
  const trouble = `${missing} of ${ids.size} steps did not take hold: ${errors || 'the journal has no effect of them'}`;
  return { reached: true, held: { lowMs, highMs }, trouble: missing === 0 ? null : trouble };
}

function describeFailure(entry: EffectEntry): string[] {
  const errors = [...new Set(entry.effects.flatMap(({ error }) => error ?? []))];
  return errors.length === 0 ? [] : [`${entry.title} did not succeed: ${errors.join('; ')}`];
}

function curedAt(plan: Plan, effects: readonly EffectEntry[]): number | null {
  // The cures that close a drill come after its story, and those of a recovery (due at -1) too: no sample is taken after them.
  const inStory = effects.filter(({ dueMs }) => dueMs >= 0 && dueMs < plan.durationMs);
  const good = (does: 'fault' | 'cure') =>
    inStory
      .filter((entry) => entry.does === does)
      .flatMap((entry) => entry.effects)
      .filter(({ error }) => error === null);
  const cures = new Map(good('cure').map((effect) => [effect.step, effect.toMs]));
  const ends = good('fault').map(({ step }) => cures.get(step) ?? null);
  return ends.length === 0 || ends.includes(null) ? null : Math.max(...(ends as number[]));
}
