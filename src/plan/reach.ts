import type { Probe } from '../scenario/scenario.js';
import { OUTSIDE } from './targets.js';
import type { Fault, Plan, Step } from './timetable.js';

type Blueprint = Pick<Plan, 'units' | 'services'>;

/** What may make a probe's look fail: the units of its own service, and with them those that it depends on. */
interface Way {
  readonly own: ReadonlySet<string>;
  readonly all: ReadonlySet<string>;
  /** From outside through the network, not by `exec` inside of the unit. */
  readonly isFromOutside: boolean;
}

/**
 * Whether a fault lies between a probe and what it asks, so far as the scenario says: on the way from outside to its service,
 * on its units, on those that it depends on, or between any of these. A service depends on those that it needs, and on those
 * that its environment, its command or its model names.
 */
export function reaches(plan: Blueprint, probe: Pick<Probe, 'ask'>, { steps }: Pick<Fault, 'steps'>): boolean {
  const way = wayOf(plan, probe);
  return steps.some((step) => liesOn(way, step));
}

/** A family of probes with an objective that no fault of the plan reaches, though it has some. */
export interface Unreached {
  readonly family: string;
  /** What its probes ask, such as `web-a`. */
  readonly asked: readonly string[];
  /** One sentence. */
  readonly message: string;
}

/** Every family of probes with an objective that no fault of the plan can make miss it, in the order of the objectives. */
export function unreachedOf(plan: Blueprint & Pick<Plan, 'probes' | 'objectives' | 'faults'>): Unreached[] {
  if (plan.faults.length === 0) return [];
  const families = new Set(plan.objectives.flatMap((one) => ('service' in one && one.service ? [] : [one.probe])));
  return [...families].flatMap((family) => {
    const probes = plan.probes.filter((probe) => probe.family === family);
    if (probes.length === 0 || probes.some((probe) => plan.faults.some((fault) => reaches(plan, probe, fault))))
      return [];
    const asked = [...new Set(probes.map(({ ask }) => ask.host))];
    return [
      { family, asked, message: `no fault of this scenario lies ${placeOf(probes)}: it cannot be missed by one` },
    ];
  });
}

/** Where a fault that reaches these probes would lie, such as `between outside and web-a`. */
export function placeOf(probes: readonly Pick<Probe, 'ask'>[]): string {
  const hosts = [...new Set(probes.map(({ ask }) => ask.host))].join(', ');
  const isFromOutside = probes.some(({ ask }) => ask.kind !== 'exec');
  return isFromOutside
    ? `between outside and ${hosts}, or on what it needs`
    : `on ${hosts}, where it is asked by exec, or on what it needs`;
}

function wayOf({ units, services }: Blueprint, { ask }: Pick<Probe, 'ask'>): Way {
  const first = units.find(({ name }) => name === ask.host)?.service ?? ask.host;
  const found = new Set([first]);
  for (const name of found) {
    const service = services.find((one) => one.name === name);
    if (service === undefined) continue;
    const words = new Set(JSON.stringify([service.environment, service.command, service.model]).match(/[\w-]+/g));
    const named = units.filter((unit) => words.has(unit.name) || words.has(unit.service)).map((unit) => unit.service);
    for (const other of [...service.needs, ...named]) found.add(other);
  }
  return {
    own: new Set(units.filter(({ service }) => service === first).map(({ name }) => name)),
    all: new Set(units.filter(({ service }) => found.has(service)).map(({ name }) => name)),
    isFromOutside: ask.kind !== 'exec',
  };
}

function liesOn({ own, all, isFromOutside }: Way, { unit, action }: Step): boolean {
  if (!all.has(unit)) return false;
  if (action.verb !== 'isolate' && action.verb !== 'shape') return true;
  const peers = action.verb === 'isolate' ? action.from : action.to;
  return peers.some((peer) => all.has(peer) || (peer === OUTSIDE && isFromOutside && own.has(unit)));
}
