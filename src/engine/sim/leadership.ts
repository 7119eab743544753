import { chanceOf, drawMs } from './chance.js';
import { reaches } from './network.js';
import { isAble, type SimService, type SimUnit, type World } from './world.js';

/** Looks who leads a service, after anything about its units changed. */
export function reviewLead(world: World, service: SimService, atMs: number): void {
  const { lead, model } = service;
  if (model.role !== 'leader') return;
  lead.unit ??= service.units[0] ?? null;
  if (lead.unit !== null && mayLead(lead.unit)) {
    // Back before anybody else took over, it goes on leading.
    lead.lostAtMs = null;
  } else if (lead.lostAtMs === null) {
    lead.lostAtMs = atMs;
    lead.losses += 1;
    lead.nextAtMs = atMs + drawMs(model.takeoverMs, chanceOf(world.seed, `takeover ${service.name}`, lead.losses));
    world.agenda.add(lead.nextAtMs, (dueMs) => elect(service, dueMs));
  } else {
    elect(service, atMs);
  }
}

/** Able to answer, and able to reach a majority of its service's units, itself included, that are able too. */
function mayLead(unit: SimUnit): boolean {
  if (!isAble(unit)) return false;
  const { units } = unit.service;
  const followers = units.filter((other) => other === unit || (isAble(other) && reaches(unit, other)));
  return followers.length * 2 > units.length;
}

function elect(service: SimService, atMs: number): void {
  const { lead, model, units } = service;
  if (lead.lostAtMs === null || atMs < lead.nextAtMs) return;
  const next = units.find(mayLead);
  if (next === undefined) return;
  lead.former = lead.unit && { unit: lead.unit, untilMs: lead.lostAtMs + model.noticeMs };
  lead.unit = next;
  lead.lostAtMs = null;
}

/** True while this unit leads its service and can. */
export function leads(unit: SimUnit): boolean {
  const { lead } = unit.service;
  return lead.unit === unit && lead.lostAtMs === null;
}

/** Whom clients take for the leader at `nowMs`; null when they have noticed that nobody leads. */
export function believedLeader({ lead, model }: SimService, nowMs: number): SimUnit | null {
  if (lead.former !== null && nowMs < lead.former.untilMs) return lead.former.unit;
  if (lead.lostAtMs !== null && nowMs >= lead.lostAtMs + model.noticeMs) return null;
  return lead.unit;
}
