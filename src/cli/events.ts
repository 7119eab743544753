import type { Effect } from '../engine/engine.js';
import { describeClocks, type Entry, type Sample, unfoldSamples } from '../journal/journal.js';
import { isOfStory, type Plan, runbookStepsOf, stepsOf } from '../plan/plan.js';
import { clockAt, formatDuration } from '../scenario/scenario.js';

/** Says in lines what an entry of the journal tells a person; most entries tell nothing new. */
export type Teller = (entry: Entry) => string[];

type Kind<K extends Entry['entry']> = Extract<Entry, { entry: K }>;

/** What a teller remembers. */
interface Memory {
  plan: Plan | null;
  measured: boolean;
  /** What was said to be built or pulled, and which of it, so that it is said once. */
  readonly building: Map<string, 'build' | 'pull'>;
  readonly failing: Map<string, Failing>;
  /** Probes with samples: what befalls them is told by those. */
  readonly looked: Set<string>;
  /** Probes of which a look could not be made. */
  readonly unseen: Set<string>;
  /** What was told of the clocks. */
  readonly clocked: Set<'apart' | 'fast'>;
}

/** A probe that was said to fail, and since when its samples are good again. */
interface Failing {
  goodSinceMs: number | null;
}

/** A probe answers again when it was good for so long: one that flickers is one event, not ten a second. */
const CALM_MS = 1000;

/** A teller that gets the entries of one journal, from the first on: one line an event, never one line a sample. */
export function tellEvents(): Teller {
  const memory: Memory = {
    ...{ plan: null, measured: false, clocked: new Set() },
    ...{ building: new Map(), failing: new Map(), looked: new Set(), unseen: new Set() },
  };
  return (entry) => {
    switch (entry.entry) {
      case 'drill':
        memory.plan = entry.plan;
        memory.measured = entry.measured;
        return [`drill ${entry.drill} on ${entry.engine}, seed ${entry.seed}`];
      case 'progress':
        return tellProgress(memory, entry);
      case 'steady':
        return [`${entry.ok ? 'steady' : 'not steady, nothing was broken'}: ${entry.because}`];
      case 'begin':
        return [`${timeOf(memory, 0)} the story begins`];
      case 'intent':
        return memory.plan !== null && isOfStory(memory.plan, entry.title) ? [] : [`${entry.title} …`];
      case 'effect':
        return tellEffect(memory, entry);
      case 'samples':
        return tellFlips(memory, entry);
      case 'event':
        return tellChange(memory, entry);
      case 'spans':
      case 'ledger':
      case 'recall':
      case 'loss':
      case 'effort':
      case 'ready':
        return [];
      case 'runbook':
        return tellRunbook(memory, entry);
      case 'jump':
        return [tellJump(memory, entry)];
      case 'standstill':
        return [tellStandstill(memory, entry)];
      case 'clock':
      case 'clock-step':
        return tellClocks(memory, entry);
      case 'surge':
        return [`${entry.probe}: ${entry.sent} further looks came as it returned, ${entry.good} of them good`];
      case 'warning':
      case 'doubt':
        return [`warning: ${entry.message}`];
      case 'proof':
        return tellProof(memory, entry);
      case 'end':
        return tellEnd(entry);
    }
  };
}

function timeOf({ plan }: Memory, atMs: number): string {
  return plan === null ? '' : clockAt(plan.begins, Math.floor(atMs / 1000) * 1000);
}

/** With a tenth of a second, for what has no round instant of its own. */
function preciseTimeOf(memory: Memory, atMs: number): string {
  const tenths = Math.floor(atMs / 100);
  return `${timeOf(memory, tenths * 100)}.${((tenths % 10) + 10) % 10}`;
}

function tellProgress({ building }: Memory, { progress }: Kind<'progress'>): string[] {
  const { what, state, detail } = progress;
  const more = detail === '' ? '' : `: ${detail}`;
  switch (state) {
    case 'building': {
      if (building.has(what)) return [];
      const how = detail === 'pulling' ? 'pull' : 'build';
      building.set(what, how);
      return [`${how}ing ${what}`];
    }
    case 'built':
      return building.has(what) ? [`${building.get(what) === 'pull' ? 'pulled' : 'built'} ${what}`] : [];
    case 'ready':
      return [`${what} is ready`];
    case 'failed':
    case 'lapsed':
      return [`${what} failed${more}`];
    case 'troubled':
      return [`${what} was in trouble${more}`];
    case 'starting':
    case 'removed':
      return [];
  }
}

function tellEffect(memory: Memory, { does, title, dueMs, lateMs, effects }: Kind<'effect'>): string[] {
  const time = timeOf(memory, dueMs);
  const held = effects.filter(({ error }) => error === null);
  const lines = effects
    .filter(({ error }) => error !== null)
    .map(({ step, error }) => `${time} ${title}: ${unitOf(memory, step)} failed: ${error}`);
  if (held.length === 0) return lines;
  const units = new Set(held.map(({ step }) => unitOf(memory, step))).size;
  const count = `${units} unit${units === 1 ? '' : 's'}`;
  const fromMs = Math.min(...held.map((effect) => effect.fromMs));
  const spreadMs = Math.max(...held.map((effect) => effect.toMs)) - fromMs;
  const precision = precisionOf(memory, held, spreadMs);
  const late = lateMs >= 100 ? `, ${formatDuration(lateMs)} late` : '';
  return [`${time} ${title} ${does === 'fault' ? 'took hold' : 'done'} (${count}, ${precision}${late})`, ...lines];
}

