import { type Action, type Step, whyNot } from '../../plan/plan.js';
import type { Effect } from '../engine.js';
import { noteReach } from './network.js';
import { tell, tellGroup, tellLoss } from './news.js';
import { alarm } from './people.js';
import { cutPower, givePower } from './power.js';
import { end, endLater, freeze, kill, plightOf, start, thaw } from './process.js';
import {
  EVER,
  faultOf,
  type HeldFault,
  isAble,
  isFrozen,
  lies,
  type SimSite,
  type SimUnit,
  type World,
} from './world.js';

/** One verb: what it does when it is laid on a unit, and when it is taken away. Both come after the unit's faults changed. */
interface Verb {
  perform(world: World, unit: SimUnit, fault: HeldFault, atMs: number): void;
  cure(world: World, unit: SimUnit, fault: HeldFault, atMs: number): void;
}

/** Tells of faults, and of sites that go dark as a whole, before their groups are told one by one. */
export function announceFaults(world: World, steps: readonly Step[], atMs: number): void {
  const held = steps.filter((step) => {
    const unit = world.units.get(step.unit);
    return unit === undefined || whyNoHold(unit, step, atMs) === null;
  });
  for (const name of new Set(held.map(({ fault }) => fault))) {
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

/** What came of a step or its cure, beside its instant. */
export type Told = Pick<Effect, 'error' | 'untouched'>;

const DONE: Told = { error: null };

/** Makes a step happen. */
export function performStep(world: World, step: Step, atMs: number): Told {
  const unit = world.units.get(step.unit);
  if (unit === undefined) return { error: `there is no unit ${step.unit}` };
  const why = whyNoHold(unit, step, atMs);
  const fault = faultOf(step);
  if (why?.untouched !== true) unit.faults.set(step.id, fault);
  if (why !== null) return why;
  world.changed = true;
  const { state } = VERBS[step.action.verb];
  const cause = step.action.verb === 'power-off' && unit.site?.isDark ? unit.site : world.news.faults.get(step.fault);
  if (state !== null && (state !== 'cut' || isAble(unit)))
    tellGroup(world, unit, atMs, { state, because: [cause ?? 0] });
  VERBS[step.action.verb].perform(world, unit, fault, atMs);
  return DONE;
}

function whyNoHold(unit: SimUnit, { action }: Step, atMs: number): ReturnType<typeof whyNot> {
  const why = whyNot(unit.name, plightOf(unit, atMs), action.verb);
  if (why !== null || action.verb !== 'kill' || action.program === undefined) return why;
  const error = `no process ${action.program} runs in ${unit.name}: in the simulator a unit has none but its first`;
  return { error, untouched: true };
}

/** Undoes a step, whether or not it happened. */
export function cureStep(world: World, step: Step, atMs: number): Told {
  const unit = world.units.get(step.unit);
  if (unit === undefined) return { error: `there is no unit ${step.unit}` };
  unit.faults.delete(step.id);
  world.changed = true;
  VERBS[step.action.verb].cure(world, unit, faultOf(step), atMs);
  return DONE;
}

const startAgain = (world: World, unit: SimUnit, _fault: HeldFault, atMs: number) => start(world, unit, atMs);

const stop = (world: World, unit: SimUnit, { action }: HeldFault, atMs: number) => {
  // The grace is for those who ignore SIGTERM; here nobody does but what is frozen.
  if (action.verb === 'stop' && isFrozen(unit) && unit.process !== 'stopped')
    endLater(world, unit, atMs, action.graceMs);
  else end(world, unit, atMs);
  if (unit.site !== null) alarm(world, unit.site, atMs);
};

const changeReach = (world: World, unit: SimUnit, fault: HeldFault, atMs: number) => {
  noteReach(world, unit, fault, atMs);
};

const VERBS: Readonly<Record<Action['verb'], Verb & { readonly state: string | null }>> = {
  'power-off': {
    state: 'dark',
    perform(world, unit, fault, atMs) {
      cutPower(unit);
      if (fault.action.verb === 'power-off' && fault.action.volumes === 'destroyed') wipe(world, unit, atMs);
      stop(world, unit, fault, atMs);
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
    },
    cure: startAgain,
  },
  stop: { state: 'down', perform: stop, cure: startAgain },
  freeze: {
    state: 'down',
    perform(world, unit, _fault, atMs) {
      freeze(world, unit, atMs);
    },
    cure(world, unit, _fault, atMs) {
      thaw(world, unit, atMs);
      // The SIGTERM that came while it was frozen is the first thing that it hears.
      if (lies(unit, 'stop') && !isFrozen(unit)) end(world, unit, atMs);
      else tellGroup(world, unit, atMs, { state: 'up', because: [unit] });
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
