import { reaches } from './network.js';
import { isAble, type SimService, type SimUnit, type Subject, type World } from './world.js';

/**
 * What keeps a service from being up for somebody who reaches everybody and believes nothing: too few units, nobody who
 * leads, or what it needs. Null when it is up, however slow or overloaded.
 */
export function whyDown(world: World, service: SimService): Subject | null {
  const able = service.units.filter(isAble);
  if (able.length < quorumOf(service)) return service;
  const { lead } = service;
  if (service.model.role !== 'any' && !(lead.unit !== null && leads(lead.unit))) return lead;
  for (const name of service.needs) {
    if (isSoft(service, name)) continue;
    const needed = world.services.get(name);
    const reason = needed === undefined ? service : whyDown(world, needed);
    if (reason !== null) return reason;
    if (needed !== undefined && isHere(service, name) && !able.some((unit) => hasNearby(unit, needed))) return needed;
  }
  return null;
}

/** How many units must be up for the service to answer. */
export function quorumOf({ model }: SimService): number {
  return model.quorum ?? 1;
}

/** Whether it can do without, only slower. */
export function isSoft({ model }: SimService, need: string): boolean {
  return model.needsSoftly?.includes(need) ?? false;
}

/** Whether only a unit at its own site will do. */
export function isHere({ model }: SimService, need: string): boolean {
  return model.needsHere?.includes(need) ?? false;
}

function hasNearby(unit: SimUnit, needed: SimService): boolean {
  return needed.units.some((other) => other.site === unit.site && isAble(other));
}

/** True while this unit leads its service and can, as far as it knows itself. */
export function leads(unit: SimUnit): boolean {
  const { lead } = unit.service;
  return lead.unit === unit && lead.stoppedAtMs === null;
}

/** What recovery steps of a service wait for, and whose events tell of it. */
export interface Obstacle {
  readonly detail: string;
  readonly subject: Subject;
}

/** The first of its tools that is not up, or null. */
export function missingTool(world: World, service: SimService): Obstacle | null {
  for (const name of service.model.tools ?? []) {
    const tool = world.services.get(name);
    const reason = tool === undefined ? null : whyDown(world, tool);
    if (tool !== undefined && reason !== null) return { detail: whereOf(tool), subject: reason };
  }
  return null;
}

/** Why nobody can direct a takeover to any unit that could lead, or null. */
export function missingController(world: World, service: SimService): Obstacle | null {
  const controller = world.services.get(service.model.controller ?? '');
  if (controller === undefined) return null;
  const reason = whyDown(world, controller);
  if (reason !== null) return { detail: whereOf(controller), subject: reason };
  if (service.units.some((unit) => isAble(unit) && isSeenBy(controller, unit))) return null;
  return { detail: `${controller.name} sees no majority, or nobody who could take over`, subject: controller };
}

/** Whether a unit of the controller that sees more than half of its own kind sees this unit too. */
export function isSeenBy(controller: SimService, unit: SimUnit): boolean {
  return controller.units.some((eye) => isAble(eye) && seesMajority(eye) && reaches(eye, unit));
}

/** Able to reach a majority of its service's units, itself included, that are able too. */
export function seesMajority(unit: SimUnit): boolean {
  // A spare is no member before it was started.
  const units = unit.service.units.filter(({ spare, boots }) => !spare || boots > 0);
  const followers = units.filter((other) => other === unit || (isAble(other) && reaches(unit, other)));
  return followers.length * 2 > units.length;
}

function whereOf({ name, units }: SimService): string {
  const sites = [...new Set(units.map(({ site }) => site?.name ?? 'outside'))];
  return sites.length === 1 ? `${name} is only at ${sites[0]}` : `${name} is not up`;
}
