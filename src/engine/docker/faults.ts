import type Docker from 'dockerode';
import type { Clock } from '../../clock.js';
import type { Action, Step } from '../../plan/plan.js';
import type { Effect, Tell } from '../engine.js';
import type { Topology } from './berth.js';
import { breakUnit, haltTogether, killTogether } from './breaking.js';
import type { Holds } from './holds.js';
import { mendUnit } from './mending.js';
import { EVERY_SILENCING, type Silencing } from './silence.js';
import { makeTurns } from './turns.js';
import { lies, openOn, type Ward } from './ward.js';

/** What breaks and mends the units of one topology. Both promises never reject; every step gets one effect. */
export interface Faults {
  perform(steps: readonly Step[], atMs: number, tell?: Tell): Promise<Effect[]>;
  cure(steps: readonly Step[], atMs: number, tell?: Tell): Promise<Effect[]>;
  /** Whether a step with this verb was performed on the unit and not cured. */
  lies(unit: string, verb: Action['verb']): boolean;
}

/** What lies on a topology from the beginning, whether somebody else broke it, and how connections are forgotten. */
export interface FaultOptions {
  readonly laid: readonly Step[];
  readonly isAdopted?: boolean;
  readonly silencing?: Silencing;
}

/**
 * Faults on one topology. Several may lie on one unit: what a unit does is computed from all that are open on it, so each
 * cure takes away only its own part.
 */
export function makeFaults(
  docker: Docker,
  clock: Clock,
  topology: Topology,
  holds: Holds,
  { laid, isAdopted = false, silencing = EVERY_SILENCING }: FaultOptions,
): Faults {
  const state = { open: new Map(), turns: makeTurns(), endings: new Map() };
  const ward: Ward = { docker, clock, topology, holds, isAdopted, silencing, ...state };
  for (const step of laid) openOn(ward, step.unit).set(step.id, step);
  return {
    async perform(steps, atMs, tell = () => {}) {
      for (const step of steps) openOn(ward, step.unit).set(step.id, step);
      const kills = steps.filter((step) => step.action.verb === 'kill');
      const others = steps.filter((step) => step.action.verb !== 'kill');
      const losses = steps.filter((step) => step.action.verb === 'power-off');
      const halts = haltTogether(ward, losses, atMs);
      const effects = await Promise.all([
        ...(kills.length > 0 ? [killTogether(ward, kills, atMs, tell)] : []),
        ...[...byUnit(others)].map(([unit, own]) => breakUnit(ward, unit, own, atMs, halts, tell)),
      ]);
      return effects.flat();
    },
    async cure(steps, atMs, tell = () => {}) {
      await clock.sleepUntil(atMs);
      const units = [...byUnit(steps)];
      const effects = await Promise.all(units.map(([unit, own]) => toldOnce(mendUnit(ward, unit, own), tell)));
      return effects.flat();
    },
    lies: (unit, verb) => lies(ward, unit, verb),
  };
}

/** Tells each effect of one unit when all of that unit are known. */
async function toldOnce(known: Promise<Effect[]>, tell: Tell): Promise<Effect[]> {
  const effects = await known;
  for (const effect of effects) tell(effect);
  return effects;
}

function byUnit(steps: readonly Step[]): Map<string, Step[]> {
  const units = new Map<string, Step[]>();
  for (const step of steps) units.set(step.unit, [...(units.get(step.unit) ?? []), step]);
  return units;
}
