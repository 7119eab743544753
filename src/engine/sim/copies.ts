import { reaches } from './network.js';
import { leads } from './standing.js';
import { isAble, type SimService, type SimUnit } from './world.js';

/** Takes down which units of a service no longer get what the one that leads takes, after anything changed that it depends on. */
export function reviewCopies({ model, lead, units }: SimService, atMs: number): void {
  const leader = lead.unit;
  if (model.role === 'any' || leader === null) return;
  const isTaking = leads(leader);
  const waits = isTaking && awaitsCopy(leader);
  for (const unit of units) {
    if (unit === leader) continue;
    if (isTaking && isAble(unit) && reaches(leader, unit)) unit.behindSinceMs = null;
    // While writes wait, nobody misses any.
    else if (!waits) unit.behindSinceMs ??= atMs;
  }
}

/** Whether a write at the one that leads waits: copies are kept in step, and of those that live none is in reach. */
export function awaitsCopy(leader: SimUnit): boolean {
  const { model, units } = leader.service;
  if (model.replication !== 'sync' || model.role === 'any') return false;
  const living = units.filter((unit) => unit !== leader && isAble(unit));
  return living.length > 0 && !living.some((unit) => reaches(leader, unit));
}

/** How long a unit had got nothing of what was taken, when the one that led took its last write at `untilMs`. */
export function missedMs({ behindSinceMs }: SimUnit, untilMs: number): number {
  return behindSinceMs === null ? 0 : Math.max(0, untilMs - behindSinceMs);
}
