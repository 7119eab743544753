import { chanceOf, drawMs } from './chance.js';
import { reviewLead } from './leadership.js';
import { note } from './notice.js';
import { isAble, isDark, isFrozen, lies, type SimUnit, type World } from './world.js';

/** What a restart policy waits before it starts a process again. */
const RESTART_DELAY_MS = 100;

/** Starts a unit that is not running, unless something that lies on it keeps it down. */
export function start(world: World, unit: SimUnit, atMs: number, delayMs = 0): void {
  if (unit.process !== 'stopped' || isDark(unit) || lies(unit, 'stop')) return;
  if (lies(unit, 'kill') && !revives(unit)) return;
  unit.process = 'booting';
  unit.boots += 1;
  unit.leftMs = delayMs + drawMs(unit.service.model.bootMs, chanceOf(world.seed, `boot ${unit.name}`, unit.boots));
  if (!isFrozen(unit)) goOnBooting(world, unit, atMs);
}

/** Ends a unit's process, and with it its memory. */
export function end(world: World, unit: SimUnit, atMs: number): void {
  unit.process = 'stopped';
  unit.readyAtMs = Number.POSITIVE_INFINITY;
  noteAble(world, unit, atMs);
}

/** Ends a unit's process by a signal from outside: where it has power, its restart policy applies. */
export function kill(world: World, unit: SimUnit, atMs: number): void {
  end(world, unit, atMs);
  if (revives(unit)) start(world, unit, atMs, RESTART_DELAY_MS);
}

/** Stops a unit where it stands, even in the middle of its boot. */
export function freeze(world: World, unit: SimUnit, atMs: number): void {
  if (unit.process === 'booting' && unit.readyAtMs < Number.POSITIVE_INFINITY) {
    unit.leftMs = unit.readyAtMs - atMs;
    unit.readyAtMs = Number.POSITIVE_INFINITY;
  }
  noteAble(world, unit, atMs);
}

/** Lets a unit go on, unless it is frozen still. */
export function thaw(world: World, unit: SimUnit, atMs: number): void {
  if (isFrozen(unit)) return;
  if (unit.process === 'booting' && unit.readyAtMs === Number.POSITIVE_INFINITY) goOnBooting(world, unit, atMs);
  noteAble(world, unit, atMs);
}

function revives(unit: SimUnit): boolean {
  return unit.service.restart !== 'no';
}

function goOnBooting(world: World, unit: SimUnit, atMs: number): void {
  unit.readyAtMs = atMs + unit.leftMs;
  world.agenda.add(unit.readyAtMs, (dueMs) => {
    // Something may have come between: only the boot that is under way ends now.
    if (unit.process !== 'booting' || unit.readyAtMs !== dueMs) return;
    unit.process = 'running';
    noteAble(world, unit, dueMs);
  });
}

function noteAble(world: World, unit: SimUnit, atMs: number): void {
  note(unit.able, isAble(unit), atMs, unit.service.model.noticeMs);
  reviewLead(world, unit.service, atMs);
}
