import { z } from 'zod';
import { parseRepair, parseShare, parseSpread, repairPattern, sharePattern, spreadPattern } from './amounts.js';
import { durationPattern } from './time.js';
import { duration, exactlyOne, mapOf, namePattern, text, whole, written } from './words.js';

const SPREAD =
  'write a duration such as `5m`, a range such as `3m..9m`, the shorter first, `{ p50: 4m, p95: 12m }` or `{ exponential: 5m }`';
const drawn = mapOf({
  p50: duration().optional().describe('The median of a log-normal distribution.'),
  p95: duration().optional().describe('What one in twenty exceeds; not shorter than `p50`.'),
  exponential: duration().optional().describe('The mean of an exponential distribution.'),
})
  .refine(({ p50, p95, exponential }) => (p50 === undefined) === (p95 === undefined) && !exponential === !!p95, {
    error: SPREAD,
    abort: true,
  })
  .refine(({ p50 = 0, p95 = 0 }) => p95 >= p50, {
    error: '`p95` is shorter than `p50`, and one in twenty cannot be quicker than half of them; exchange the two',
  })
  .transform(({ p50, p95, exponential }) =>
    exponential === undefined ? { p50Ms: p50 ?? 0, p95Ms: p95 ?? 0 } : { meanMs: exponential },
  )
  .meta({ oneOf: [{ required: ['p50', 'p95'] }, ...exactlyOne(['exponential'])] });

/** A length of time, or from what it is drawn. */
export function spread() {
  return z.union([written(spreadPattern, parseSpread, SPREAD), drawn], { error: SPREAD });
}

const SERVICE = 'write the name of a service';
const service = () => z.string({ error: SERVICE }).regex(namePattern, { error: SERVICE });
const serviceList = () => z.array(service(), { error: 'write a list of services' });

const SERVERS = 'write for how many servers a unit stands, from 1 to 10000000, or how many at each site';
const servers = z.union([whole(1, 1e7, SERVERS), z.record(service(), whole(1, 1e7, SERVERS))], { error: SERVERS });
const CAPACITY =
  'write how many requests a second one server answers, at least 1; one that answers nothing carries nobody';
const FACTOR = 'write how many times as much is asked at first, from 1 to 1000';

const reconnectForm = mapOf({
  factor: z
    .number({ error: FACTOR })
    .min(1, { error: FACTOR })
    .max(1000, { error: FACTOR })
    .describe('How many times the `demand` is asked in the moment of the return.'),
  'half-life': duration(1).describe('In how long the excess falls to a half.'),
});

