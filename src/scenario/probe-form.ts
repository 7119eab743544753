import { z } from 'zod';
import {
  httpPattern,
  parseHttp,
  parsePostgres,
  parseRedis,
  parseTcp,
  postgresPattern,
  redisPattern,
  tcpPattern,
} from './addresses.js';
import {
  availabilityPattern,
  latencyPattern,
  parseAvailability,
  parseLatency,
  parsePerSecond,
  perSecondPattern,
} from './amounts.js';
import { ledgerForm } from './ledger-form.js';
import { command, duration, exactlyOne, mapOf, namesTo, text, whole, written } from './words.js';

/** The keys that say how a probe asks; each has exactly one. */
export const probeKinds = ['http', 'tcp', 'exec', 'postgres', 'redis'] as const;
/** Keys that belong to one way of asking. */
export const probeExtras = { body: 'http', expect: 'http', query: 'postgres', command: 'redis' } as const;

const HTTP = 'write an address such as "http://web:8080/" or "POST http://web:8080/messages"';
const WORDS = 'write a command such as `INCR counter`, or the list of its words';

/** A name with a dot is one of the world outside, where a drill breaks nothing and measures nothing. */
function whyNoUnit(address: string): string | null {
  const host = /:\/\/(?:[^@/]*@)?([^:/]+)/.exec(address)?.[1];
  if (host === undefined || !host.includes('.')) return null;
  return `only services and units of this scenario can be probed, and \`${host}\` is none`;
}

/** A command that runs inside a unit. */
export const execForm = mapOf({
  in: text('write the unit in which it runs').describe('The unit in which the command runs; `{site}` may stand in it.'),
  command: command().describe('The command; text is given to `sh -c`. Good when it ends with 0.'),
});

const redisCommand = z
  .union([text(WORDS), z.array(z.string({ error: 'write text in quotes' })).min(1, { error: WORDS })], { error: WORDS })
  .transform((value) => (typeof value === 'string' ? value.trim().split(/\s+/) : value));

const RATE = 'write how many each second such as `200/s`, at most `1000/s`';
const FACTOR = 'write by how much the load grows, from 1.1 to 20';

/** A surge of users who come back. */
export const surgeForm = mapOf({
  factor: z
    .number({ error: FACTOR })
    .min(1.1, { error: FACTOR })
    .max(20, { error: FACTOR })
    .describe('The load at the end of an outage, as a multiple of its schedule.'),
  for: duration(1000).prefault('30s').describe('How long it takes, evenly, until all have come back.'),
});

/** A probe. */
export const probeForm = mapOf({
  http: written(httpPattern, parseHttp, HTTP, whyNoUnit)
    .optional()
    .describe('Asks by HTTP: `"http://web:8080/"`, `"POST http://…"`.'),
  body: z
    .string({ error: 'write the body as text' })
    .optional()
    .describe('What an HTTP probe sends; `{n}` is its count.'),
  expect: whole(100, 599, 'write an HTTP status such as 200')
    .optional()
    .describe('The HTTP status that counts as good; without it, any from 200 to 399.'),
  tcp: written(tcpPattern, parseTcp, 'write an address such as "db:5432"')
    .optional()
    .describe('Connects: `"db:5432"`.'),
  exec: execForm.optional().describe('Runs a command inside a unit.'),
  postgres: written(
    postgresPattern,
    parsePostgres,
    'write an address such as "postgres://user:password@db:5432/app"',
    whyNoUnit,
  )
    .optional()
    .describe('Asks PostgreSQL: `"postgres://user:password@db:5432/app"`.'),
  query: text('write an SQL query')
    .optional()
    .describe('What a postgres probe asks, `select 1` by default; `{n}` is its count.'),
  redis: written(redisPattern, parseRedis, 'write an address such as "redis://cache:6379"', whyNoUnit)
    .optional()
    .describe('Asks Redis: `"redis://cache:6379"`.'),
  command: redisCommand.optional().describe('What a redis probe says, `PING` by default; `{n}` is its count.'),
  every: duration(10)
    .optional()
    .describe('One look so often, whatever the earlier ones are doing; at least 10ms, `1s` by default.'),
  rate: written(perSecondPattern, parsePerSecond, RATE)
    .optional()
    .describe('Instead of `every`: so many looks a second, at most `1000/s`.'),
  reuse: z
    .boolean({ error: 'write true or false' })
    .optional()
    .describe('An HTTP probe whose looks share connections that stay open; without it each look opens its own.'),
  surge: surgeForm
    .optional()
    .describe('Users who come back all at once when an outage ends: further looks that no measure counts.'),
  timeout: duration(1).prefault('1s').describe('A look that takes longer is not good.'),
  does: z
    .enum(['read', 'write'], { error: 'write `read` or `write`' })
    .prefault('read')
    .describe('Whether a good answer means that something was read or that something was stored.'),
  ledger: ledgerForm
    .optional()
    .describe('Its looks are numbered writes, read back in the end: what was acknowledged and is lost is told.'),
}).meta({
  oneOf: exactlyOne(probeKinds),
  dependencies: Object.fromEntries(Object.entries(probeExtras).map(([extra, kind]) => [extra, [kind]])),
});

const LATENCY =
  'write a quantile and a limit such as `p95 < 200ms` (p50, p95 or p99), with `before`, `during` or `after` behind it for that part of the story, or a list of those';
const latency = written(latencyPattern, parseLatency, LATENCY);

const LOSE = 'write how many acknowledged writes may be lost, mostly `0`, or how old the oldest may be, such as `5s`';

const REPROTECT = 'write a duration such as `5m`, or a map from a service to one such as `{ db: 5m }`';

/** The objectives of one probe. */
export const sloForm = mapOf({
  recover: duration()
    .optional()
    .describe('Longest time from the fault to the first good answer of a stable window (RTO).'),
  detect: duration().optional().describe('Longest time from the fault to the first failed answer.'),
  lose: z
    .union([whole(0, 1e9, LOSE), duration()], { error: LOSE })
    .optional()
    .describe('How many acknowledged writes of a ledger may be lost, or how old the oldest of them may be (RPO).'),
  reprotect: z
    .union([duration(), namesTo(duration(), REPROTECT).meta({ minProperties: 1 })], { error: REPROTECT })
    .optional()
    .describe(
      'Longest time from the fault until as many units at as many sites as before are ready: of each service of which it took units, or of those named, as in `{ db: 5m }`.',
    ),
  stale: duration()
    .optional()
    .describe("How long after its acknowledgement a place of the ledger's `read-from` may answer without a write."),
  availability: written(availabilityPattern, parseAvailability, 'write a share such as `99.9%` or `99.9% over 30d`')
    .optional()
    .describe(
      'The share of good answers in this drill; with `over`, the budget of that window which the drill may burn.',
    ),
  latency: z
    .union([latency, z.array(latency).min(1, { error: LATENCY })], { error: LATENCY })
    .optional()
    .transform((value) => (value === undefined || Array.isArray(value) ? value : [value]))
    .describe(
      'A quantile of the time to answer and its limit: `p95 < 200ms`, or `p95 < 200ms during` from the first fault to the last cure, or a list of those.',
    ),
  goodput: written(perSecondPattern, parsePerSecond, RATE)
    .optional()
    .describe('The fewest good answers a second, on average from the first fault to the last cure.'),
  settle: duration(1000)
    .optional()
    .describe(
      'Longest time from the last cure until the service is as it was and stays so; one that takes longer is reported as metastable.',
    ),
}).meta({ minProperties: 1 });
