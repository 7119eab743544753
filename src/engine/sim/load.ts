import { tell } from './news.js';
import { whyDown } from './standing.js';
import { isAble, type SimService, type SimUnit, type World } from './world.js';

/** Looks of which fewer than one in twenty fails are good ones, one like the other. */
export const GOOD_SHARE = 0.95;

/** Looks whether users of a service are coming back, and whether they are more than it carries. */
export function reviewLoad(world: World, service: SimService, atMs: number): void {
  const { model, name } = service;
  if (model.demand === undefined) return;
  const reason = whyDown(world, service);
  const isUp = reason === null;
  if (!isUp) service.obstacle = reason;
  if (isUp && !service.wasUp && world.raised) service.backAtMs = atMs;
  service.wasUp = isUp;
  const overloaded = isUp && carriedBy(bearersOf(service)) < loadAt(service, atMs);
  if (overloaded === service.overloaded) return;
  service.overloaded = overloaded;
  const state = overloaded ? 'overloaded' : 'up';
  tell(world, service, atMs, {
    kind: 'service',
    name,
    state,
    because: [overloaded ? (service.obstacle ?? service) : service],
  });
  if (overloaded) service.obstacle = null;
}

/** Requests a second that are asked of a service at an instant. */
export function loadAt({ model, backAtMs }: SimService, atMs: number): number {
  const { demand = 0, reconnect } = model;
  if (reconnect === undefined || backAtMs === Number.NEGATIVE_INFINITY) return demand;
  return demand * (1 + (reconnect.factor - 1) * 2 ** (-(atMs - backAtMs) / reconnect.halfLifeMs));
}

/** Requests a second that these units answer with the servers that are up; Infinity where nothing is written. */
export function carriedBy(units: readonly SimUnit[]): number {
  return units.reduce((sum, { up, service }) => sum + up * (service.model.capacity ?? Number.POSITIVE_INFINITY), 0);
}

/** The units that carry a service's load now. */
function bearersOf({ model, units, lead }: SimService): SimUnit[] {
  return units.filter((unit) => isAble(unit) && (model.role === 'any' || unit === lead.unit));
}

/**
 * When the load of a service that is more than `carried` at `atMs` is no more than that, or hardly more, as far as that comes
 * from users who are back: Infinity when it does not. At the latest after an eighth of the half-life it is worth a new look.
 */
export function reliefAt(service: SimService, carried: number, atMs: number): number {
  const { demand = 0, reconnect } = service.model;
  if (reconnect === undefined || loadAt(service, atMs) <= carried) return Number.POSITIVE_INFINITY;
  const lookMs = atMs + reconnect.halfLifeMs / 8;
  if (carried <= demand) return loadAt(service, atMs) - demand < demand / 1000 ? Number.POSITIVE_INFINITY : lookMs;
  const whenMs = (load: number) => {
    const halves = Math.log2(((reconnect.factor - 1) * demand) / (load - demand));
    // Whoever looks exactly then must find it relieved, whatever the last bit says.
    return service.backAtMs + halves * reconnect.halfLifeMs + 1e-3;
  };
  return Math.min(lookMs, ...[carried / GOOD_SHARE, carried].map(whenMs).filter((thenMs) => thenMs > atMs));
}
