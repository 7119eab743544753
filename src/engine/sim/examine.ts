import type { Plan } from '../../plan/plan.js';
import { buildWorld, findHost, type World } from './world.js';

/** What the plan names and does not have, each as a sentence with its remedy. */
export function missingFor(plan: Plan): string[] {
  const world = buildWorld(plan, 0);
  return [
    ...strayUnits(plan, world),
    ...strayNeeds(plan, world),
    ...strayProbes(plan, world),
    ...straySteps(plan, world),
  ];
}

function strayUnits(plan: Plan, world: World): string[] {
  return plan.units
    .filter((unit) => !world.units.has(unit.name))
    .map((unit) => `The unit ${unit.name} is of a service ${unit.service}, which the plan does not have; add it.`);
}

function strayNeeds(plan: Plan, world: World): string[] {
  return plan.services.flatMap((service) =>
    service.needs
      .filter((name) => !world.services.has(name))
      .map((name) => `The service ${service.name} needs ${name}, which the plan does not have; add it.`),
  );
}

function strayProbes(plan: Plan, world: World): string[] {
  return plan.probes
    .filter((probe) => findHost(world, probe.ask.host) === undefined)
    .map((probe) => `The probe ${probe.name} asks ${probe.ask.host}: name a unit, or a service with one unit.`);
}

function straySteps(plan: Plan, world: World): string[] {
  return plan.faults
    .flatMap((fault) => fault.steps)
    .filter((step) => !world.units.has(step.unit))
    .map((step) => `The step ${step.id} is for ${step.unit}, which is no unit of the plan; name one that is.`);
}
