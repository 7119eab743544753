import type { Action, Step } from '../../plan/plan.js';
import type { Effect } from '../engine.js';
import { sentenceOf, statusOf, withDeadline } from './api.js';
import type { Berth } from './berth.js';
import { actsOn } from './breaking.js';
import { startFrozen } from './hiding.js';
import { coldStop, freeze, rebuild, start, stateOf, thaw, wakeToEnd } from './processes.js';
import { EVERY_SILENCING, forget } from './silence.js';
import { CALL_LIMIT_MS, failed, lies, openOn, type Ward } from './ward.js';

/** Undoes steps of one unit; one effect each; never rejects. */
export async function mendUnit(ward: Ward, unit: string, steps: readonly Step[]): Promise<Effect[]> {
  const { clock, topology } = ward;
  const berth = topology.berths.get(unit);
  if (berth === undefined) return steps.map((step) => failed(step, clock.now(), `there is no unit ${unit}`));
  const fromMs = clock.now();
  berth.letGoMs = null;
  const open = openOn(ward, unit);
  const before = [...open.values()];
  const wasOpen = new Set(steps.filter((step) => open.delete(step.id) || ward.isAdopted).map((step) => step.id));
  const mended = ward.turns.take(unit, () =>
    settle(ward, berth, steps, wasOpen).catch((error) => {
      // Whoever tries again must find it as broken as it is.
      for (const step of steps) if (wasOpen.has(step.id)) open.set(step.id, step);
      throw error;
    }),
  );
  // A stop that is under way ends first.
  const graces = before.map(({ action }) => (action.verb === 'stop' ? action.graceMs : 0));
  const limitMs = 2 * CALL_LIMIT_MS + Math.max(0, ...graces);
  const told = await withDeadline(clock, limitMs, `cure ${unit}`, () => mended).then(
    (warning) => ({ error: null, ...(warning === null ? {} : { warning }) }),
    (error) => ({ error: sentenceOf(error) }),
  );
  berth.letGoMs ??= clock.now();
  return steps.map((step) => ({ step: step.id, fromMs, toMs: clock.now(), ...told }));
}

/**
 * Brings a unit to where the faults still open on it want it, after `cured` were taken away. Resolves with what is not as it
 * should be, or null.
 */
async function settle(
  ward: Ward,
  berth: Berth,
  cured: readonly Step[],
  wasOpen: ReadonlySet<string>,
): Promise<string | null> {
  const { docker, holds } = ward;
  const { name } = berth.unit;
  const isDark = lies(ward, name, 'power-off');
  const powered = isDark ? [] : cured.filter((step) => step.action.verb === 'power-off');
  const wasDown = cured.some((step) => ['power-off', 'kill', 'stop'].includes(step.action.verb));
  const starts = wasDown && !isDark && !lies(ward, name, 'stop');
  const isFrozen = lies(ward, name, 'freeze');
  const held = cured.filter((step) => actsOn(step.action) !== 'process');
  const warning = powered.length > 0 ? await wipeMemory(ward, berth, powered, held, wasOpen) : null;
  if (starts) await ward.endings.get(name);
  // Where its power comes back it starts while it is still dark, and is frozen before anybody hears of it.
  if (starts && isFrozen && powered.length > 0) await startFrozen(ward, berth);
  if (held.length > 0) await holds.release(berth, held);
  if (isDark) return warning;
  // Who looks whether it is ready begins now, while Docker is still at work on it.
  berth.letGoMs = ward.clock.now();
  if (starts && isFrozen && !(await stateOf(docker, berth)).Running) await startFrozen(ward, berth);
  else if (starts) await start(docker, berth);
  if (isFrozen) await freeze(docker, berth).catch(() => {});
  else if (lies(ward, name, 'stop')) await wakeToEnd(docker, berth);
  else await thaw(docker, berth);
  return warning;
}

/** Ends what stood still without power, while it is still dark: no farewell of a process or of its kernel gets out. */
async function wipeMemory(
  ward: Ward,
  berth: Berth,
  powered: readonly Step[],
  held: readonly Step[],
  wasOpen: ReadonlySet<string>,
): Promise<string | null> {
  const { docker, clock, holds, topology, silencing = EVERY_SILENCING } = ward;
  const before = await stateOf(docker, berth).catch((error) => {
    // An earlier try to make it anew came so far.
    if (statusOf(error) === 404) return null;
    throw error;
  });
  const wasDark = powered.some((step) => wasOpen.has(step.id));
  const isDead = wasDark || (before?.Paused === true && !lies(ward, berth.unit.name, 'freeze'));
  if (!isDead) return null;
  if (before?.Running) await coldStop(docker, clock, berth);
  if (powered.some((step) => isBurnt(step.action)) && wasDark) await rebuild(docker, topology, berth);
  return forget(docker, clock, holds, berth, held, silencing);
}

function isBurnt(action: Action): boolean {
  return action.verb === 'power-off' && action.volumes === 'destroyed';
}
