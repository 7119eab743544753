import { type Edit, formatDuration, type Scenario, type Service, serversAt } from '../scenario/scenario.js';
import { type Change, writeDuration } from './change.js';
import type { Ground } from './ground.js';

/** A quarter more servers at the sites that are not hit, for each service that can be overloaded; and for all of them. */
export function moreCapacity({ services }: Scenario, ground: Ground): Change[] {
  const each = services.flatMap((service): Change[] => {
    const { model, at } = service;
    const survives = (site: string | null) => site !== null && !ground.hit.has(site);
    if (model.capacity === undefined || !at.some(({ site }) => survives(site)) || !isHit(service, ground)) return [];
    const servers = Object.fromEntries(
      at.map(({ site }) => {
        const now = serversAt(model, site);
        return [site ?? 'outside', survives(site) ? Math.ceil(now * 1.25) : now];
      }),
    );
    const edits = [{ path: ['services', service.name, 'model', 'servers'], value: servers }];
    const title = `a quarter more servers of ${service.name} where it survives`;
    return [{ key: `capacity ${service.name}`, title, about: 'capacity', edits }];
  });
  if (each.length < 2) return each;
  const title = `a quarter more servers of all ${each.length} where they survive`;
  return [...each, { key: 'capacity all', title, about: 'capacity', edits: each.flatMap(({ edits }) => edits) }];
}

function isHit({ at }: Service, ground: Ground): boolean {
  return at.some(({ site }) => site !== null && ground.hit.has(site));
}

/** Twice the people at each site that is hit and has a crew. */
export function twiceTheCrew({ sites }: Scenario, ground: Ground): Change[] {
  return sites.flatMap(({ name, model }): Change[] => {
    const crew = model?.crew;
    if (crew === undefined || !ground.hit.has(name)) return [];
    const edits = [{ path: ['sites', name, 'model', 'crew', 'people'], value: crew.people * 2 }];
    const title = `twice the crew at ${name} (${crew.people * 2} people)`;
    return [{ key: `crew ${name}`, title, about: 'crew', edits }];
  });
}

/** No server waits for a person: all services that start by hand and are hit, at once. */
export function automaticBoot({ services }: Scenario, ground: Ground): Change[] {
  const manual = services.filter((service) => service.model.start === 'manual' && isHit(service, ground));
  if (manual.length === 0) return [];
  const edits = manual.map(({ name }): Edit => ({ path: ['services', name, 'model', 'start'], value: 'automatic' }));
  return [{ key: 'boot', title: 'automatic boot of every server', about: 'boot', edits }];
}

/** Every power loss is over, and every step of its return comes, in half the time. */
export function halfTheDarkness({ timeline, sites }: Scenario, ground: Ground): Change[] {
  const losses = timeline.filter(({ incident }) => incident.kind === 'power-loss');
  const [first] = losses;
  if (first === undefined) return [];
  const edits: Edit[] = [];
  let longestMs = 0;
  for (const { index, atMs, forMs, incident } of timeline) {
    if (incident.kind === 'power-loss' && forMs !== null) {
      edits.push({ path: ['timeline', index, 'for'], value: writeDuration(forMs / 2) });
      longestMs = Math.max(longestMs, forMs);
    }
    const loss = losses.findLast((one) => one.atMs < atMs);
    if (incident.kind !== 'restore' || loss === undefined) continue;
    edits.push({ path: ['timeline', index, 'at'], value: `+${writeDuration((loss.atMs + atMs) / 2)}` });
    longestMs = Math.max(longestMs, atMs - loss.atMs);
  }
  for (const { name, model } of sites) {
    if (model?.power === undefined || !ground.hit.has(name)) continue;
    const steps = model.power.map(({ afterMs, share }) => [writeDuration(afterMs / 2), percentOf(share)]);
    edits.push({ path: ['sites', name, 'model', 'power'], value: Object.fromEntries(steps) });
  }
  if (edits.length === 0) return [];
  const title = `power back in half the time (${formatDuration(longestMs / 2)})`;
  return [{ key: 'power', title, about: 'power', edits }];
}

function percentOf(share: number): string {
  return `${Number((share * 100).toFixed(9))}%`;
}

/** Copies that are behind, in step. */
export function synchronousReplication({ services }: Scenario): Change[] {
  return services
    .filter(({ model }) => model.replication === 'async')
    .map(({ name }) => ({
      key: `replication ${name}`,
      title: `${name} replicated synchronously`,
      about: 'replication',
      edits: [
        { path: ['services', name, 'model', 'replication'], value: 'sync' },
        { path: ['services', name, 'model', 'lag'], value: undefined },
        { path: ['services', name, 'model', 'step-down'], value: undefined },
      ],
    }));
}
