import type { Plight } from '../../plan/plan.js';
import { beginBoot, goOnBooting } from './boots.js';
import { noteAble } from './servers.js';
import { isDark, isFrozen, lies, type SimUnit, type World } from './world.js';

/** What a restart policy waits before it starts a process again. */
const RESTART_DELAY_MS = 100;

/** Starts a unit that is not running, unless something that lies on it keeps it down. */
export function start(world: World, unit: SimUnit, atMs: number, delayMs = 0): void {
  if (unit.process !== 'stopped' || isDark(unit) || lies(unit, 'stop')) return;
  if (lies(unit, 'kill') && !revives(unit)) return;
  if (delayMs > 0) unit.waitsUntilMs = atMs + delayMs;
  beginBoot(world, unit, atMs, delayMs);
}

/** Ends a unit's process, and with it its memory. */
export function end(world: World, unit: SimUnit, atMs: number): void {
  unit.process = 'stopped';
  unit.readyAtMs = Number.POSITIVE_INFINITY;
  unit.waitsUntilMs = Number.NEGATIVE_INFINITY;
  unit.life += 1;
  Object.assign(unit, { waiting: 0, handled: 0, up: 0, grouped: false });
  world.blocked.delete(unit);
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
  const waits = unit.process === 'booting' && !unit.grouped && unit.readyAtMs === Number.POSITIVE_INFINITY;
  if (waits) goOnBooting(world, unit, atMs);
  noteAble(world, unit, atMs);
}

/** Ends a frozen unit's process when the grace is over; it has not heard that it was asked to. */
export function endLater(world: World, unit: SimUnit, atMs: number, graceMs: number): void {
  const { life } = unit;
  world.agenda.add(atMs + graceMs, (dueMs) => {
    if (unit.life !== life || isDark(unit)) return;
    end(world, unit, dueMs);
    // Whoever started it again meanwhile waits for that end.
    start(world, unit, dueMs);
  });
}

/** The state in which a fault finds a unit. */
export function plightOf(unit: SimUnit, atMs: number): Plight {
  if (isDark(unit)) return 'dark';
  if (unit.process === 'stopped') return 'stopped';
  if (unit.process === 'booting' && atMs < unit.waitsUntilMs) return 'waiting';
  return isFrozen(unit) ? 'frozen' : 'running';
}

function revives(unit: SimUnit): boolean {
  return unit.service.restart !== 'no';
}
