import { nearestName, unknownName } from './nearest.js';
import { resolveTarget, type UnitName } from './targets.js';

/** What names in the document can stand for, as far as it could be read. */
export interface World {
  /** null: the section itself could not be read, so that nothing can be said about names of it. */
  readonly sites: readonly string[] | null;
  readonly services: readonly string[] | null;
  /** Services that exist but whose place could not be read: nothing can be said about their units. */
  readonly vague: ReadonlySet<string>;
  readonly units: readonly UnitName[];
}

/** What is wrong with a target, as one sentence, or null; `others` are further names that it may be. */
export function wrongTarget(world: World, target: string, others: readonly string[] = []): string | null {
  const { sites, services, vague, units } = world;
  if (others.includes(target) || sites === null || services === null) return null;
  if (resolveTarget(units, target).length > 0) return null;
  const [service = '', site] = target.split('@');
  if (site !== undefined) return wrongPair(world, service, site);
  if (sites.includes(target) || target === 'outside') {
    if (vague.size > 0) return null;
    return `resolves to no unit: nothing runs at \`${target}\`; name a place where something runs`;
  }
  if (services.includes(target) || mayBeUnitOf(vague, target)) return null;
  const names = [...sites, ...services, ...units.map((unit) => unit.name), ...others];
  const nearest = nearestName(target, names);
  if (nearest !== null) return unknownName('target', target, [nearest]);
  return unknownName('target', target, [...sites, ...services, ...others]);
}

/** What is wrong with the name of one unit, as one sentence, or null. */
export function wrongUnit(world: World, name: string): string | null {
  const { services, vague, units } = world;
  if (services === null || vague.has(name) || mayBeUnitOf(vague, name)) return null;
  const resolved = unitNamed(units, name);
  if (resolved !== null) return null;
  const ofService = units.filter((unit) => unit.service === name).map((unit) => unit.name);
  if (ofService.length === 0) return unknownName('unit', name, names(units));
  return `\`${name}\` has ${ofService.length} units; write one of them, such as \`${ofService[0]}\`, or put \`{site}\` in the name`;
}

/** The unit of this name, or the only unit of the service of this name; else null. */
export function unitNamed(units: readonly UnitName[], name: string): UnitName | null {
  const ofService = units.filter((unit) => unit.service === name);
  if (ofService.length === 1) return ofService[0] as UnitName;
  return units.find((unit) => unit.name === name) ?? null;
}

function names(units: readonly UnitName[]): string[] {
  return units.map((unit) => unit.name);
}

function wrongPair(world: World, service: string, site: string): string | null {
  const { sites, services, vague, units } = world;
  if (!services?.includes(service)) return unknownName('service', service, services ?? []);
  if (site !== 'outside' && !sites?.includes(site)) return unknownName('site', site, sites ?? []);
  if (vague.has(service)) return null;
  const places = units
    .filter((unit) => unit.service === service)
    .map((unit) => `\`${service}@${unit.site ?? 'outside'}\``);
  const hint = places.length === 0 ? '' : `; write ${[...new Set(places)].join(' or ')}`;
  return `\`${service}@${site}\` resolves to no unit: \`${service}\` does not run there${hint}`;
}

function mayBeUnitOf(vague: ReadonlySet<string>, name: string): boolean {
  return [...vague].some((service) => name.startsWith(`${service}-`));
}
