import { type Happening, resolveTarget, type Scenario, type WrittenStep } from '../scenario/scenario.js';
import type { Complaint, PlannedFault } from './faults.js';
import { type OpenStep, openStepsOf } from './open-steps.js';
import { chooseSteps } from './restoration.js';
import { chooseSpares } from './spares.js';
import { describeMissing } from './targets.js';
import type { Runbook, RunbookStep, Unit } from './timetable.js';

/** Every runbook of the timeline, worked out to its units and to the steps that its restores may undo, and what is wrong with them. */
export function runbooksOf(
  scenario: Scenario,
  units: readonly Unit[],
  faults: readonly PlannedFault[],
): { runbooks: Runbook[]; complaints: Complaint[] } {
  const all = faults.flatMap(({ fault, name }) => openStepsOf(fault, name));
  const complaints: Complaint[] = [];
  const runbooks = scenario.timeline.flatMap((happening: Happening): Runbook[] => {
    const { incident, atMs, index } = happening;
    if (incident.kind !== 'runbook') return [];
    complaints.push(...incident.steps.flatMap((step) => wrongIn(step, scenario, units, all, index)));
    return [{ atMs, steps: incident.steps.map((step) => planStep(step, scenario, units, all)) }];
  });
  return { runbooks: runbooks.map(withIds), complaints };
}

function withIds({ atMs, steps }: Runbook, index: number): Runbook {
  return { atMs, steps: steps.map((step, place) => ({ ...step, id: `r${index + 1}.${place + 1}` })) };
}

function planStep(
  { runsFrom, does, ...step }: WrittenStep,
  scenario: Scenario,
  units: readonly Unit[],
  all: readonly OpenStep[],
): RunbookStep {
  return {
    ...{ id: '', ...step },
    runsFrom: runsFrom === null ? null : (resolveTarget(units, runsFrom)[0] ?? null),
    does: deedOf(does, scenario, units, all),
  };
}

function deedOf(
  does: WrittenStep['does'],
  scenario: Scenario,
  units: readonly Unit[],
  all: readonly OpenStep[],
): RunbookStep['does'] {
  if (does?.kind === 'restore')
    return { kind: 'restore', steps: [...new Set(chosenBy(does.targets, scenario, units, all))] };
  if (does?.kind === 'start')
    return { kind: 'start', steps: chooseSpares(does.targets, units).steps.map(({ id }) => id) };
  return does;
}

function chosenBy(
  targets: readonly string[],
  scenario: Scenario,
  units: readonly Unit[],
  all: readonly OpenStep[],
): string[] {
  return targets
    .flatMap((target) => chooseSteps(target, all, { scenario, units, all, open: all }))
    .map(({ step }) => step.id);
}

function wrongIn(
  { title, runsFrom, does }: WrittenStep,
  scenario: Scenario,
  units: readonly Unit[],
  all: readonly OpenStep[],
  index: number,
): Complaint[] {
  const messages: string[] = [];
  if (runsFrom !== null && resolveTarget(units, runsFrom).length !== 1) {
    messages.push(`the step \`${title}\` runs from one unit: ${describeMissing(runsFrom, scenario)}`);
  }
  for (const target of does?.kind === 'restore' ? does.targets : []) {
    if (chosenBy([target], scenario, units, all).length > 0) continue;
    messages.push(
      `the step \`${title}\` has nothing to restore at ${target}: nothing is ever broken there; take it out`,
    );
  }
  const spares = does?.kind === 'start' ? chooseSpares(does.targets, units).messages : [];
  messages.push(...spares.map((message) => `the step \`${title}\`: ${message}`));
  return messages.map((message) => ({ index, message }));
}
