import { chanceOf, drawMs } from './chance.js';
import { tellGroup } from './news.js';
import { note } from './notice.js';
import { type Booting, isAble, type SimUnit, type World } from './world.js';

/** Of a unit whose servers boot one by one, others hear of so many steps at most. */
const STEPS = 20;

/** Lets `count` servers that have power, and that nobody needs to touch any more, boot. */
export function bootServers(world: World, unit: SimUnit, count: number, atMs: number): void {
  const { bootMs, capacity } = unit.service.model;
  unit.handled += count;
  if (typeof bootMs !== 'number') {
    const { draw, arrive } = bootingOf(world, unit);
    for (let server = 0; server < count; server += 1) world.agenda.add(atMs + drawMs(bootMs, draw), arrive);
    return;
  }
  if (capacity !== undefined) world.agenda.add(atMs + bootMs, arrivalOf(world, unit, count));
  // All take the same time, and nothing of them is of use before the last one is up.
  else if (unit.handled === unit.servers) world.agenda.add(atMs + bootMs, arrivalOf(world, unit, unit.servers));
}

/** What the servers of a unit share from one loss of power to the next: where their boot times come from, and how each arrives. */
function bootingOf(world: World, unit: SimUnit): Booting {
  if (unit.booting?.life !== unit.life) {
    const draw = chanceOf(world.seed, `servers of ${unit.name}`, unit.boots);
    unit.booting = { life: unit.life, draw, arrive: arrivalOf(world, unit, 1) };
  }
  return unit.booting;
}

function arrivalOf(world: World, unit: SimUnit, servers: number): (dueMs: number) => void {
  const { life } = unit;
  return (dueMs) => {
    if (unit.life === life) countUp(world, unit, servers, dueMs);
  };
}

function countUp(world: World, unit: SimUnit, count: number, atMs: number): void {
  const before = unit.up;
  unit.up += count;
  const { capacity, demand = 0, repair } = unit.service.model;
  if (capacity !== undefined && repair === undefined) {
    if (unit.process === 'booting') run(world, unit, atMs);
    const carried = unit.service.units.reduce((sum, { up }) => sum + up, 0) * capacity;
    const reaches = carried >= demand && carried - count * capacity < demand;
    const step = Math.floor((unit.up * STEPS) / unit.servers) !== Math.floor((before * STEPS) / unit.servers);
    if (reaches || step) world.changed = true;
  }
  if (unit.up < unit.servers) return;
  if (repair === undefined) {
    allUp(world, unit, atMs);
    return;
  }
  tellGroup(world, unit, atMs, { state: 'repairing', because: [unit] });
  const { life } = unit;
  world.agenda.add(atMs + (repair.bytes / repair.bytesPerSecond) * 1000, (dueMs) => {
    if (unit.life === life) allUp(world, unit, dueMs);
  });
}

function allUp(world: World, unit: SimUnit, atMs: number): void {
  tellGroup(world, unit, atMs, { state: 'up', because: [unit] });
  unit.wiped = false;
  if (unit.process === 'booting') run(world, unit, atMs);
  else world.changed = true;
  const { site } = unit;
  if (site?.units.every(({ up, servers }) => up === servers)) {
    site.alarmedAtMs = null;
    site.noticed = false;
  }
}

function run(world: World, unit: SimUnit, atMs: number): void {
  unit.process = 'running';
  noteAble(world, unit, atMs);
}

/**
 * Takes down whether a unit could answer, after anything about it changed. What follows from that is for `settle`: in one moment
 * more may happen, to whoever would direct a takeover for instance.
 */
export function noteAble(world: World, unit: SimUnit, atMs: number): void {
  note(unit.able, isAble(unit), atMs, unit.service.model.noticeMs);
  world.changed = true;
}

/** All servers of a unit are up at once, as in the first raising or after a boot that nothing holds up. */
export function bringUp(world: World, unit: SimUnit, atMs: number): void {
  unit.up = unit.servers;
  if (world.raised) allUp(world, unit, atMs);
  else run(world, unit, atMs);
}
