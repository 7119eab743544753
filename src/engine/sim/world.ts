import { type Action, type Plan, type Step, sparesOf } from '../../plan/plan.js';
import { type Service, type SiteModel, type Spread, serversAt } from '../../scenario/scenario.js';
import type { LostWrites, WorldChange } from '../engine.js';
import { type Agenda, makeAgenda } from './agenda.js';
import { chanceOf } from './chance.js';
import { type Notice, oldNotice } from './notice.js';

/** A topology in memory. Whoever reads or changes it catches up with the agenda first. */
export interface World {
  readonly seed: number;
  readonly units: ReadonlyMap<string, SimUnit>;
  readonly services: ReadonlyMap<string, SimService>;
  readonly sites: ReadonlyMap<string, SimSite>;
  readonly agenda: Agenda;
  /** Units with power whose tools are missing. */
  readonly blocked: Set<SimUnit>;
  /** Who hears of events, how many there were, and who hears of lost writes. */
  readonly news: News;
  /** False while the topology is raised: that is no part of the story, so nobody waits for power, crew or tools. */
  raised: boolean;
  /** Something changed that others may have waited for. */
  changed: boolean;
}

/** Who hears of what happens in a world. */
export interface News {
  count: number;
  /** The event of each fault that took hold, by its id. */
  readonly faults: Map<string, number>;
  hear: ((event: WorldChange) => void) | null;
  lose: ((loss: LostWrites) => void) | null;
}

/** Whatever events are told of remembers its latest one; 0: none. */
export interface Subject {
  event: number;
}

/** One life of a unit whose servers boot one by one. */
export interface Booting {
  readonly life: number;
  readonly draw: () => number;
  /** One server more is up. */
  readonly arrive: (atMs: number) => void;
}

/** Who boots the servers of a site that start by hand. */
export interface Crew extends Subject {
  readonly people: number;
  readonly eachMs: Spread;
  /** How many of them ever had work, and those of them who have none. */
  hired: number;
  readonly idle: Person[];
  /** Units with servers that wait, in the order in which they are served. */
  readonly queue: SimUnit[];
  /** False until they have noticed, decided and have access. */
  ready: boolean;
  readonly draw: () => number;
}

/** One of a crew, who ends the work on one server at the instant that is given. */
export type Person = (atMs: number) => void;

/** A site: its power and its people. */
export interface SimSite extends Subject {
  readonly name: string;
  readonly model: SiteModel;
  /** In the order of the file. */
  readonly units: SimUnit[];
  readonly crew: Crew | null;
  /** When power began to come back, while its schedule runs. */
  restoredAtMs: number | null;
  /** Since when people should know that units went down; null while nothing is wrong. */
  alarmedAtMs: number | null;
  /** Whether they know, or will without a monitoring. */
  noticed: boolean;
  /** Whether all of it was told to be dark, and of which share of its power was told last. */
  isDark: boolean;
  toldShare: number;
}

/** A service with its units, and who leads it. */
export interface SimService extends Subject {
  readonly name: string;
  readonly model: Service['model'];
  readonly restart: Service['restart'];
  readonly needs: readonly string[];
  /** In the order of the plan. */
  readonly units: SimUnit[];
  readonly lead: Lead;
  /** Whether it was up when last looked at, and since when users are coming back. */
  wasUp: boolean;
  /** What last kept it from being up, while nobody was told of its load since. */
  obstacle: Subject | null;
  backAtMs: number;
  overloaded: boolean;
}

/** Who leads a service whose role is not `any`. */
export interface Lead extends Subject {
  /** The one that leads, or did until it was lost; null before the first boot. */
  unit: SimUnit | null;
  /** Since when the one that led may not, or null while it leads. */
  lostAtMs: number | null;
  /** Since when it takes no writes: mostly the same, later where it goes on without a majority until it steps down. */
  stoppedAtMs: number | null;
  /** When another can lead at the earliest, while nobody does; Infinity while nobody can take over. */
  nextAtMs: number;
  /** How often a takeover began. */
  takeovers: number;
  /** Whether it was told that nobody can take over. */
  stuck: boolean;
  /** The leader before this one, to which clients go on sending until this instant. */
  former: { readonly unit: SimUnit; readonly untilMs: number } | null;
}

/** Since before the first write. */
export const EVER = Number.NEGATIVE_INFINITY;

