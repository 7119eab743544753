import { type Edit, type Scenario, type Service, serversAt } from '../scenario/scenario.js';
import type { Change } from './change.js';
import type { Ground } from './ground.js';

/** A second site for each service whose only site is hit. */
export function secondSites(scenario: Scenario, ground: Ground): Change[] {
  return scenario.services.filter(isInOnePlace).flatMap((service) => {
    const [place] = service.at;
    if (place === undefined || place.site === null || !ground.hit.has(place.site)) return [];
    // A majority of two is both: who leads by majority is helped by two more sites, not by one.
    const wanted = service.model.role === 'leader' ? 2 : 1;
    const targets = ground.refugesFor(service).slice(0, wanted);
    if (targets.length === 0) return [];
    const at = Object.fromEntries([place.site, ...targets].map((site) => [site, place.count]));
    return [
      {
        key: `site ${service.name}`,
        title: `${service.name} at ${targets.join(' and ')} too`,
        about: 'site',
        edits: [
          ...moveEdits(scenario, service, place.site, targets),
          { path: ['services', service.name, 'at'], value: at },
        ],
      },
    ];
  });
}

function isInOnePlace({ at }: Service): boolean {
  return at.length === 1;
}

/** Each controller that is only at sites that are hit, at another one instead. */
export function controllersElsewhere(scenario: Scenario, ground: Ground): Change[] {
  const names = new Set(scenario.services.flatMap(({ model }) => model.controller ?? []));
  return movesOf(scenario, ground, names).map((move) => ({
    ...move,
    key: `controller ${move.key}`,
    about: 'controller',
  }));
}

/** Each tool and monitoring that is only at sites that are hit, at another one instead; and all of them together. */
export function toolsElsewhere(scenario: Scenario, ground: Ground): Change[] {
  const controllers = new Set(scenario.services.flatMap(({ model }) => model.controller ?? []));
  const tools = scenario.services.flatMap(({ model }) => model.tools ?? []);
  const monitoring = scenario.sites.flatMap(({ model }) => model?.monitoring ?? []);
  const names = new Set([...tools, ...monitoring].filter((name) => !controllers.has(name)));
  const moves = movesOf(scenario, ground, names);
  const each = moves.map((move) => ({ ...move, key: `tools ${move.key}`, about: 'tools' as const }));
  if (each.length < 2) return each;
  const places = [...new Set(moves.map(({ to }) => to))];
  const title = `all ${each.length} tools at ${places.join(' and ')} instead`;
  return [...each, { key: 'tools all', title, about: 'tools', edits: each.flatMap(({ edits }) => edits) }];
}

interface Move extends Pick<Change, 'key' | 'title' | 'edits'> {
  readonly to: string;
}

function movesOf(scenario: Scenario, ground: Ground, names: ReadonlySet<string>): Move[] {
  return scenario.services.flatMap((service) => {
    const sites = service.at.flatMap(({ site }) => site ?? []);
    const isLost = sites.length === service.at.length && sites.every((site) => ground.hit.has(site));
    const [to] = ground.refugesFor(service);
    const [from] = sites;
    if (!names.has(service.name) || !isLost || to === undefined || from === undefined) return [];
    const count = service.at.reduce((sum, place) => sum + place.count, 0);
    const edits = moveEdits(scenario, service, from, [to]);
    const servers = serversAt(service.model, from);
    // What is said of the old site would be said of a place where nothing runs.
    if (typeof service.model.servers === 'object') {
      edits.push({ path: ['services', service.name, 'model', 'servers'], value: { [to]: servers } });
    }
    edits.push({ path: ['services', service.name, 'at'], value: { [to]: count } });
    return [{ key: service.name, title: `${service.name} at ${to} instead`, edits, to }];
  });
}

/** What must be written of the new sites before the service can run there. */
function moveEdits(scenario: Scenario, service: Service, from: string, targets: readonly string[]): Edit[] {
  const path = ['services', service.name, 'model'];
  const { servers, start } = service.model;
  const edits: Edit[] = [];
  for (const site of targets) {
    if (!scenario.sites.some(({ name }) => name === site)) edits.push({ path: ['sites', site], value: {} });
    // It never loses its power there, so that nobody ever boots it by hand; but the language asks who would.
    const crew = scenario.sites.find(({ name }) => name === site)?.model?.crew;
    if (start === 'manual' && crew === undefined) {
      edits.push({ path: ['sites', site, 'model', 'crew'], value: { people: 1, each: '0s' } });
    }
  }
  if (typeof servers === 'object') {
    const more = Object.fromEntries(targets.map((site) => [site, serversAt(service.model, from)]));
    edits.push({ path: [...path, 'servers'], value: { ...servers, ...more } });
  }
  return edits;
}
