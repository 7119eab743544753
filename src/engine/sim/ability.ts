import { whyServiceUnable } from '../engine.js';
import { leads } from './leadership.js';
import { isAble, isDark, isFrozen, type SimUnit, type World } from './world.js';

/** Why nothing can be done at a unit, or with a service that no unit serves or nobody leads, as a sentence; else null. */
export function whyUnable(world: World, name: string): string | null {
  const service = world.services.get(name);
  if (service === undefined) return whyUnitUnable(world.units.get(name), name);
  const why = whyServiceUnable(
    name,
    service.units.map((unit) => whyUnitUnable(unit, unit.name)),
  );
  if (why !== null || service.model.role !== 'leader') return why;
  return service.units.some(leads) ? null : `${name} has no leader`;
}

function whyUnitUnable(unit: SimUnit | undefined, name: string): string | null {
  if (unit === undefined) return `there is no ${name}`;
  if (isDark(unit)) return `${name} has no power`;
  if (isFrozen(unit)) return `${name} is frozen`;
  if (isAble(unit)) return null;
  return unit.process === 'booting' ? `${name} is starting` : `${name} is not running`;
}
