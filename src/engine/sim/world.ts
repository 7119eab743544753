import type { Action, Plan, Step } from '../../plan/plan.js';
import type { Service } from '../../scenario/scenario.js';
import { type Agenda, makeAgenda } from './agenda.js';
import { type Notice, oldNotice } from './notice.js';

/** A topology in memory. Whoever reads or changes it catches up with the agenda first. */
export interface World {
  readonly seed: number;
  readonly units: ReadonlyMap<string, SimUnit>;
  readonly services: ReadonlyMap<string, SimService>;
  readonly agenda: Agenda;
}

/** A service with its units, and who leads it. */
export interface SimService {
  readonly name: string;
  readonly model: Service['model'];
  readonly restart: Service['restart'];
  readonly needs: readonly string[];
  /** In the order of the plan. */
  readonly units: SimUnit[];
  readonly lead: Lead;
}

/** Who leads a service whose role is `leader`. */
export interface Lead {
  /** The one that leads, or did until it was lost; null before the first boot. */
  unit: SimUnit | null;
  /** Since when the one that led cannot, or null while it leads. */
  lostAtMs: number | null;
  /** When another can lead at the earliest, while nobody does. */
  nextAtMs: number;
  /** How often it was lost. */
  losses: number;
  /** The leader before this one, to which clients go on sending until this instant. */
  former: { readonly unit: SimUnit; readonly untilMs: number } | null;
}

/** A unit: what lies on it and what its process does. */
export interface SimUnit {
  readonly name: string;
  readonly service: SimService;
  /** What lies on it, by the step's id: what it does is computed from all of these, so a cure takes only its own away. */
  readonly faults: Map<string, HeldFault>;
  process: 'stopped' | 'booting' | 'running';
  /** When a boot ends, while it goes on. */
  readyAtMs: number;
  /** What remains of a boot that is frozen. */
  leftMs: number;
  /** How often it started: its memory is the same as long as this is. */
  boots: number;
  readonly able: Notice;
  /** Whether a peer reaches it; one that is absent always did. */
  readonly reach: Map<SimUnit, Notice>;
}

/** A step's action as it lies on a unit. */
export interface HeldFault {
  readonly action: Action;
  /** The units that the action names. */
  readonly peers: ReadonlySet<string>;
}

/** Everything that the plan names, with nothing started yet. */
export function buildWorld(plan: Pick<Plan, 'services' | 'units'>, seed: number): World {
  const units = new Map<string, SimUnit>();
  const services = new Map<string, SimService>();
  for (const { name, model, restart, needs } of plan.services) {
    const lead = { unit: null, lostAtMs: null, nextAtMs: 0, losses: 0, former: null };
    services.set(name, { name, model, restart, needs, units: [], lead });
  }
  for (const { name, service: serviceName } of plan.units) {
    const service = services.get(serviceName);
    if (service === undefined) continue;
    const unit = makeUnit(name, service);
    units.set(name, unit);
    service.units.push(unit);
  }
  return { seed, units, services, agenda: makeAgenda() };
}

function makeUnit(name: string, service: SimService): SimUnit {
  return {
    name,
    service,
    faults: new Map(),
    process: 'stopped',
    readyAtMs: Number.POSITIVE_INFINITY,
    leftMs: 0,
    boots: 0,
    able: oldNotice(false),
    reach: new Map(),
  };
}

/** The unit of this name, or the only unit of the service of this name. */
export function findHost(world: World, host: string): SimUnit | undefined {
  const unit = world.units.get(host);
  if (unit !== undefined) return unit;
  const units = world.services.get(host)?.units ?? [];
  return units.length === 1 ? units[0] : undefined;
}

/** A step as it lies on its unit. */
export function faultOf({ action }: Step): HeldFault {
  const peers = action.verb === 'isolate' ? action.from : action.verb === 'shape' ? action.to : [];
  return { action, peers: new Set(peers) };
}

/** No power: silence, whatever else. */
export function isDark(unit: SimUnit): boolean {
  return lies(unit, 'power-off');
}

/** Its processes stand still. */
export function isFrozen(unit: SimUnit): boolean {
  return lies(unit, 'freeze');
}

/** It could answer somebody who reaches it. */
export function isAble(unit: SimUnit): boolean {
  return unit.process === 'running' && !isDark(unit) && !isFrozen(unit);
}

/** Whether a fault of this verb lies on the unit. */
export function lies(unit: SimUnit, verb: Action['verb']): boolean {
  for (const { action } of unit.faults.values()) if (action.verb === verb) return true;
  return false;
}
