import type { Clock } from '../../clock.js';
import { type Executed, whyServiceUnable } from '../engine.js';
import { type Asking, answerOf } from './answer.js';
import { isAble, isDark, isFrozen, type SimUnit, type World } from './world.js';

/** Why nothing can be done at a unit, or with a service that no unit serves or nobody leads, as a sentence; else null. */
export function whyUnable(world: World, name: string): string | null {
  const service = world.services.get(name);
  if (service === undefined) return whyUnitUnable(world.units.get(name), name);
  const why = whyServiceUnable(
    name,
    service.units.map((unit) => whyUnitUnable(unit, unit.name)),
  );
  if (why !== null || service.model.role === 'any') return why;
  return service.lead.stoppedAtMs === null ? null : `${name} has no leader`;
}

function whyUnitUnable(unit: SimUnit | undefined, name: string): string | null {
  if (unit === undefined) return `there is no ${name}`;
  if (isDark(unit)) return `${name} has no power`;
  if (isFrozen(unit)) return `${name} is frozen`;
  if (isAble(unit)) return null;
  return unit.process === 'booting' ? `${name} is starting` : `${name} is not running`;
}

/**
 * A command in a unit. What it does is not interpreted: it succeeds when its unit runs and has what its service needs, and
 * takes the time of that; not ok when this is not by `deadlineMs`.
 */
export async function execute(
  clock: Clock,
  asking: Asking,
  name: string,
  command: readonly string[],
  deadlineMs: number,
): Promise<Executed> {
  const unit = asking.world.units.get(name);
  const failed = (error: string) => ({ ok: false, error, output: '' });
  const why = whyUnitUnable(unit, name);
  if (unit === undefined || why !== null) return failed(why ?? `there is no ${name}`);
  const { tookMs, error } = answerOf(asking, unit, { ask: { kind: 'exec', host: name, command }, does: 'read' });
  const endMs = Math.min(asking.nowMs + tookMs, deadlineMs);
  await clock.sleepUntil(endMs);
  if (asking.nowMs + tookMs > deadlineMs) return failed('its command did not end in time');
  return error === null ? { ok: true, error, output: '' } : failed(`what ${name} needs is ${error}`);
}
