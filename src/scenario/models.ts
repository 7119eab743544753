import type { z } from 'zod';
import type { Service, Site } from './language.js';
import type { Model, SiteModel } from './model.js';
import { modelForm, type siteModelForm } from './model-form.js';
import type { Parts } from './shape.js';
import { parseDuration } from './time.js';

/** The model of a service as it is written, with every default filled in. */
export function modelOf(written: z.output<typeof modelForm> | undefined): Model {
  const model = written ?? modelForm.parse({});
  const { servers, start, controller, quorum, capacity, demand, repair, replication, tools, reconnect } = model;
  const half = reconnect && { factor: reconnect.factor, halfLifeMs: reconnect['half-life'] };
  return {
    bootMs: model.boot,
    noticeMs: model.notice,
    role: model.role,
    takeoverMs: model.takeover,
    latencyMs: model.latency,
    ...withoutAbsent({ servers, start, controller, quorum, capacity, demand, repair, replication, tools }),
    ...withoutAbsent({ reconnect: half, lagMs: model.lag, slowerMs: model.slower, stepDownMs: model['step-down'] }),
    ...withoutAbsent({ needsHere: model['needs-here'], needsSoftly: model['needs-softly'] }),
  };
}

/** Whether a service's model is what it would be if its author had written none. */
export function saysNothing(model: Model): boolean {
  return JSON.stringify(model) === JSON.stringify(modelOf(undefined));
}

/** The model of a site as it is written; the steps of its power in the order of time. */
export function siteModelOf(written: Parts<typeof siteModelForm>): SiteModel {
  const { crew, monitoring, notice, blind, decide, access } = written;
  const power = Object.entries(written.power ?? {}).map(([after, share]) => ({
    afterMs: parseDuration(after) ?? 0,
    share,
  }));
  return {
    ...withoutAbsent({
      power: written.power && power.toSorted((a, b) => a.afterMs - b.afterMs),
      powerOrder: written['power-order'],
      crew: crew && { people: crew.people, eachMs: crew.each },
    }),
    ...withoutAbsent({ monitoring, noticeMs: notice, blindMs: blind, decideMs: decide, accessMs: access }),
  };
}

type Present<Fields> = { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> };

/** A field that was not written is not there at all: so a plan says what its author said. */
function withoutAbsent<Fields extends object>(fields: Fields): Present<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<Fields>;
}

/** For how many servers a unit of this service at this site (null: outside) stands. */
export function serversAt({ servers = 1 }: Pick<Model, 'servers'>, site: string | null): number {
  return typeof servers === 'number' ? servers : (servers[site ?? 'outside'] ?? 1);
}

/** How many requests a second all servers of a service answer together; Infinity where nothing is written. */
export function capacityOf({ at, model }: Pick<Service, 'at' | 'model'>): number {
  if (model.capacity === undefined) return Number.POSITIVE_INFINITY;
  return at.reduce((sum, { site, count }) => sum + count * serversAt(model, site), 0) * model.capacity;
}

/** A site whose crew can boot servers by hand. */
export function hasCrew(sites: readonly Site[], name: string | null): boolean {
  return sites.some((site) => site.name === name && site.model?.crew !== undefined);
}
