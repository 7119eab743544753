import { formatDuration, type Spread } from '../../scenario/scenario.js';
import { drawMs } from './chance.js';
import { tellGroup } from './news.js';
import { bootServers } from './servers.js';
import type { Crew, Person, SimUnit, World } from './world.js';

/** Lines the waiting servers of a unit up for its site's crew; those of services that stand earlier in the file come first. */
export function queueForCrew(world: World, unit: SimUnit, crew: Crew, atMs: number): void {
  const { queue } = crew;
  if (!queue.includes(unit)) {
    const order = unit.site?.units ?? [];
    const later = queue.findIndex((other) => order.indexOf(other) > order.indexOf(unit));
    queue.splice(later < 0 ? queue.length : later, 0, unit);
    tellGroup(world, unit, atMs, { state: 'queued', because: [unit] });
  }
  assign(world, crew, atMs);
}

/** Gives every person of a crew who has none a server, while there are any that wait. */
export function assign(world: World, crew: Crew, atMs: number): void {
  if (!crew.ready) return;
  while (crew.queue.length > 0 && (crew.idle.length > 0 || crew.hired < crew.people)) {
    const unit = nextOf(crew);
    if (unit === null) return;
    const person = crew.idle.pop() ?? hire(world, crew);
    person(atMs);
  }
}

function nextOf({ queue }: Crew): SimUnit | null {
  while (queue.length > 0) {
    const unit = queue[0] as SimUnit;
    if (unit.waiting > 0) return unit;
    queue.shift();
  }
  return null;
}

/**
 * A person: each call ends the server under work, where there is one, and begins with the next one, or leaves the person
 * idle. One and the same function for a whole outage, so that a server costs one item of the agenda and no new object.
 */
function hire(world: World, crew: Crew): Person {
  crew.hired += 1;
  let unit: SimUnit | null = null;
  let life = 0;
  const person = (atMs: number) => {
    if (unit !== null && unit.life === life) bootServers(world, unit, 1, atMs);
    unit = nextOf(crew);
    if (unit === null) {
      crew.idle.push(person);
      return;
    }
    life = unit.life;
    if (unit.begun !== life) beginGroup(world, crew, unit, atMs);
    unit.waiting -= 1;
    world.agenda.add(atMs + drawMs(crew.eachMs, crew.draw), person);
  };
  return person;
}

/** Told once a unit: when its first server comes under somebody's hands, after those of the one before. */
function beginGroup(world: World, crew: Crew, unit: SimUnit, atMs: number): void {
  unit.begun = unit.life;
  const detail = `a crew of ${crew.people}, ${describe(crew.eachMs)} a server`;
  tellGroup(world, unit, atMs, { state: 'booting', because: [unit, crew], detail });
  crew.event = unit.event;
}

function describe(spread: Spread): string {
  if (typeof spread === 'number') return formatDuration(spread);
  if ('fromMs' in spread) return `${formatDuration(spread.fromMs)} to ${formatDuration(spread.toMs)}`;
  if ('meanMs' in spread) return `about ${formatDuration(spread.meanMs)}`;
  return `mostly ${formatDuration(spread.p50Ms)}`;
}
