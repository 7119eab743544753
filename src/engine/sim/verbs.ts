import type { Action, Step } from '../../plan/plan.js';
import { noteReach } from './network.js';
import { tell, tellGroup, tellLoss } from './news.js';
import { alarm } from './people.js';
import { cutPower, givePower } from './power.js';
import { end, freeze, kill, start, thaw } from './process.js';
import {
  EVER,
  faultOf,
  type HeldFault,
  isAble,
  isDark,
  lies,
  type SimSite,
  type SimUnit,
  type World,
} from './world.js';

/** One verb: what it does when it is laid on a unit, and when it is taken away. Both come after the unit's faults changed. */
interface Verb {
  /** Returns why it did not take hold, or null. */
  perform(world: World, unit: SimUnit, fault: HeldFault, atMs: number): string | null;
  cure(world: World, unit: SimUnit, fault: HeldFault, atMs: number): void;
}

/** Tells of faults, and of sites that go dark as a whole, before their groups are told one by one. */
export function announceFaults(world: World, steps: readonly Step[], atMs: number): void {
  for (const name of new Set(steps.map(({ fault }) => fault))) {
    const id = tell(world, null, atMs, { kind: 'fault', name, state: 'held', because: [] });
    world.news.faults.set(name, id);
  }
  const cut = new Map(steps.filter(({ action }) => action.verb === 'power-off').map((step) => [step.unit, step.fault]));
  for (const site of world.sites.values()) {
    const fault = cut.get(site.units[0]?.name ?? '');
    if (site.isDark || fault === undefined) continue;
    if (!site.units.every((unit) => cut.has(unit.name) || lies(unit, 'power-off'))) continue;
    site.isDark = true;
    const because = [world.news.faults.get(fault) ?? 0];
    tell(world, site, atMs, { kind: 'site', name: site.name, state: 'dark', because });
  }
}

/** Tells of sites that were dark and get their power back. */
export function announceCures(world: World, steps: readonly Step[], atMs: number): void {
  const sites = new Set<SimSite>();
  for (const { unit, action } of steps) {
    const site = world.units.get(unit)?.site;
    if (action.verb === 'power-off' && site != null && site.isDark) sites.add(site);
  }
  for (const site of sites) {
    site.isDark = false;
    site.toldShare = 0;
    if (site.model.power !== undefined) continue;
    tell(world, site, atMs, { kind: 'site', name: site.name, state: 'powered', because: [site] });
  }
}

/** Makes a step happen. Returns why it did not take hold, as a sentence, or null. */
export function performStep(world: World, step: Step, atMs: number): string | null {
  const unit = world.units.get(step.unit);
  if (unit === undefined) return `there is no unit ${step.unit}`;
  const fault = faultOf(step);
  unit.faults.set(step.id, fault);
  world.changed = true;
  const { state } = VERBS[step.action.verb];
  const cause = step.action.verb === 'power-off' && unit.site?.isDark ? unit.site : world.news.faults.get(step.fault);
  if (state !== null && (state !== 'cut' || isAble(unit)))
    tellGroup(world, unit, atMs, { state, because: [cause ?? 0] });
  return VERBS[step.action.verb].perform(world, unit, fault, atMs);
}

/** Undoes a step, whether or not it happened. Returns why that cannot be, as a sentence, or null. */
export function cureStep(world: World, step: Step, atMs: number): string | null {
  const unit = world.units.get(step.unit);
  if (unit === undefined) return `there is no unit ${step.unit}`;
  unit.faults.delete(step.id);
  world.changed = true;
  VERBS[step.action.verb].cure(world, unit, faultOf(step), atMs);
  return null;
}

const startAgain = (world: World, unit: SimUnit, _fault: HeldFault, atMs: number) => start(world, unit, atMs);

const stop = (world: World, unit: SimUnit, _fault: HeldFault, atMs: number) => {
  // The grace is for those who ignore SIGTERM; here nobody does.
  end(world, unit, atMs);
  if (unit.site !== null) alarm(world, unit.site, atMs);
  return null;
};

const changeReach = (world: World, unit: SimUnit, fault: HeldFault, atMs: number) => {
  noteReach(world, unit, fault, atMs);
  return null;
};

const VERBS: Readonly<Record<Action['verb'], Verb & { readonly state: string | null }>> = {
  'power-off': {
    state: 'dark',
    perform(world, unit, fault, atMs) {
      cutPower(unit);
      if (fault.action.verb === 'power-off' && fault.action.volumes === 'destroyed') wipe(world, unit, atMs);
      return stop(world, unit, fault, atMs);
    },
    cure(world, unit, _fault, atMs) {
      givePower(world, unit, atMs);
      start(world, unit, atMs);
    },
  },
  kill: {
    state: 'down',
    perform(world, unit, _fault, atMs) {
      kill(world, unit, atMs);
      return null;
    },
    cure: startAgain,
  },
  stop: { state: 'down', perform: stop, cure: startAgain },
  freeze: {
    state: 'down',
    perform(world, unit, _fault, atMs) {
      freeze(world, unit, atMs);
      return unit.process === 'stopped' && !isDark(unit) ? `${unit.name} does not run, so nothing of it freezes` : null;
    },
    cure(world, unit, _fault, atMs) {
      thaw(world, unit, atMs);
      tellGroup(world, unit, atMs, { state: 'up', because: [unit] });
    },
  },
  isolate: {
    state: 'cut',
    perform: changeReach,
    cure(world, unit, fault, atMs) {
      changeReach(world, unit, fault, atMs);
      // Of a unit that does not run its end is the latest news: joined again, it is no nearer to running.
      if (isAble(unit)) tellGroup(world, unit, atMs, { state: 'joined', because: [unit] });
    },
  },
  shape: { state: null, perform: changeReach, cure: changeReach },
};

/** The disks of a unit are gone: with the last copy of a service that keeps any, all that was ever written. */
function wipe(world: World, unit: SimUnit, atMs: number): void {
  const { service } = unit;
  unit.wiped = true;
  if (service.model.role !== 'any') unit.behindSinceMs = EVER;
  const keeps = service.model.replication !== undefined || service.model.role !== 'any';
  if (!keeps || !service.units.every(({ wiped, behindSinceMs }) => wiped || behindSinceMs === EVER)) return;
  // Nobody lacks what nobody has.
  for (const empty of service.units) empty.behindSinceMs = null;
  tellLoss(world, { service: service.name, atMs, untilMs: atMs, ageMs: Number.POSITIVE_INFINITY });
}
