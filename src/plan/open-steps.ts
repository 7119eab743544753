import type { Action, Fault, Step } from './timetable.js';

/** A step that was done and not yet undone, with the fault it belongs to. */
export interface OpenStep {
  readonly step: Step;
  readonly fault: Fault;
  /** The author's own name for the fault, or null. */
  readonly name: string | null;
  /** The units by which it can be named: a fault of the network goes as a whole, so all who take part stand for each step. */
  readonly participants: readonly string[];
}

/** The steps of a fault as they are when it begins. */
export function openStepsOf(fault: Fault, name: string | null): OpenStep[] {
  const everybody = [...new Set(fault.steps.flatMap((step) => [step.unit, ...peersOf(step)]))];
  return fault.steps.map((step) => ({
    step,
    fault,
    name,
    participants: isOfNetwork(step) ? everybody : [step.unit],
  }));
}

/**
 * What a step needs for itself, in words to compare: two open steps that need the same are one fault done twice. A kill
 * needs nothing where the restart policy revives the unit, or where it hits one below the first process, so that it can be
 * killed again.
 */
export function claimsOf(step: Step, isRevived: (unit: string) => boolean): string[] {
  const { unit, action } = step;
  const arrive = peersOf(step).map((peer) => `${action.verb} ${peer} → ${unit}`);
  const leave = peersOf(step).map((peer) => `${action.verb} ${unit} → ${peer}`);
  switch (action.verb) {
    case 'isolate':
      return [...(action.direction === 'out' ? [] : arrive), ...(action.direction === 'in' ? [] : leave)];
    case 'shape':
      return qualitiesOf(action).flatMap((quality) => peersOf(step).map((peer) => `${quality} ${unit} → ${peer}`));
    case 'kill':
      return isRevived(unit) || action.program !== undefined ? [] : [`kill ${unit}`];
    case 'power-off':
    case 'stop':
    case 'freeze':
      return [`${action.verb} ${unit}`];
  }
}

/** A link can be narrow by one fault and lossy by another. */
function qualitiesOf({ latencyMs, jitterMs, loss, bandwidthBps }: Extract<Action, { verb: 'shape' }>): string[] {
  return [
    ...(latencyMs > 0 || jitterMs > 0 ? ['delay'] : []),
    ...(loss > 0 ? ['lose'] : []),
    ...(bandwidthBps === null ? [] : ['throttle']),
  ];
}

function peersOf({ action }: Step): readonly string[] {
  if (action.verb === 'isolate') return action.from;
  return action.verb === 'shape' ? action.to : [];
}

function isOfNetwork({ action }: Step): boolean {
  return action.verb === 'isolate' || action.verb === 'shape';
}
