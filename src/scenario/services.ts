import { checkOne } from './choices.js';
import type { Complaints } from './complaints.js';
import type { ScenarioDocument } from './document.js';
import type { Readiness, Service, Site } from './language.js';
import { checkModels } from './model-checks.js';
import { modelOf } from './models.js';
import { unknownName } from './nearest.js';
import { checkSecrets } from './secrets.js';
import { IMAGES, readyForm, readyKinds, serviceForm } from './service-form.js';
import { entriesOf, isMap, type Parts, partsOf } from './shape.js';
import { reservedNames } from './sites.js';
import { unitsOf } from './targets.js';

/** Answers whether a path, relative to the scenario's folder, exists. */
export interface Disk {
  exists(relativePath: string): boolean;
  /** How many folders the scenario's own lies below a folder `scenarios`, in which it may use those beside it; absent: 0. */
  readonly depth?: number;
}

/** A service as far as it could be read; `vague` when not all is known of where it runs. */
export type ReadService = Service & { readonly vague: boolean };

/** The services in the order of the file. `sites` is null when nothing can be said about them. */
export function readServices(
  document: ScenarioDocument,
  value: unknown,
  sites: readonly Site[] | null,
  disk: Disk,
  complaints: Complaints,
): ReadService[] {
  const entries = entriesOf(value);
  const siteNames = sites?.map((site) => site.name) ?? null;
  const services = entries.map(([name, entry]) => {
    const path = ['services', name];
    const parts = partsOf(serviceForm, entry);
    if (reservedNames.includes(name)) {
      complaints.addKey(path, `\`${name}\` is a word of this language; give the service another name`);
    } else if (siteNames?.includes(name)) {
      complaints.addKey(path, `\`${name}\` is already the name of a site; give the service another name`);
    }
    // Without any of both it can still be simulated, where it says how.
    if (!isMap(entry) || entry.model === undefined || IMAGES.some((key) => entry[key] !== undefined))
      checkOne(complaints, path, entry, serviceForm, IMAGES);
    if (parts.build !== undefined) checkFolder(parts.build, [...path, 'build'], disk, complaints);
    return readService(document, name, entry, parts, siteNames, complaints);
  });
  checkUnitNames(services, siteNames ?? [], complaints);
  checkNeeds(services, complaints);
  checkModels(services, sites, complaints);
  return services;
}

function readService(
  document: ScenarioDocument,
  name: string,
  entry: unknown,
  parts: Parts<typeof serviceForm>,
  sites: readonly string[] | null,
  complaints: Complaints,
): ReadService {
  const ready = isMap(entry) ? entry.ready : undefined;
  if (isMap(ready)) checkOne(complaints, ['services', name, 'ready'], ready, readyForm, readyKinds);
  checkSecrets(isMap(entry) ? entry : {}, ['services', name], complaints);
  const values = Object.entries(parts.environment ?? {}).map(([key, value]) => {
    // Text of a number as the author wrote it: 1.10 is not 1.1, and 0755 is not 755.
    const written = document.writtenAt(['services', name, 'environment', key]);
    return [key, typeof value === 'string' || typeof value === 'object' ? value : (written ?? String(value))];
  });
  const { limits } = parts;
  if (limits !== undefined && limits.cpu === undefined && limits.memory === undefined) {
    complaints.add(['services', name, 'limits'], 'limits nothing; write `cpu`, `memory` or both, or remove it');
  }
  return {
    name,
    build: parts.build ?? null,
    image: parts.image ?? null,
    command: parts.command ?? null,
    environment: Object.fromEntries(values),
    ...readPlaces(name, parts.at, sites, complaints),
    ...readSpares(name, parts, isMap(entry) && Array.isArray(entry.spare), complaints),
    restart: parts.restart ?? 'no',
    volumes: parts.volumes ?? [],
    needs: parts.needs ?? [],
    ready: parts.ready === undefined ? null : readinessOf(parts.ready),
    ...(limits === undefined ? {} : { limits: { cpu: limits.cpu ?? null, memoryBytes: limits.memory ?? null } }),
    model: modelOf(parts.model),
  };
}

/** Where it runs, as far as that is known: an unknown site is told and left out. */
function readPlaces(
  service: string,
  at: Parts<typeof serviceForm>['at'],
  sites: readonly string[] | null,
  complaints: Complaints,
): { at: Service['at']; vague: boolean } {
  const path = ['services', service, 'at'];
  const message = (place: string) => () => unknownName('site', place, [...(sites ?? []), 'outside']);
  const isKnown = (place: string) => place === 'outside' || sites === null || sites.includes(place);
  const list = placesIn(at);
  list.forEach((place, index) => {
    if (!isKnown(place)) {
      if (typeof at === 'string') complaints.add(path, message(place));
      else if (Array.isArray(at)) complaints.add([...path, index], message(place));
      else complaints.addKey([...path, place], message(place));
    } else if (list.indexOf(place) < index) {
      const twice = `\`${place}\` stands twice in this list; for two units there write \`{ ${place}: 2 }\``;
      complaints.add([...path, index], twice);
    }
  });
  const known = [...new Set(list)].filter(isKnown);
  const countAt = (place: string) => (typeof at === 'object' && !Array.isArray(at) ? (at[place] ?? 1) : 1);
  return {
    at: known.map((place) => ({ site: place === 'outside' ? null : place, count: countAt(place) })),
    vague: at === undefined || !list.every(isKnown),
  };
}

