import type { Complaints } from './complaints.js';
import type { Service, Site } from './language.js';
import type { Model } from './model.js';
import { capacityOf, hasCrew } from './models.js';
import { unknownName } from './nearest.js';
import { parseDuration } from './time.js';
import type { Path } from './unfolding.js';

interface Checked {
  readonly service: Service;
  readonly model: Model;
  /** Of the key `model`, and of the keys in it. */
  readonly path: Path;
  readonly names: readonly string[];
  readonly complaints: Complaints;
}

/** Says what no real service could be like, each at its place. `sites` is null when nothing can be said about them. */
export function checkModels(
  services: readonly (Service & { readonly vague: boolean })[],
  sites: readonly Site[] | null,
  complaints: Complaints,
): void {
  const names = services.map(({ name }) => name);
  for (const service of services) {
    const path = ['services', service.name, 'model'];
    const checked = { service, model: service.model, path, names, complaints };
    checkHelpers(checked);
    checkNeeds(checked, services);
    checkPairs(checked);
    if (service.vague || sites === null) continue;
    checkPlaces(checked, sites);
    checkLoad(checked);
  }
}

/** Who helps a service to come back. */
function checkHelpers({ service, model, path, names, complaints }: Checked): void {
  const { controller, tools = [], role } = model;
  const others = names.filter((name) => name !== service.name);
  const check = (name: string, at: Path, what: string) => {
    if (name === service.name) complaints.add(at, `\`${name}\` cannot be its own ${what}; write another service`);
    else if (!names.includes(name)) complaints.add(at, () => unknownName('service', name, others));
  };
  tools.forEach((name, index) => {
    check(name, [...path, 'tools', index], 'tool');
  });
  if (controller === undefined) return;
  check(controller, [...path, 'controller'], 'controller');
  if (role === 'any') {
    const message = 'nobody takes over in a service whose units serve alone; write `role: standby`, or remove it';
    complaints.addKey([...path, 'controller'], message);
  }
}

/** What is said of needs is said of needs that it has, and those at its own site are there. */
function checkNeeds({ service, model, path, complaints }: Checked, services: readonly Service[]): void {
  for (const [key, needs] of [
    ['needs-here', model.needsHere ?? []],
    ['needs-softly', model.needsSoftly ?? []],
  ] as const) {
    needs.forEach((name, index) => {
      if (service.needs.includes(name)) return;
      const message = `\`${name}\` is none of the \`needs\` of \`${service.name}\`; write it there too, or remove it here`;
      complaints.add([...path, key, index], message);
    });
  }
  model.needsHere?.forEach((name, index) => {
    const needed = services.find((other) => other.name === name);
    if (needed === undefined) return;
    const missing = service.at.find(({ site }) => !needed.at.some((place) => place.site === site));
    if (missing === undefined) return;
    const place = missing.site ?? 'outside';
    const message = `\`${name}\` does not run at \`${place}\`, so \`${service.name}\` could never answer there; let it run there, or remove it here`;
    complaints.add([...path, 'needs-here', index], message);
  });
}

/** Keys that mean nothing without another one. */
function checkPairs({ model, path, complaints }: Checked): void {
  const pairs = [
    [model.capacity, 'capacity', model.demand, 'demand'],
    [model.demand, 'demand', model.capacity, 'capacity'],
    [model.reconnect, 'reconnect', model.demand, 'demand'],
    [model.slowerMs, 'slower', model.needsSoftly, 'needs-softly'],
  ] as const;
  for (const [value, key, other, otherKey] of pairs) {
    if (value === undefined || other !== undefined) continue;
    complaints.addKey([...path, key], `\`${key}\` means nothing without \`${otherKey}\`; write that too, or remove it`);
  }
  if (model.lagMs !== undefined && model.replication !== 'async') {
    const message = 'a copy that is kept in step has no `lag`; write `replication: async`, or remove it';
    complaints.addKey([...path, 'lag'], message);
  }
  if (model.stepDownMs !== undefined && (model.role !== 'leader' || model.replication !== 'async')) {
    const message =
      'only a leader whose writes wait for nobody takes any without a majority; write `role: leader` and `replication: async`, or remove it';
    complaints.addKey([...path, 'step-down'], message);
  }
}

function checkPlaces({ service, model, path, complaints }: Checked, sites: readonly Site[]): void {
  const places = service.at.map(({ site }) => site ?? 'outside');
  const units = service.at.reduce((sum, { count }) => sum + count, 0);
  if (typeof model.servers === 'object') {
    for (const place of Object.keys(model.servers).filter((name) => !places.includes(name))) {
      complaints.addKey([...path, 'servers', place], () => unknownName(`place of \`${service.name}\``, place, places));
    }
  }
  if (model.quorum !== undefined && model.quorum > units) {
    const message = `a quorum of ${model.quorum} is larger than the group of ${units}; write at most ${units}`;
    complaints.add([...path, 'quorum'], message);
  }
  const alone = service.at.find(({ site }) => !hasCrew(sites, site));
  if (model.start !== 'manual' || alone === undefined) return;
  const where = alone.site === null ? 'nobody boots what is outside of all sites' : `\`${alone.site}\` has no crew`;
  const remedy =
    alone.site === null ? '' : ` write \`crew: { people: 10, each: 5m }\` in the \`model\` of the site, or`;
  complaints.add([...path, 'start'], `${where};${remedy} remove \`start: manual\``);
}

function checkLoad({ service, model, path, complaints }: Checked): void {
  const carried = capacityOf(service);
  if (model.demand === undefined || model.demand <= carried) return;
  const message = `all its servers carry ${carried} requests a second, so it is overloaded before anything happens; write at most that, or more servers`;
  complaints.add([...path, 'demand'], message);
}

/** Says what is wrong with the models of sites; `services` are the names there are, null: not known. */
export function checkSiteModels(
  sites: readonly Site[],
  services: readonly string[] | null,
  complaints: Complaints,
): void {
  for (const { name, model } of sites) {
    if (model === undefined) continue;
    const path = ['sites', name, 'model'];
    const { monitoring } = model;
    if (monitoring !== undefined && services !== null && !services.includes(monitoring)) {
      complaints.add([...path, 'monitoring'], () => unknownName('service', monitoring, services));
    }
    if (model.blindMs !== undefined && monitoring === undefined) {
      const message = 'nobody is blind without a `monitoring` that fails; write which service that is, or remove it';
      complaints.addKey([...path, 'blind'], message);
    }
  }
}

/** Says where the steps of a site's power, as they are written, do not rise. */
export function checkPower(site: string, power: Readonly<Record<string, number>>, complaints: Complaints): void {
  const steps = Object.entries(power).map(([after, share]) => ({ after, share, afterMs: parseDuration(after) ?? 0 }));
  const inOrder = steps.toSorted((a, b) => a.afterMs - b.afterMs);
  inOrder.forEach(({ after, share, afterMs }, index) => {
    const before = inOrder[index - 1];
    const path = ['sites', site, 'model', 'power', after];
    if (before === undefined) return;
    if (before.afterMs === afterMs) {
      complaints.addKey(path, `\`${after}\` is the same as \`${before.after}\`; remove one of them`);
    } else if (share < before.share) {
      const message = `less than the ${before.share * 100}% after ${before.after}, and power that returns does not go again; write at least that`;
      complaints.add(path, message);
    }
  });
}