/** A kernel that acts by itself is exact; what is not known is how the clocks agree. */
function precisionOf({ measured }: Memory, held: readonly Effect[], spreadMs: number): string {
  const timed = measured && (spreadMs === 0 || held.every((effect) => effect.timed === 'kernel'));
  const words = [timed && 'kernel-timed', spreadMs > 0 && `within ${formatDuration(spreadMs)}`];
  return words.filter(Boolean).join(', ') || 'simulated';
}

function tellRunbook(memory: Memory, { atMs, step, state, because }: Kind<'runbook'>): string[] {
  const title =
    memory.plan === null ? step : (runbookStepsOf(memory.plan).find(({ id }) => id === step)?.title ?? step);
  const words = { blocked: 'waits', deciding: 'is being decided', working: 'is being done', done: 'is done' }[state];
  const more = because.length === 0 ? '' : `: ${because.join('; ')}`;
  return [`${timeOf(memory, atMs)} ${title} ${words}${more}`];
}

function tellJump(memory: Memory, { fromMs, toMs }: Kind<'jump'>): string {
  const skipped = formatDuration(toMs - fromMs);
  return `${timeOf(memory, fromMs)} nothing changes any more: on to ${timeOf(memory, toMs)}, ${skipped} are skipped`;
}

function tellStandstill(memory: Memory, { fromMs, toMs }: Kind<'standstill'>): string {
  return `warning: firedrill itself stood still for ${formatDuration(toMs - fromMs)} from ${timeOf(memory, fromMs)} on`;
}

/** How far the clocks are apart is told once, and how fast they go as soon as it is known; both are written again at the end. */
function tellClocks(memory: Memory, entry: Kind<'clock' | 'clock-step'>): string[] {
  if (memory.plan === null) return [];
  const lines = describeClocks(memory.plan.begins, entry).map((line) => `warning: ${line}`);
  if (entry.entry === 'clock-step') return lines;
  const isFirst = memory.clocked.size === 0;
  memory.clocked.add('apart');
  const isFast = describeClocks(memory.plan.begins, { ...entry, aheadMs: 0 }).length > 0;
  if (isFast && !memory.clocked.has('fast')) {
    memory.clocked.add('fast');
    return isFirst ? lines : lines.slice(-1);
  }
  return isFirst ? lines : [];
}

function tellProof({ measured }: Memory, { scope, compared, differences }: Kind<'proof'>): string[] {
  if (differences.length > 0) return differences.map((difference) => `not as before: ${difference}`);
  // A simulation has no containers, and proves nothing.
  if (compared === 0 || !measured) return [];
  const what = scope === 'units' ? 'containers, rules and queues of the drill' : 'other things on this engine';
  return [`proved: ${compared} ${what} are as before`];
}

function unitOf({ plan }: Memory, id: string): string {
  return (plan === null ? undefined : stepsOf(plan).get(id)?.unit) ?? id;
}

/** Of a simulated world only what its users see; what it comes from is for `explain`. */
function tellChange(memory: Memory, { atMs, subject, state, detail }: Kind<'event'>): string[] {
  if (subject.kind !== 'probe' || memory.looked.has(subject.name)) return [];
  const what = state === 'up' ? 'answers again' : `fails: ${detail ?? 'down'}`;
  return [`${preciseTimeOf(memory, atMs)} ${subject.name} ${what}`];
}

function tellFlips(memory: Memory, entry: Kind<'samples'>): string[] {
  memory.looked.add(entry.probe);
  return unfoldSamples(entry).flatMap((sample) => tellFlip(memory, entry.probe, sample));
}

function tellFlip(memory: Memory, probe: string, sample: Sample): string[] {
  const failing = memory.failing.get(probe);
  if (sample.hole === true) {
    if (memory.unseen.has(probe)) return [];
    memory.unseen.add(probe);
    return [`${preciseTimeOf(memory, sample.endedMs)} ${probe} cannot be looked at: ${sample.error}`];
  }
  if (!sample.ok) {
    if (failing !== undefined) failing.goodSinceMs = null;
    if (failing !== undefined) return [];
    memory.failing.set(probe, { goodSinceMs: null });
    return [`${preciseTimeOf(memory, sample.endedMs)} ${probe} fails: ${sample.error}`];
  }
  if (failing === undefined) return [];
  failing.goodSinceMs ??= sample.endedMs;
  if (sample.endedMs - failing.goodSinceMs < CALM_MS) return [];
  memory.failing.delete(probe);
  return [`${preciseTimeOf(memory, failing.goodSinceMs)} ${probe} answers again`];
}

function tellEnd({ why, because, left }: Kind<'end'>): string[] {
  // Why a drill failed is told with what to do about it, when everything is over.
  const what = why === 'completed' || why === 'failed' ? why : `${why}: ${because}`;
  return [`drill ${what}; ${left.length === 0 ? 'everything is restored' : `NOT restored: ${left.join(', ')}`}`];
}
