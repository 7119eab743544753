import type { Incident, Target } from '../../scenario/scenario.js';
import { OUTSIDE } from '../targets.js';
import type { Action } from '../timetable.js';

/** The kinds of incident that break something. */
export type FaultKind = Exclude<Incident['kind'], 'restore' | 'start' | 'runbook'>;

/** The incident of one kind, as the author wrote it. */
export type IncidentOf<Kind extends Incident['kind']> = Extract<Incident, { kind: Kind }>;

/** One verb on one unit, before it has an id. */
export interface Deed {
  readonly unit: string;
  readonly action: Action;
}

/** How one kind of incident becomes verbs on units; pure, and the only thing that knows this kind. */
export interface Recipe<Kind extends FaultKind> {
  /** The words of the report, such as `power-loss pangyo`. */
  titleOf(incident: IncidentOf<Kind>): string;
  /** The targets that stand on each side; every target must stand for a unit, and no unit may stand on two sides. */
  sidesOf(incident: IncidentOf<Kind>): readonly (readonly Target[])[];
  /** What happens to which unit; `sides` are the units of `sidesOf` (and outside), side by side, without duplicates. */
  deedsOf(incident: IncidentOf<Kind>, sides: readonly (readonly string[])[]): readonly Deed[];
}

/** The same action on every unit of every side; outside, where no unit is, nothing can be done. */
export function onEveryUnit(sides: readonly (readonly string[])[], action: Action): Deed[] {
  return sides
    .flat()
    .filter((unit) => unit !== OUTSIDE)
    .map((unit) => ({ unit, action }));
}
