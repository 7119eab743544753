import type { Action, Step } from '../../plan/plan.js';
import { reviewLead } from './leadership.js';
import { noteReach } from './network.js';
import { end, freeze, kill, start, thaw } from './process.js';
import { faultOf, type HeldFault, isDark, type SimUnit, type World } from './world.js';

/** One verb: what it does when it is laid on a unit, and when it is taken away. Both come after the unit's faults changed. */
interface Verb {
  /** Returns why it did not take hold, or null. */
  perform(world: World, unit: SimUnit, fault: HeldFault, atMs: number): string | null;
  cure(world: World, unit: SimUnit, fault: HeldFault, atMs: number): void;
}

/** Makes a step happen. Returns why it did not take hold, as a sentence, or null. */
export function performStep(world: World, step: Step, atMs: number): string | null {
  const unit = world.units.get(step.unit);
  if (unit === undefined) return `there is no unit ${step.unit}`;
  const fault = faultOf(step);
  unit.faults.set(step.id, fault);
  return VERBS[step.action.verb].perform(world, unit, fault, atMs);
}

/** Undoes a step, whether or not it happened. Returns why that cannot be, as a sentence, or null. */
export function cureStep(world: World, step: Step, atMs: number): string | null {
  const unit = world.units.get(step.unit);
  if (unit === undefined) return `there is no unit ${step.unit}`;
  unit.faults.delete(step.id);
  VERBS[step.action.verb].cure(world, unit, faultOf(step), atMs);
  return null;
}

const startAgain = (world: World, unit: SimUnit, _fault: HeldFault, atMs: number) => start(world, unit, atMs);

const changeReach = (world: World, unit: SimUnit, fault: HeldFault, atMs: number) => {
  noteReach(world, unit, fault, atMs);
  reviewLead(world, unit.service, atMs);
  return null;
};

const VERBS: Readonly<Record<Action['verb'], Verb>> = {
  'power-off': {
    perform(world, unit, _fault, atMs) {
      end(world, unit, atMs);
      return null;
    },
    cure: startAgain,
  },
  kill: {
    perform(world, unit, _fault, atMs) {
      kill(world, unit, atMs);
      return null;
    },
    cure: startAgain,
  },
  stop: {
    // The grace is for those who ignore SIGTERM; here nobody does.
    perform(world, unit, _fault, atMs) {
      end(world, unit, atMs);
      return null;
    },
    cure: startAgain,
  },
  freeze: {
    perform(world, unit, _fault, atMs) {
      freeze(world, unit, atMs);
      return unit.process === 'stopped' && !isDark(unit) ? `${unit.name} does not run, so nothing of it freezes` : null;
    },
    cure: (world, unit, _fault, atMs) => thaw(world, unit, atMs),
  },
  isolate: { perform: changeReach, cure: changeReach },
  shape: { perform: changeReach, cure: changeReach },
};
