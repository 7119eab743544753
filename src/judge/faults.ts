import type { Entry } from '../journal/journal.js';
import type { Fault, Plan } from '../plan/plan.js';
import { clockAt, type Probe } from '../scenario/scenario.js';

/** An instant that is known to lie between two, both story milliseconds. */
export interface Instant {
  readonly lowMs: number;
  readonly highMs: number;
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
  /** When it took hold of each unit of which it did. */
  readonly onUnits: ReadonlyMap<string, Instant>;
  /** The next fault that can be told apart from this one took hold here; Infinity when none did. */
  readonly untilMs: number;
  /** Why it was not the fault that the author wrote, as a sentence; null when every step took hold. */
  readonly trouble: string | null;
}

/** An effect of the journal. */
export type EffectEntry = Extract<Entry, { entry: 'effect' }>;

/** All faults of a plan, in the order of time, as the whole of each took hold. */
export function faultsOf(plan: Plan, effects: readonly EffectEntry[]): FaultHistory[] {
  return inOrder(
    plan.faults.map((fault) => ({
      fault,
      name: `${fault.title} @${clockAt(plan.begins, fault.atMs)}`,
      ...whatBecameOf(fault, effects),
    })),
  );
}

/**
 * The faults as a probe is to be measured from them: each took hold when it did so on the units that the probe asks, where it has
 * steps on them; else when it did so on all.
 */
export function faultsFor({ units }: Plan, { ask }: Probe, faults: readonly FaultHistory[]): FaultHistory[] {
  const asked = units.filter(({ name, service }) => name === ask.host || service === ask.host).map(({ name }) => name);
  return inOrder(faults.map((fault) => ({ ...fault, held: heldOn(fault, asked) ?? fault.held })));
}

/** When a fault took hold of these units, from the first to the last; null: of none of them. */
export function heldOn({ onUnits }: FaultHistory, units: readonly string[]): Instant | null {
  return hullOf(units.flatMap((unit) => onUnits.get(unit) ?? []));
}

function inOrder(faults: readonly Omit<FaultHistory, 'untilMs'>[]): FaultHistory[] {
  const sorted = faults.toSorted((a, b) => (a.held?.lowMs ?? a.fault.atMs) - (b.held?.lowMs ?? b.fault.atMs));
  // Faults whose instants overlap share what follows: nobody can tell which of them an outage came from.
  return sorted.map((one) => ({
    ...one,
    untilMs: Math.min(...sorted.map((other) => laterThan(one.held, other.held))),
  }));
}

function laterThan(held: Instant | null, other: Instant | null): number {
  return held !== null && other !== null && other.lowMs > held.highMs ? other.lowMs : Number.POSITIVE_INFINITY;
}

function whatBecameOf(
  fault: Fault,
  effects: readonly EffectEntry[],
): Pick<FaultHistory, 'reached' | 'held' | 'onUnits' | 'trouble'> {
  const steps = new Map(fault.steps.map((step) => [step.id, step]));
  const own = effects
    .filter(({ does }) => does === 'fault')
    .flatMap((entry) => entry.effects)
    .filter(({ step }) => steps.has(step));
  const nothing = { held: null, onUnits: new Map<string, Instant>() };
  if (own.length === 0) {
    return { ...nothing, reached: false, trouble: 'the drill ended before this fault took hold' };
  }
  const good = own.filter(({ error }) => error === null);
  const errors = [...new Set(own.flatMap(({ error }) => error ?? []))].join('; ');
  if (good.length === 0) return { ...nothing, reached: true, trouble: `the fault did not take hold: ${errors}` };
  const missing = steps.size - new Set(good.map(({ step }) => step)).size;
  const instants = good.map(({ step, fromMs, toMs }) => ({
    unit: steps.get(step)?.unit ?? '',
    held: { lowMs: fromMs, highMs: toMs },
  }));
  const units = [...new Set(instants.map(({ unit }) => unit))];
  const onUnits = units.flatMap((unit): [string, Instant][] => {
    const hull = hullOf(instants.filter((one) => one.unit === unit).map(({ held }) => held));
    return hull === null ? [] : [[unit, hull]];
  });
  const held = hullOf(instants.map((one) => one.held));
  const trouble = `${missing} of ${steps.size} steps did not take hold: ${errors || 'the journal has no effect of them'}`;
  return { reached: true, held, onUnits: new Map(onUnits), trouble: missing === 0 ? null : trouble };
}

function hullOf(instants: readonly Instant[]): Instant | null {
  if (instants.length === 0) return null;
  return {
    lowMs: Math.min(...instants.map(({ lowMs }) => lowMs)),
    highMs: Math.max(...instants.map(({ highMs }) => highMs)),
  };
}