/** How the simulated engine plays the service. */
export const modelForm = mapOf({
  boot: spread().prefault('2s').describe('From power, or from the hand of the crew, until a server answers.'),
  notice: duration().prefault('2s').describe('How long its clients keep sending to a unit that is gone.'),
  role: z
    .enum(['any', 'leader', 'standby'], { error: 'write `any`, `leader` or `standby`' })
    .prefault('any')
    .describe(
      '`any`: each unit serves alone. `leader`: one takes the writes; another takes over while a majority lives. Any copy answers reads. `standby`: one does everything; another takes over.',
    ),
  takeover: spread().prefault('20s').describe('From when a takeover is possible until another leads.'),
  latency: duration().prefault('2ms').describe('Time to answer when all is well.'),
  servers: servers.optional().describe('For how many servers a unit stands, or how many at each site; without it, 1.'),
  start: z
    .enum(['automatic', 'manual'], { error: 'write `automatic` or `manual`' })
    .optional()
    .describe("`manual`: each server waits for the site's crew; without it, a server with power boots by itself."),
  controller: service().optional().describe('The service without which nobody takes over.'),
  'needs-here': serviceList().optional().describe("Those of `needs` that count only at the unit's own site."),
  'needs-softly': serviceList().optional().describe('Those of `needs` without which it is slower and not down.'),
  slower: duration().optional().describe('By how much it is slower without what it needs softly.'),
  quorum: whole(1, 1000, 'write how many of its units must be up, at least 1')
    .optional()
    .describe('With fewer units up than these, the service answers nothing.'),
  capacity: whole(1, 1e9, CAPACITY)
    .optional()
    .describe('Requests a second that one server answers; what is asked beyond is shed. Goes with `demand`.'),
  demand: whole(1, 1e12, 'write how many requests a second all users of the service ask, at least 1')
    .optional()
    .describe('Requests a second that all users of the service ask. Goes with `capacity`.'),
  reconnect: reconnectForm.optional().describe('How much more is asked when it comes back, and how fast that decays.'),
  repair: written(repairPattern, parseRepair, 'write a volume and a rate such as `36TB at 250MB/s`')
    .optional()
    .describe('What a unit repairs after its boot before it answers: `36TB at 250MB/s`.'),
  replication: z
    .enum(['sync', 'async'], { error: 'write `sync` or `async`' })
    .optional()
    .describe(
      '`async`: a copy that takes over lacks what it did not get, and the `lag` before. `sync`: a write waits where copies live and none is in reach, and no copy takes over that lacks any. Without it, nothing is lost and nothing waits.',
    ),
  lag: spread().optional().describe('How far a copy is behind. Goes with `replication: async`.'),
  'step-down': spread()
    .optional()
    .describe(
      'How long a leader that reaches no majority goes on taking writes, at most until another leads; without it, not at all. Goes with `role: leader` and `replication: async`.',
    ),
  tools: serviceList().optional().describe('Services without which a unit neither boots nor takes over.'),
});

const AFTER = 'write the time since the restore, such as `0s` or `7h30m`';
const POWER = 'write a map from the time since the restore to a share such as `{ 0s: 10%, 7h30m: 90%, 3d: 100% }`';

/** How the simulated engine plays a site. */
export const siteModelForm = mapOf({
  power: z
    .record(z.string().regex(durationPattern, { error: AFTER }), written(sharePattern, parseShare, POWER), {
      error: POWER,
    })
    .optional()
    .describe("Which share of the site's servers has power so long after its restore; without it, all at once."),
  'power-order': z
    .enum(['file', 'evenly'], { error: 'write `file` or `evenly`' })
    .optional()
    .describe('Who is given power first: `file` (without it, too): services as they stand in the file. `evenly`: all.'),
  crew: mapOf({
    people: whole(1, 1e6, 'write how many people, at least 1').describe('How many people boot servers.'),
    each: spread().describe('How long one server takes one of them.'),
  })
    .optional()
    .describe('Who boots the servers that start by hand.'),
  monitoring: service().optional().describe('The service by which people notice; without it, they need none.'),
  notice: spread().optional().describe('From the outage until people notice it; without it, at once.'),
  blind: spread().optional().describe('The same while the `monitoring` is not up.'),
  decide: spread().optional().describe('From noticing until it is decided what to do; without it, at once.'),
  access: spread().optional().describe('From the decision until the crew has access; without it, at once.'),
});

const VALUE =
  'write what was documented: `10h4m` or `20m..12h` (detect, recover), `99.5%` (availability), or how many writes (lose)';

/** One documented outcome. */
export const referenceForm = mapOf({
  probe: service().describe('The probe that saw the same as those who documented it.'),
  measure: z
    .enum(['detect', 'recover', 'availability', 'lose'], {
      error: 'write `detect`, `recover`, `availability` or `lose`',
    })
    .describe('What was documented.'),
  value: z
    .union([z.string({ error: VALUE }), whole(0, 1e9, VALUE)], { error: VALUE })
    .describe('The documented value: a duration or a range of them, a share, or a number of writes.'),
  used: z
    .boolean({ error: 'write true or false' })
    .describe('Whether it was looked at when assumptions were chosen: then it proves nothing.'),
  source: text('write where it was published').describe('Where it was published.'),
});
