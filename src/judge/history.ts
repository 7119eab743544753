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
import type { Plan } from '../plan/plan.js';
import { clockAt, type Probe } from '../scenario/scenario.js';
import { widenBySteps } from './clock-steps.js';
import { type EffectEntry, type FaultHistory, faultsFor, faultsOf } from './faults.js';
import { countOf, inWords } from './finding.js';
import { placeOf } from './schedule.js';
import type { Skip } from './skips.js';

/** One probe and all its samples of the story but for holes, in the order of the instants for which they speak. */
export interface ProbeHistory {
  readonly probe: Probe;
  readonly plan: Plan;
  /** The faults of the drill as this probe is to be measured from them, in the order of time. */
  readonly faults: readonly FaultHistory[];
  /** Where an engine knows exactly what would have been seen; null: somebody looked. */
  readonly spans: readonly Span[] | null;
  /** Where there are spans, what looks on the probe's schedule would have got. */
  readonly samples: readonly Sample[];
  /** What the whole story jumped over, in the order of time. */
  readonly skips: readonly Skip[];
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

/** Sorts out the entries of a journal as `readJournal` gives them; the first must be the `drill`. */
export function readHistory(entries: readonly Entry[]): History {
  const drill = entries[0];
  if (drill?.entry !== 'drill') throw new Error('a journal begins with its drill entry');
  const { plan } = drill;
  const told = entries.filter((entry) => entry.entry === 'effect');
  const effects = widenBySteps(told, entries);
  const skips = entries.filter((entry) => entry.entry === 'jump').sort((a, b) => a.fromMs - b.fromMs);
  const faults = faultsOf(plan, effects);
  return {
    drill,
    plan,
    entries,
    skips,
    end: endOf(entries),
    doubts: doubtsOf(entries),
    warnings: warningsOf(plan, entries),
    probes: plan.probes.map((probe) =>
      historyOf({ probe, plan, skips, faults: faultsFor(plan, probe, faults) }, entries),
    ),
    faults,
    failedCures: effects.filter(({ does }) => does === 'cure').flatMap(describeFailure),
    lapses: entries.flatMap((entry) => (entry.entry === 'progress' ? lapseOf(entry.progress) : [])),
    curedMs: curedAt(plan, effects),
  };
}

function warningsOf(plan: Plan, entries: readonly Entry[]): string[] {
  // How the clocks stand is written again at the end, when their rates are known best.
  const clocks = entries.filter((entry) => entry.entry === 'clock');
  const told = entries.flatMap((entry) => {
    if (entry.entry === 'warning') return [entry.message];
    if (entry.entry === 'clock-step') return describeClocks(plan.begins, entry);
    if (entry.entry !== 'clock' || entry !== clocks[0]) return [];
    return describeClocks(plan.begins, { ...entry, fastPpm: clocks.at(-1)?.fastPpm ?? 0 });
  });
  return [...told, ...describeStandstills(plan, entries)];
}

/** One sentence, however often the runner stood still: a busy machine does so all the time. */
function describeStandstills({ begins }: Plan, entries: readonly Entry[]): string[] {
  const stills = entries.flatMap((entry) => (entry.entry === 'standstill' ? [entry] : []));
  const lengthOf = (still: (typeof stills)[number]) => still.toMs - still.fromMs;
  const [longest] = stills.toSorted((a, b) => lengthOf(b) - lengthOf(a));
  if (longest === undefined) return [];
  const since = `from ${clockAt(begins, Math.floor(longest.fromMs / 1000) * 1000)} on`;
  const often = `${countOf(stills.length, 'time')}, ${inWords(stills.reduce((sum, still) => sum + lengthOf(still), 0))} in all, the longest ${inWords(lengthOf(longest))}`;
  const still = stills.length === 1 ? `for ${inWords(lengthOf(longest))}` : often;
  return [
    `firedrill itself stood still ${still} ${since}: looks that were under way are not counted, as if nobody had looked`,
  ];
}

function historyOf(base: Omit<ProbeHistory, 'spans' | 'samples'>, entries: readonly Entry[]): ProbeHistory {
  const { probe } = base;
  const spans = entries.flatMap((entry) => (entry.entry === 'spans' && entry.probe === probe.name ? entry.spans : []));
  if (spans.length === 0) return { ...base, spans: null, samples: storySamplesOf(probe, entries) };
  let samples: Sample[] | null = null;
  return {
    ...base,
    spans,
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
    .sort((a, b) => placeOf(a, probe.everyMs) - placeOf(b, probe.everyMs) || a.dueMs - b.dueMs);
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
