import type { Spread } from '../../scenario/scenario.js';
import { chanceOf, drawMs } from './chance.js';
import { assign } from './crew.js';
import { tell } from './news.js';
import { whyDown } from './standing.js';
import type { SimSite, World } from './world.js';

/** Units of a site went down: its people notice, decide and get access before its crew begins. */
export function alarm(world: World, site: SimSite, atMs: number): void {
  const { crew, model } = site;
  const takesTime = [model.noticeMs, model.blindMs, model.decideMs, model.accessMs].some(
    (spread) => spread !== undefined,
  );
  if (crew === null || !takesTime || site.alarmedAtMs !== null || !world.raised) return;
  site.alarmedAtMs = atMs;
  crew.ready = false;
  // What else goes down in this instant is down by then, the monitoring perhaps too.
  world.agenda.add(atMs, (dueMs) => watchOut(world, site, dueMs));
}

function watchOut(world: World, site: SimSite, atMs: number): void {
  if (site.alarmedAtMs === null) return;
  if (isWatched(world, site)) {
    notice(world, site, site.model.noticeMs, atMs, []);
    return;
  }
  const { monitoring = '', blindMs = site.model.noticeMs } = site.model;
  const monitor = world.services.get(monitoring) ?? null;
  const detail = `blind: ${monitoring} is not up`;
  const because = [site, monitor];
  tell(world, null, atMs, { kind: 'step', name: `people of ${site.name}`, state: 'noticing', because, detail });
  const sinceMs = site.alarmedAtMs;
  world.agenda.add(atMs + drawAt(world, site, 'blind', blindMs), (dueMs) => {
    if (site.alarmedAtMs === sinceMs && !site.noticed) notice(world, site, 0, dueMs, []);
  });
}

/** Looks whether a monitoring that was down shows people by now what they did not know. */
export function reviewPeople(world: World, site: SimSite, atMs: number): void {
  if (site.alarmedAtMs === null || site.noticed || site.alarmedAtMs === atMs || !isWatched(world, site)) return;
  notice(world, site, site.model.noticeMs, atMs, [world.services.get(site.model.monitoring ?? '') ?? null]);
}

function isWatched(world: World, { model }: SimSite): boolean {
  const monitor = world.services.get(model.monitoring ?? '');
  return monitor === undefined || whyDown(world, monitor) === null;
}

function notice(
  world: World,
  site: SimSite,
  noticeMs: Spread | undefined,
  atMs: number,
  because: Parameters<typeof tell>[3]['because'],
): void {
  site.noticed = true;
  const sinceMs = site.alarmedAtMs;
  const name = `people of ${site.name}`;
  const { decideMs, accessMs } = site.model;
  const step = (state: string, ms: Spread | undefined, beganMs: number, causes: typeof because) => {
    const id = tell(world, null, beganMs, { kind: 'step', name, state, because: causes });
    return { id, endMs: beganMs + drawAt(world, site, state, ms) };
  };
  const noticing = step('noticing', noticeMs, atMs, [site, ...because]);
  world.agenda.add(noticing.endMs, (noticedMs) => {
    if (site.alarmedAtMs !== sinceMs) return;
    const deciding = step('deciding', decideMs, noticedMs, [noticing.id]);
    world.agenda.add(deciding.endMs, (decidedMs) => {
      if (site.alarmedAtMs !== sinceMs) return;
      const access = step('working', accessMs, decidedMs, [deciding.id]);
      world.agenda.add(access.endMs, (dueMs) => {
        if (site.alarmedAtMs === sinceMs) begin(world, site, dueMs, access.id);
      });
    });
  });
}

function begin(world: World, site: SimSite, atMs: number, step: number): void {
  const { crew } = site;
  if (crew === null) return;
  const because = [step];
  crew.event = tell(world, crew, atMs, { kind: 'step', name: `people of ${site.name}`, state: 'done', because });
  crew.ready = true;
  assign(world, crew, atMs);
}

function drawAt(world: World, site: SimSite, what: string, spread: Spread | undefined): number {
  return spread === undefined ? 0 : drawMs(spread, chanceOf(world.seed, `${what} ${site.name}`, 0));
}
