import type { Fault, Step } from './timetable.js';

/** A step that was done and not yet undone, with the fault it belongs to. */
export interface OpenStep {
  readonly step: Step;
  readonly fault: Fault;
  /** The author's own name for the fault, or null. */
  readonly name: string | null;
}

/** The other ends of a fault of the network; empty for a verb that concerns its own unit alone. */
export function peersOf({ action }: Step): readonly string[] {
  if (action.verb === 'isolate') return action.from;
  return action.verb === 'shape' ? action.to : [];
}

/** True for a fault of the network, which is there as a whole or not at all. */
export function isOfNetwork({ action }: Step): boolean {
  return action.verb === 'isolate' || action.verb === 'shape';
}

/**
 * What a step needs for itself, in words to compare: two open steps that need the same are one fault done twice. A kill
 * needs nothing where the restart policy revives the unit, so that it can be killed again.
 */
export function claimsOf(step: Step, isRevived: (unit: string) => boolean): string[] {
  const { unit, action } = step;
  const arrive = peersOf(step).map((peer) => `${action.verb} ${peer} → ${unit}`);
  const leave = peersOf(step).map((peer) => `${action.verb} ${unit} → ${peer}`);
  switch (action.verb) {
    case 'isolate':
      return [...(action.direction === 'out' ? [] : arrive), ...(action.direction === 'in' ? [] : leave)];
    case 'shape':
      return leave;
    case 'kill':
      return isRevived(unit) ? [] : [`kill ${unit}`];
    case 'power-off':
    case 'stop':
    case 'freeze':
      return [`${action.verb} ${unit}`];
  }
}
