import type { Service, Target } from './language.js';

/** One container that the scenario asks for. */
export interface UnitName {
  /** `db-pangyo`, `db-pangyo-2`, …; `db`, `db-2`, … outside of all sites. */
  readonly name: string;
  readonly service: string;
  /** null: outside of all sites, where users are. */
  readonly site: string | null;
  /** It is made and not started until somebody does; absent: it starts with the drill. */
  readonly spare?: true;
}

/** Every unit of the scenario, in the order of its services, then of their sites. */
export function unitsOf(scenario: {
  readonly services: readonly Pick<Service, 'name' | 'at' | 'spare'>[];
}): UnitName[] {
  return scenario.services.flatMap((service) =>
    service.at.flatMap(({ site, count }) => {
      const first = site === null ? service.name : `${service.name}-${site}`;
      return Array.from({ length: count }, (_, index) => ({
        name: index === 0 ? first : `${first}-${index + 1}`,
        service: service.name,
        site,
        ...(service.spare?.includes(site) ? { spare: true } : {}),
      }));
    }),
  );
}

/**
 * The names of the units that a target stands for, in the order of `units`: a site, `outside`, a service, `service@site`, a
 * unit, or `all`. Empty when it names nothing. A name that is a service and also a unit means the service. The name of
 * a happening is not resolved here.
 */
export function resolveTarget(units: readonly UnitName[], target: Target): string[] {
  const named = (matches: (unit: UnitName) => boolean) => units.filter(matches).map((unit) => unit.name);
  if (target === 'all') return named(() => true);
  const at = target.indexOf('@');
  if (at >= 0) {
    const service = target.slice(0, at);
    const site = siteOf(target.slice(at + 1));
    return named((unit) => unit.service === service && unit.site === site);
  }
  const group = named((unit) => unit.site === siteOf(target) || unit.service === target);
  return group.length > 0 ? group : named((unit) => unit.name === target);
}

function siteOf(written: string): string | null {
  return written === 'outside' ? null : written;
}
