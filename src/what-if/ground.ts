import { type Plan, takesAway } from '../plan/plan.js';
import type { Scenario, Service } from '../scenario/scenario.js';

/** Which sites a story hits, and where one would be safe from it. */
export interface Ground {
  /** Sites at which units lose their power or their processes. */
  readonly hit: ReadonlySet<string>;
  /** Sites that are not hit and where the service is not yet, the best first; a new one where every site is hit. */
  refugesFor(service: Service): string[];
}

/** The name of the site that is made where the scenario has none that is not hit. */
export const NEW_SITE = 'elsewhere';

/** Where the faults of a plan strike, as far as whole sites go: one unit at a site makes it a site that is hit. */
export function groundOf(scenario: Scenario, plan: Plan): Ground {
  const steps = plan.faults.flatMap((fault) => fault.steps).filter(takesAway);
  const struck = new Set(steps.map(({ unit }) => unit));
  const hit = new Set(plan.units.flatMap(({ name, site }) => (site !== null && struck.has(name) ? [site] : [])));
  const safe = scenario.sites.map(({ name }) => name).filter((name) => !hit.has(name));
  return {
    hit,
    refugesFor(service) {
      if (safe.length === 0) return [NEW_SITE];
      const free = safe.filter((site) => !service.at.some((place) => place.site === site));
      // Near what it needs, and near what needs it.
      const company = (site: string) => scenario.services.filter((other) => isAt(other, site) && isKin(service, other));
      return free.toSorted((a, b) => company(b).length - company(a).length);
    },
  };
}

function isAt({ at }: Service, site: string): boolean {
  return at.some((place) => place.site === site);
}

function isKin(service: Service, other: Service): boolean {
  return service.needs.includes(other.name) || other.needs.includes(service.name);
}
