import { InputError, type Problem } from '../errors.js';
import { type Scenario, unitsOf } from '../scenario/scenario.js';
import { type Complaint, faultsOf } from './faults.js';
import { momentsOf } from './moments.js';
import { runbooksOf } from './runbooks.js';
import { sparesOf } from './spares.js';
import { startWavesOf } from './start-order.js';
import type { Action, Plan, RunbookStep, Step } from './timetable.js';

export { FINDS, type Plight, whyNot } from './plights.js';
export { placeOf, reaches, type Unreached, unreachedOf } from './reach.js';
export { SPARE, sparesOf } from './spares.js';
export { OUTSIDE } from './targets.js';
export type * from './timetable.js';
export { untoldOf } from './untold.js';

/**
 * Works a scenario out to the last unit. The plan is plain data that a JSON round trip leaves unchanged; every fault has a
 * step, every cure undoes a step of an earlier moment, no step is undone twice.
 * @throws InputError with everything that is wrong with the timeline, at its place in the file.
 */
export function planDrill(scenario: Scenario): Plan {
  const units = unitsOf(scenario);
  const { faults, complaints } = faultsOf(scenario, units);
  const timetable = momentsOf(scenario, units, faults);
  const books = runbooksOf(scenario, units, faults);
  const problems = [...complaints, ...timetable.complaints, ...books.complaints].sort((a, b) => a.index - b.index);
  if (problems.length > 0) throw new InputError(problems.map((complaint) => problemOf(complaint, scenario)));
  const burn = (step: Step): Step =>
    timetable.burnt.has(step.id) ? { ...step, action: { verb: 'power-off', volumes: 'destroyed' } } : step;
  const { name, about, begins, durationMs, settleMs, network, leaseMs, sites, services } = scenario;
  const { probes, steady, objectives, guard, references } = scenario;
  return {
    ...{ name, about, begins, durationMs },
    ...(settleMs === null ? {} : { settleMs }),
    ...{ network, leaseMs, sites, services, units },
    startWaves: startWavesOf(services),
    ...{ probes, steady, objectives, guard },
    ...(references.length === 0 ? {} : { references }),
    faults: faults.map(({ fault }) => ({ ...fault, steps: fault.steps.map(burn) })),
    moments: timetable.moments.map((moment) => ({ ...moment, steps: moment.steps.map(burn) })),
    ...(books.runbooks.length === 0 ? {} : { runbooks: books.runbooks }),
  };
}

/** Every step of the plan by its id, with those that keep spares from running. */
export function stepsOf(plan: Pick<Plan, 'faults' | 'units'>): Map<string, Step> {
  const steps = [...plan.faults.flatMap((fault) => fault.steps), ...sparesOf(plan)];
  return new Map(steps.map((step) => [step.id, step] as const));
}

/** Every step of every runbook, in the order of the plan. */
export function runbookStepsOf({ runbooks = [] }: Pick<Plan, 'runbooks'>): RunbookStep[] {
  return runbooks.flatMap(({ steps }) => steps);
}

const TAKES_AWAY: Record<Action['verb'], boolean> = {
  ...{ 'power-off': true, kill: true, stop: true, freeze: true },
  ...{ isolate: false, shape: false },
};

/** Whether a step takes its unit away; a fault of the network leaves it where it is. */
export function takesAway({ action }: Pick<Step, 'action'>): boolean {
  return TAKES_AWAY[action.verb];
}

/** Whether what is done under this title is part of the story, and not what closes the drill. */
export function isOfStory(plan: Plan, title: string): boolean {
  return [...plan.moments, ...runbookStepsOf(plan)].some((one) => one.title === title);
}

function problemOf({ index, message }: Complaint, scenario: Scenario): Problem {
  return { ...scenario.locate(['timeline', index]), path: `timeline[${index}]`, message };
}
