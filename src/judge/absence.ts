import { takesAway } from '../plan/plan.js';
import type { FaultHistory } from './faults.js';
import type { History } from './history.js';

/** Why not all that a fault hit was there when it came, as far as the journal tells, as one sentence, or null. */
export function describeAbsence(history: History, fault: FaultHistory): string | null {
  for (const [unit, held] of fault.onUnits) {
    const isSpare = history.plan.units.some(({ name, spare }) => name === unit && spare === true);
    const earlier = history.faults.findLast((other) => {
      const hit = other.onUnits.get(unit);
      return hit !== undefined && hit.highMs < held.lowMs && stepsOn(other, unit, true).length > 0;
    });
    if (isSpare || earlier === undefined || wasBack(history, earlier, fault, unit)) continue;
    return `${unit} was not ready again after ${earlier.name} when this fault came: the system was not steady`;
  }
  return null;
}

/** Whether a unit that one fault took away was ready before another came, or nobody looked. */
function wasBack({ entries }: History, earlier: FaultHistory, fault: FaultHistory, unit: string): boolean {
  const own = entries.flatMap((entry) => (entry.entry === 'ready' && entry.unit === unit ? [entry] : []));
  if (own.some(({ after }) => after !== undefined)) {
    const isOf = (ids: readonly string[], after: readonly string[] = []) => ids.some((id) => after.includes(id));
    const [before, later] = [stepsOn(earlier, unit, true), stepsOn(fault, unit, false)];
    return !own.some(({ after }) => isOf(before, after) && isOf(later, after));
  }
  // Before, a journal did not say of what a return is the end.
  const [sinceMs, untilMs] = [earlier.onUnits.get(unit)?.lowMs ?? 0, fault.onUnits.get(unit)?.highMs ?? 0];
  return own.length === 0 || own.some(({ highMs }) => highMs !== null && highMs >= sinceMs && highMs <= untilMs);
}

function stepsOn({ fault }: FaultHistory, unit: string, away: boolean): string[] {
  return fault.steps.filter((step) => step.unit === unit && (!away || takesAway(step))).map(({ id }) => id);
}
