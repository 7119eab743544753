import { believedLeader } from './leadership.js';
import { carriedBy, loadAt, reliefAt } from './load.js';
import { believes, changesAt } from './notice.js';
import { isHere, leads, quorumOf } from './standing.js';
import { isAble, type SimService, type SimUnit } from './world.js';

/** Whom clients at `nowMs` would ask, and until when they go on like that if nothing happens. */
export interface Choice {
  readonly units: readonly SimUnit[];
  readonly untilMs: number;
}

/** The units of a service that a client believes in; those at its own site only, where no other will do. */
export function chooseAny(client: SimUnit, service: SimService, nowMs: number): Choice {
  const { noticeMs } = service.model;
  const here = isHere(client.service, service.name);
  let untilMs = Number.POSITIVE_INFINITY;
  const units = service.units.filter((unit) => {
    if (here && unit.site !== client.site) return false;
    const reach = unit.reach.get(client);
    untilMs = Math.min(untilMs, changesAt(unit.able, nowMs, noticeMs));
    if (reach !== undefined) untilMs = Math.min(untilMs, changesAt(reach, nowMs, noticeMs));
    return believes(unit.able, nowMs, noticeMs) && (reach === undefined || believes(reach, nowMs, noticeMs));
  });
  return { units, untilMs };
}

/** The unit that a client takes for the one that leads, or none. */
export function chooseLeader(client: SimUnit, service: SimService, nowMs: number): Choice {
  const { lead, model } = service;
  const leader = believedLeader(service, nowMs);
  const reach = leader?.reach.get(client);
  const instants = [lead.former?.untilMs, lead.lostAtMs === null ? undefined : lead.lostAtMs + model.noticeMs];
  if (reach !== undefined) instants.push(changesAt(reach, nowMs, model.noticeMs));
  const untilMs = Math.min(
    ...instants.map((atMs) => (atMs !== undefined && atMs > nowMs ? atMs : Number.POSITIVE_INFINITY)),
  );
  const reached = leader !== null && (reach === undefined || believes(reach, nowMs, model.noticeMs));
  return { units: reached ? [leader] : [], untilMs };
}

/** Whether only the one that leads can answer. */
export function isLed({ model }: SimService, does: 'read' | 'write'): boolean {
  return model.role === 'standby' || (model.role === 'leader' && does === 'write');
}

/** Whether this unit can answer, as far as that is for one that leads. */
export function isInCharge(unit: SimUnit, does: 'read' | 'write'): boolean {
  return !isLed(unit.service, does) || leads(unit);
}

/** Whether so many units are up that the service answers at all. */
export function hasQuorum(service: SimService): boolean {
  const quorum = quorumOf(service);
  return quorum <= 1 || service.units.filter(isAble).length >= quorum;
}

/** Which share (0 to 1) of what is asked is answered by those of these units that are able, and until when at most. */
export function carriedShare(
  service: SimService,
  units: readonly SimUnit[],
  nowMs: number,
): { share: number; untilMs: number } {
  if (service.model.demand === undefined) return { share: 1, untilMs: Number.POSITIVE_INFINITY };
  const carried = carriedBy(units.filter(isAble));
  const load = loadAt(service, nowMs);
  return { share: carried >= load ? 1 : carried / load, untilMs: reliefAt(service, carried, nowMs) };
}
