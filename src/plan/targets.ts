import { resolveTarget, type Scenario, type Target, type UnitName } from '../scenario/scenario.js';

/** Stands, where a fault of the network names its peers, for everything that is no unit: there users are, and probes. */
export const OUTSIDE = 'outside';

/** The names of the units and places that a target stands for where the network is meant: units, and outside itself. */
export function resolvePeers(units: readonly UnitName[], target: Target): string[] {
  return [...resolveTarget(units, target), ...(target === OUTSIDE ? [OUTSIDE] : [])];
}

/** Why a target stands for no unit and what to write instead, as one sentence. */
export function describeMissing(target: Target, scenario: Pick<Scenario, 'sites' | 'services'>): string {
  const [name = '', site] = target.split('@');
  const service = scenario.services.find((candidate) => candidate.name === name);
  if (service !== undefined && site !== undefined) {
    const places = service.at.filter(({ count }) => count > 0).map((place) => place.site ?? 'outside');
    return `\`${target}\` stands for no unit: ${name} is at ${listOf(places)}`;
  }
  if (service !== undefined || scenario.sites.some((candidate) => candidate.name === target)) {
    return `\`${target}\` stands for no unit: give it one with \`at\`, or take it out here`;
  }
  const [sites, services] = [scenario.sites, scenario.services].map((things) =>
    listOf(things.map((thing) => thing.name)),
  );
  return `\`${target}\` stands for no unit: write a site (${sites}), a service (${services}), \`service@site\` or a unit`;
}

function listOf(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}