/** A unit: what lies on it and what its servers do. */
export interface SimUnit extends Subject {
  readonly name: string;
  readonly index: number;
  readonly service: SimService;
  readonly site: SimSite | null;
  /** What lies on it, by the step's id: what it does is computed from all of these, so a cure takes only its own away. */
  readonly faults: Map<string, HeldFault>;
  process: 'stopped' | 'booting' | 'running';
  /** When a boot of all servers at once ends, while it goes on. */
  readyAtMs: number;
  /** Until when a restart policy waits before it starts a process again. */
  waitsUntilMs: number;
  /** What remains of such a boot that is frozen. */
  leftMs: number;
  /** How often it started: its memory is the same as long as this is. */
  boots: number;
  /** Changes with each start and end: what was under way before counts no more. */
  life: number;
  /** The life in which somebody first touched its servers. */
  begun: number;
  readonly servers: number;
  /** It is not started before somebody does. */
  readonly spare: boolean;
  /** Servers that have power; that wait for tools or the crew; that the crew has done with; that are up. */
  fed: number;
  waiting: number;
  handled: number;
  /** What the servers that boot one by one share; null before the first of them. */
  booting: Booting | null;
  up: number;
  /** Its servers boot one by one. */
  grouped: boolean;
  /** Its disks were destroyed and not yet filled again. */
  wiped: boolean;
  /** Since when it does not have what the one that leads took, `EVER` where its disks are empty; null while it has. */
  behindSinceMs: number | null;
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

/** What of a plan a world is built from. */
export type Blueprint = Pick<Plan, 'services' | 'units' | 'sites'>;

/** Everything that the plan names, with nothing started yet. */
export function buildWorld(plan: Blueprint, seed: number): World {
  const units = new Map<string, SimUnit>();
  const services = new Map<string, SimService>();
  const sites = new Map<string, SimSite>();
  for (const { name, model = {} } of plan.sites) {
    const crew = model.crew === undefined ? null : makeCrew(model.crew, chanceOf(seed, `crew ${name}`, 0));
    const site = { name, model, units: [], crew, restoredAtMs: null, alarmedAtMs: null, noticed: false };
    const told = { isDark: false, toldShare: 1, event: 0 };
    sites.set(name, { ...site, ...told });
  }
  for (const { name, model, restart, needs } of plan.services) {
    const lost = { lostAtMs: null, stoppedAtMs: null, nextAtMs: 0 };
    const lead = { unit: null, ...lost, takeovers: 0, stuck: false, former: null, event: 0 };
    const load = { wasUp: false, obstacle: null, backAtMs: Number.NEGATIVE_INFINITY, overloaded: false };
    services.set(name, { name, model, restart, needs, units: [], lead, ...load, event: 0 });
  }
  for (const { name, service: serviceName, site, spare = false } of plan.units) {
    const service = services.get(serviceName);
    if (service === undefined) continue;
    const unit = makeUnit(name, units.size, service, (site === null ? undefined : sites.get(site)) ?? null, spare);
    units.set(name, unit);
    service.units.push(unit);
    unit.site?.units.push(unit);
  }
  for (const service of services.values()) emptySpares(service);
  for (const step of sparesOf(plan)) units.get(step.unit)?.faults.set(step.id, faultOf(step));
  inFileOrder(sites, services);
  const news = { count: 0, faults: new Map(), hear: null, lose: null };
  return {
    seed,
    units,
    services,
    sites,
    agenda: makeAgenda(),
    blocked: new Set(),
    news,
    raised: false,
    changed: false,
  };
}

function makeCrew(crew: NonNullable<SiteModel['crew']>, draw: () => number): Crew {
  return { ...crew, hired: 0, idle: [], queue: [], ready: true, draw, event: 0 };
}

/** Power and crew come to services as they stand in the file. */
function inFileOrder(sites: ReadonlyMap<string, SimSite>, services: ReadonlyMap<string, SimService>): void {
  const ranks = new Map([...services.values()].map((service, rank) => [service, rank]));
  const rankOf = (unit: SimUnit) => ranks.get(unit.service) ?? 0;
  for (const site of sites.values()) site.units.sort((a, b) => rankOf(a) - rankOf(b) || a.index - b.index);
}

/** Of copies of which one has all from the beginning on, those that are spares have nothing. */
function emptySpares({ model, units }: SimService): void {
  if (model.role === 'any' || units.every(({ spare }) => spare)) return;
  for (const unit of units) if (unit.spare) unit.behindSinceMs = EVER;
}

function makeUnit(name: string, index: number, service: SimService, site: SimSite | null, spare: boolean): SimUnit {
  const servers = serversAt(service.model, site?.name ?? null);
  return {
    ...{ name, index, service, site, servers, spare },
    faults: new Map(),
    process: 'stopped',
    readyAtMs: Number.POSITIVE_INFINITY,
    waitsUntilMs: Number.NEGATIVE_INFINITY,
    leftMs: 0,
    boots: 0,
    life: 0,
    begun: 0,
    ...{ fed: servers, waiting: 0, handled: 0, booting: null, up: 0 },
    grouped: false,
    wiped: false,
    behindSinceMs: null,
    able: oldNotice(false),
    reach: new Map(),
    event: 0,
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

/** No power at any of its servers: silence, whatever else. */
export function isDark(unit: SimUnit): boolean {
  return unit.fed === 0 || lies(unit, 'power-off');
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
