import { chanceOf, drawMs } from './chance.js';
import { queueForCrew } from './crew.js';
import { tellGroup } from './news.js';
import { bootServers, bringUp } from './servers.js';
import { missingTool } from './standing.js';
import { isFrozen, type SimUnit, type Subject, type World } from './world.js';

/** Begins the boot of a unit that has power and that nothing keeps down. */
export function beginBoot(world: World, unit: SimUnit, atMs: number, delayMs: number): void {
  unit.process = 'booting';
  unit.boots += 1;
  unit.life += 1;
  Object.assign(unit, { waiting: 0, handled: 0, up: 0, grouped: world.raised && isGroup(unit) });
  if (unit.grouped) {
    const { life } = unit;
    const begin = (dueMs: number) => {
      if (unit.life === life) addServers(world, unit, unit.fed - unit.waiting - unit.handled, dueMs);
    };
    if (delayMs > 0) world.agenda.add(atMs + delayMs, begin);
    else begin(atMs);
    return;
  }
  const draw = chanceOf(world.seed, `boot ${unit.name}`, unit.boots);
  unit.leftMs = delayMs + drawMs(unit.service.model.bootMs, draw);
  tellGroup(world, unit, atMs, { state: 'booting', because: startedFor(unit) });
  if (!isFrozen(unit)) goOnBooting(world, unit, atMs);
}

/** A spare is started for what became of the others. */
function startedFor(unit: SimUnit): Subject[] {
  return unit.spare && unit.boots === 1 ? [unit, unit.service] : [unit];
}

/** Whether its servers come one by one, or wait for anything. */
function isGroup({ service: { model }, servers, site }: SimUnit): boolean {
  const waits = model.start === 'manual' || model.tools !== undefined || model.repair !== undefined;
  return waits || servers > 1 || site?.model.power !== undefined;
}

/** So many more servers of a unit that boots one by one have power. */
export function addServers(world: World, unit: SimUnit, count: number, atMs: number): void {
  unit.waiting += count;
  dispatch(world, unit, atMs);
}

/** Sends the waiting servers of a unit on: to wait for tools, to the crew, or to boot. */
export function dispatch(world: World, unit: SimUnit, atMs: number): void {
  if (unit.waiting === 0) return;
  const obstacle = missingTool(world, unit.service);
  if (obstacle !== null) {
    if (!world.blocked.has(unit)) {
      const because = [unit, obstacle.subject];
      tellGroup(world, unit, atMs, { state: 'blocked', because, detail: obstacle.detail });
    }
    world.blocked.add(unit);
    return;
  }
  const unblocked = world.blocked.delete(unit);
  const tools = unblocked ? (unit.service.model.tools ?? []).map((name) => world.services.get(name) ?? null) : [];
  const { site } = unit;
  if (unit.service.model.start === 'manual' && site?.crew != null) {
    if (unblocked) tellGroup(world, unit, atMs, { state: 'queued', because: [...startedFor(unit), ...tools] });
    queueForCrew(world, unit, site.crew, atMs);
    return;
  }
  if (unit.begun !== unit.life)
    tellGroup(world, unit, atMs, { state: 'booting', because: [...startedFor(unit), ...tools] });
  unit.begun = unit.life;
  const count = unit.waiting;
  unit.waiting = 0;
  bootServers(world, unit, count, atMs);
}

/** Goes on with a boot of all servers at once. */
export function goOnBooting(world: World, unit: SimUnit, atMs: number): void {
  unit.readyAtMs = atMs + unit.leftMs;
  world.agenda.add(unit.readyAtMs, (dueMs) => {
    // Something may have come between: only the boot that is under way ends now.
    if (unit.process === 'booting' && unit.readyAtMs === dueMs) bringUp(world, unit, dueMs);
  });
}
