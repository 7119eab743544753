import type { Model } from '../../scenario/scenario.js';
import { chanceOf, drawMs } from './chance.js';
import { missedMs } from './copies.js';
import { tell, tellLoss } from './news.js';
import { isSeenBy, missingController, missingTool, seesMajority } from './standing.js';
import { isAble, type SimService, type SimUnit, type World } from './world.js';

/** Looks who leads a service, after anything changed that it depends on. */
export function reviewLead(world: World, service: SimService, atMs: number): void {
  const { lead, model } = service;
  if (model.role === 'any') return;
  lead.unit ??= service.units.find(({ spare }) => !spare) ?? service.units[0] ?? null;
  if (lead.unit !== null && lead.unit.behindSinceMs === null && mayLead(lead.unit)) {
    // Back with its disks before anybody else took over, it goes on leading.
    if (lead.lostAtMs !== null) goOnLeading(world, service, atMs);
  } else if (lead.lostAtMs === null) {
    loseLead(world, service, atMs);
  } else {
    if (lead.unit === null || !isAble(lead.unit)) lead.stoppedAtMs ??= atMs;
    if (lead.nextAtMs === Number.POSITIVE_INFINITY) beginTakeover(world, service, atMs);
    else elect(world, service, atMs);
  }
}

/** Able to answer, and where a majority decides, able to reach one. */
function mayLead(unit: SimUnit): boolean {
  return isAble(unit) && (unit.service.model.role === 'standby' || seesMajority(unit));
}

function loseLead(world: World, service: SimService, atMs: number): void {
  const { lead, model, name } = service;
  lead.lostAtMs = atMs;
  lead.nextAtMs = Number.POSITIVE_INFINITY;
  world.changed = true;
  tell(world, lead, atMs, { kind: 'service', name, state: 'leaderless', because: [lead.unit] });
  if (model.stepDownMs !== undefined && lead.unit !== null && isAble(lead.unit)) {
    const draw = chanceOf(world.seed, `step-down ${name}`, lead.takeovers);
    world.agenda.add(atMs + drawMs(model.stepDownMs, draw), (dueMs) => {
      if (lead.lostAtMs !== atMs || lead.stoppedAtMs !== null) return;
      lead.stoppedAtMs = dueMs;
      world.changed = true;
    });
  } else lead.stoppedAtMs = atMs;
  beginTakeover(world, service, atMs);
}

/** Someone leads again. */
function goOnLeading(world: World, service: SimService, atMs: number, step = 0): void {
  const { lead } = service;
  lead.lostAtMs = null;
  lead.stoppedAtMs = null;
  lead.stuck = false;
  world.changed = true;
  const where = lead.unit?.site?.name;
  const detail = where === undefined ? {} : { detail: `from ${where}` };
  const because = [lead, step > 0 ? step : lead.unit];
  tell(world, lead, atMs, { kind: 'service', name: service.name, state: 'leading', because, ...detail });
}

function beginTakeover(world: World, service: SimService, atMs: number): void {
  const { lead, model, name } = service;
  const obstacle = missingController(world, service) ?? missingTool(world, service);
  if (obstacle !== null) {
    if (lead.stuck) return;
    lead.stuck = true;
    const because = [lead, obstacle.subject];
    tell(world, lead, atMs, { kind: 'service', name, state: 'blocked', because, detail: obstacle.detail });
    return;
  }
  const helpers = [model.controller ?? '', ...(model.tools ?? [])].flatMap((helper) => {
    const service = world.services.get(helper);
    // Whoever was missing for want of a leader is there since somebody leads it.
    return [service ?? null, service?.lead ?? null];
  });
  lead.takeovers += 1;
  lead.nextAtMs = atMs + drawMs(model.takeoverMs, chanceOf(world.seed, `takeover ${name}`, lead.takeovers));
  const because = lead.stuck ? [lead, ...helpers] : [lead];
  const step = tell(world, null, atMs, { kind: 'step', name: `takeover of ${name}`, state: 'working', because });
  const { nextAtMs } = lead;
  world.agenda.add(nextAtMs, (dueMs) => {
    if (lead.nextAtMs === nextAtMs) elect(world, service, dueMs, step);
  });
}

function elect(world: World, service: SimService, atMs: number, step = 0): void {
  const { lead, model, units } = service;
  if (lead.lostAtMs === null || atMs < lead.nextAtMs) return;
  if (missingController(world, service) !== null || missingTool(world, service) !== null) {
    // Who directed the takeover is gone in the middle of it: it begins again with the next one.
    lead.nextAtMs = Number.POSITIVE_INFINITY;
    beginTakeover(world, service, atMs);
    return;
  }
  const controller = world.services.get(model.controller ?? '');
  const able = units.filter((unit) => mayLead(unit) && (controller === undefined || isSeenBy(controller, unit)));
  // Whoever has not stepped down by now does when another leads.
  const stoppedMs = lead.stoppedAtMs ?? atMs;
  const next = chooseSuccessor(able, model, stoppedMs);
  if (next === undefined) return;
  if (lead.unit !== null && lead.unit !== next) {
    lead.former = { unit: lead.unit, untilMs: stoppedMs + model.noticeMs };
  }
  if (lead.unit !== next || next.behindSinceMs !== null) loseWrites(world, next, stoppedMs, atMs);
  lead.unit = next;
  // What it has is all there is from now on.
  next.behindSinceMs = null;
  goOnLeading(world, service, atMs, step);
}

/** Of several the one that misses least; of copies that are kept in step none that misses anything. */
function chooseSuccessor(able: readonly SimUnit[], model: Model, stoppedMs: number): SimUnit | undefined {
  const [next] = able.toSorted((a, b) => missedMs(a, stoppedMs) - missedMs(b, stoppedMs));
  return next !== undefined && model.replication === 'sync' && missedMs(next, stoppedMs) > 0 ? undefined : next;
}

/** A copy that takes over has all but what was on its way when it last heard the one that led, and what came after. */
function loseWrites(world: World, next: SimUnit, untilMs: number, atMs: number): void {
  const { model, lead, name } = next.service;
  if (model.replication !== 'async' || !world.raised) return;
  const lagMs = drawMs(model.lagMs ?? 0, chanceOf(world.seed, `lag ${name}`, lead.takeovers));
  const ageMs = missedMs(next, untilMs) + lagMs;
  if (ageMs > 0) tellLoss(world, { service: name, atMs, untilMs, ageMs });
}

/** Whom clients take for the leader at `nowMs`; null when they have noticed that nobody leads. */
export function believedLeader({ lead, model }: SimService, nowMs: number): SimUnit | null {
  if (lead.former !== null && nowMs < lead.former.untilMs) return lead.former.unit;
  if (lead.stoppedAtMs !== null && nowMs >= lead.stoppedAtMs + model.noticeMs) return null;
  return lead.unit;
}
