import { believedLeader } from './leadership.js';
import { carriedBy, loadAt, reliefAt } from './load.js';
import { believes, changesAt } from './notice.js';
import { isHere, leads, quorumOf } from './standing.js';
import { isAble, type SimService, type SimUnit, type World } from './world.js';

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
  const instants = [lead.former?.untilMs, lead.stoppedAtMs === null ? undefined : lead.stoppedAtMs + model.noticeMs];
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

/**
 * Which share (0 to 1) of what is asked of these units is answered by those of them that are able, and until when at most. What
 * all users ask comes evenly from all clients that are able, and each lays it on the units that it believes in by what they carry.
 */
export function carriedShare(
  { world, nowMs, does }: Occasion,
  service: SimService,
  units: readonly SimUnit[],
): { share: number; untilMs: number } {
  if (service.model.demand === undefined) return { share: 1, untilMs: Number.POSITIVE_INFINITY };
  const bearers = units.filter(isAble);
  const choices = choicesOf(world, service, does, nowMs);
  const part = choices.reduce((sum, choice) => sum + partOn(bearers, choice.units), 0) / choices.length;
  const untilMs = Math.min(...choices.map((choice) => choice.untilMs));
  if (part === 0) return { share: 1, untilMs };
  // Who has a part of the load carries as much as if all had so much more.
  const carried = carriedBy(bearers) / part;
  const load = loadAt(service, nowMs);
  return { share: carried >= load ? 1 : carried / load, untilMs: Math.min(untilMs, reliefAt(service, carried, nowMs)) };
}

/** When something is asked, and whether it is a write. */
interface Occasion {
  readonly world: World;
  readonly nowMs: number;
  readonly does: 'read' | 'write';
}

/** Whom each client of a service asks that is able; where there is none, users ask it themselves, and know who is able. */
function choicesOf(world: World, service: SimService, does: 'read' | 'write', nowMs: number): Choice[] {
  const led = isLed(service, does);
  const choices = [...world.services.values()]
    .filter(({ needs }) => needs.includes(service.name))
    .flatMap(({ units }) => units.filter(isAble))
    .map((client) => (led ? chooseLeader : chooseAny)(client, service, nowMs));
  if (choices.length > 0) return choices;
  const units = service.units.filter((unit) => isAble(unit) && isInCharge(unit, does));
  return [{ units, untilMs: Number.POSITIVE_INFINITY }];
}

/** Which share of what is asked of all `chosen` comes to the bearers among them. */
function partOn(bearers: readonly SimUnit[], chosen: readonly SimUnit[]): number {
  const whole = carriedBy(chosen.filter(isAble));
  return whole === 0 ? 0 : carriedBy(bearers.filter((unit) => chosen.includes(unit))) / whole;
}
