import { type Happening, resolveTarget, type Target } from '../scenario/scenario.js';
import type { Plan, Step, Unit } from './timetable.js';

/** What stands for the fault in a step that keeps a spare from running. */
export const SPARE = 'spare';

/**
 * What keeps each spare from running: a stop that was there before the story began and belongs to no fault. Nothing but a start
 * undoes it, neither a restore nor the end of the drill.
 */
export function sparesOf({ units }: Pick<Plan, 'units'>): Step[] {
  return units
    .filter(({ spare }) => spare === true)
    .map(({ name }, index) => ({
      ...{ id: `s${index + 1}`, fault: SPARE, unit: name },
      action: { verb: 'stop', graceMs: 0 },
    }));
}

/** The steps of the spares for which targets stand, in the order of the plan; of targets that stand for none, what to write instead. */
export function chooseSpares(
  targets: readonly Target[],
  units: readonly Unit[],
): { steps: Step[]; messages: string[] } {
  const spares = sparesOf({ units });
  const named = targets.map((target) => ({ target, names: new Set(resolveTarget(units, target)) }));
  const missing = named.filter(({ names }) => !spares.some(({ unit }) => names.has(unit)));
  const known = spares.length === 0 ? 'no service has any: write `spare` there' : `write ${listOf(spares)}`;
  return {
    steps: spares.filter(({ unit }) => named.some(({ names }) => names.has(unit))),
    messages: missing.map(({ target }) => `there is no spare to start at ${target}; ${known}`),
  };
}

function listOf(spares: readonly Step[]): string {
  return spares.map(({ unit }) => `\`${unit}\``).join(' or ');
}

/** Spares that may run at an instant: those that a happening of the timeline starts by then, at once or as a step of a runbook. */
export function sparesStartedBy(timeline: readonly Happening[], units: readonly Unit[], atMs: number): Set<string> {
  const targets = timeline
    .filter((happening) => happening.atMs <= atMs)
    .flatMap(({ incident }) => {
      if (incident.kind === 'start') return incident.targets;
      if (incident.kind !== 'runbook') return [];
      return incident.steps.flatMap(({ does }) => (does?.kind === 'start' ? does.targets : []));
    });
  return new Set(chooseSpares(targets, units).steps.map(({ unit }) => unit));
}