function placesIn(at: Parts<typeof serviceForm>['at']): string[] {
  return typeof at === 'string' ? [at] : Array.isArray(at) ? at : Object.keys(at ?? {});
}

/** The sites of its spares; one that is not of its `at` is told and left out. */
function readSpares(
  service: string,
  { at, spare }: Parts<typeof serviceForm>,
  isList: boolean,
  complaints: Complaints,
): Pick<Service, 'spare'> {
  if (spare === undefined || at === undefined) return {};
  const places = placesIn(at);
  spare.forEach((place, index) => {
    if (places.includes(place)) return;
    // A single place may be written without a list.
    const at = isList ? ['services', service, 'spare', index] : ['services', service, 'spare'];
    complaints.add(at, () => unknownName('place', place, places));
  });
  return {
    spare: spare.filter((place) => places.includes(place)).map((place) => (place === 'outside' ? null : place)),
  };
}

function checkFolder(build: string, path: readonly string[], disk: Disk, complaints: Complaints): void {
  const { depth = 0 } = disk;
  if (build.startsWith('/') || stepsOutOf(build) > depth) {
    const remedy =
      depth === 0
        ? 'write a path inside of it, without `..` or a `/` in front'
        : `write a path with at most ${depth} \`..\`, which stays in the folder \`scenarios\``;
    complaints.add(path, `\`${build}\` leaves the scenario's folder; ${remedy}`);
  } else if (!disk.exists(build)) {
    complaints.add(
      path,
      `there is no folder \`${build}\` beside the scenario; make it, or write the path of one that is there`,
    );
  }
}

/** How many folders above its beginning a path comes at most. */
function stepsOutOf(path: string): number {
  let level = 0;
  let lowest = 0;
  for (const part of path.split(/[/\\]/)) {
    if (part === '..') level -= 1;
    else if (part !== '' && part !== '.') level += 1;
    lowest = Math.min(lowest, level);
  }
  return -lowest;
}

function readinessOf(ready: NonNullable<Parts<typeof serviceForm>['ready']>): Readiness | null {
  const { http, tcp, exec, health, within: withinMs } = ready;
  if (http !== undefined) return { kind: 'http', ...http, withinMs };
  if (tcp !== undefined) return { kind: 'tcp', ...tcp, withinMs };
  if (exec !== undefined) return { kind: 'exec', command: exec, withinMs };
  return health === undefined ? null : { kind: 'health', withinMs };
}

/** `a` at the site `b-c` and `a-b` at the site `c` would both be `a-b-c`. */
function checkUnitNames(services: readonly ReadService[], sites: readonly string[], complaints: Complaints): void {
  const taken = new Map<string, string>(sites.map((site) => [site, `the site \`${site}\``]));
  for (const service of services)
    if (!sites.includes(service.name)) taken.set(service.name, `the service \`${service.name}\``);
  for (const unit of unitsOf({ services })) {
    const other = taken.get(unit.name);
    if (other !== undefined && unit.name !== unit.service) {
      const message = `its unit \`${unit.name}\` has the name of ${other}; give the service another name`;
      complaints.addKey(['services', unit.service], message);
    }
    taken.set(unit.name, `a unit of \`${unit.service}\``);
  }
}

function checkNeeds(services: readonly ReadService[], complaints: Complaints): void {
  const byName = new Map(services.map((service) => [service.name, service]));
  for (const { name, needs } of services) {
    needs.forEach((needed, index) => {
      const others = [...byName.keys()].filter((other) => other !== name);
      if (!byName.has(needed))
        complaints.add(['services', name, 'needs', index], () => unknownName('service', needed, others));
    });
  }
  const cycle = findCycle(byName);
  if (cycle === null) return;
  const path = ['services', cycle[0] as string, 'needs'];
  complaints.add(
    path,
    `needs go in a circle: ${cycle.join(' → ')}; remove one of them, so that one of these can start first`,
  );
}

/** The names along a circle of needs, the first again at the end, or null. Without recursion: a chain may be long. */
function findCycle(services: ReadonlyMap<string, ReadService>): string[] | null {
  const done = new Set<string>();
  for (const start of services.keys()) {
    const trail: { name: string; next: number }[] = [{ name: start, next: 0 }];
    while (trail.length > 0) {
      const here = trail.at(-1) as { name: string; next: number };
      const needed = services.get(here.name)?.needs[here.next++];
      if (needed === undefined) {
        done.add(here.name);
        trail.pop();
        continue;
      }
      const from = trail.findIndex((step) => step.name === needed);
      if (from >= 0) return [...trail.slice(from).map((step) => step.name), needed];
      if (!done.has(needed) && services.has(needed)) trail.push({ name: needed, next: 0 });
    }
  }
  return null;
}
