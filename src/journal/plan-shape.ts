import type { Action, Fault, Moment, Plan, Runbook, RunbookStep, Step, Unit } from '../plan/plan.js';
import type {
  Ask,
  Guard,
  Limits,
  Model,
  Objective,
  Probe,
  Readiness,
  Reference,
  Service,
  Site,
  SiteModel,
  Spread,
  StoryTime,
} from '../scenario/scenario.js';
import {
  dictionary,
  either,
  type Form,
  kinds,
  list,
  number,
  oneOf,
  optional,
  orNull,
  record,
  text,
  textLike,
  truth,
  whole,
} from './form.js';

/** Thirty thousand years in milliseconds: what is further from zero is no number of a drill. */
const MOST = 1e15;
/** Longer than any story, and far enough before it for whatever was done meanwhile: 31 years. */
const MOST_MS = 1e12;
const DAY_MS = 86_400_000;

/** An instant of the story, or of the drill's clock, in milliseconds. */
export const instantMs: Form<number> = number(-MOST_MS, MOST_MS, 'a number of milliseconds');
/** A length of time in milliseconds. */
export const lengthMs: Form<number> = number(0, MOST_MS, 'a number of milliseconds from 0 on');
/** From one look to the next. */
export const periodMs: Form<number> = number(0.1, MOST_MS, 'a number of milliseconds above 0');
/** How many there are of something. */
export const count: Form<number> = whole(0, MOST);
/** So many a second. */
export const rate: Form<number> = number(1e-6, 1e6, 'a number above 0');

const amount = number(0, MOST);
const percent = number(0, 100, 'a percentage');
const port = whole(0, 65_535);
const texts = list(text);

const date = textLike(/^(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/, 'a date of the years 1 to 9999');
const storyTime = record<StoryTime>({ date: orNull(date), ofDayMs: number(0, DAY_MS - 1, 'a time of day') });

const isNumber = (value: unknown) => typeof value === 'number';
const isText = (value: unknown) => typeof value === 'string';
const has = (field: string) => (value: unknown) => typeof value === 'object' && value !== null && field in value;

const spread: Form<Spread> = either(
  isNumber,
  lengthMs,
  either(
    has('meanMs'),
    record<{ meanMs: number }>({ meanMs: lengthMs }),
    either(
      has('p50Ms'),
      record<{ p50Ms: number; p95Ms: number }>({ p50Ms: lengthMs, p95Ms: lengthMs }),
      record<{ fromMs: number; toMs: number }>({ fromMs: lengthMs, toMs: lengthMs }),
    ),
  ),
);

const siteModel = record<SiteModel>({
  power: optional(list(record<{ afterMs: number; share: number }>({ afterMs: lengthMs, share: number(0, 1) }))),
  powerOrder: optional(oneOf('file', 'evenly')),
  crew: optional(record<NonNullable<SiteModel['crew']>>({ people: whole(1, 1e6), eachMs: spread })),
  monitoring: optional(text),
  noticeMs: optional(spread),
  blindMs: optional(spread),
  decideMs: optional(spread),
  accessMs: optional(spread),
});

const site = record<Site>({ name: text, addresses: orNull(text), model: optional(siteModel) });

const servers = whole(1, 1e7);
const model = record<Model>({
  bootMs: spread,
  noticeMs: lengthMs,
  role: oneOf('any', 'leader', 'standby'),
  takeoverMs: spread,
  latencyMs: lengthMs,
  servers: optional(either(isNumber, servers, dictionary(servers))),
  start: optional(oneOf('automatic', 'manual')),
  controller: optional(text),
  needsHere: optional(texts),
  needsSoftly: optional(texts),
  slowerMs: optional(lengthMs),
  quorum: optional(whole(1, 1e6)),
  capacity: optional(amount),
  demand: optional(amount),
  reconnect: optional(
    record<NonNullable<Model['reconnect']>>({ factor: number(1, 1e6), halfLifeMs: number(0.1, MOST_MS) }),
  ),
  repair: optional(
    record<NonNullable<Model['repair']>>({ bytes: number(0, 1e24), bytesPerSecond: number(1e-3, 1e24) }),
  ),
  replication: optional(oneOf('sync', 'async')),
  lagMs: optional(spread),
  stepDownMs: optional(spread),
  tools: optional(texts),
});

const readiness = kinds<Readiness, 'kind'>('kind', {
  http: { withinMs: lengthMs, port, path: text },
  tcp: { withinMs: lengthMs, port },
  exec: { withinMs: lengthMs, command: texts },
  health: { withinMs: lengthMs },
});

/** All that is known of a service. */
const service = record<Service>({
  name: text,
  build: orNull(text),
  image: orNull(text),
  command: orNull(texts),
  environment: dictionary(either(isText, text, record<{ secret: string }>({ secret: text }))),
  at: list(record<Service['at'][number]>({ site: orNull(text), count: whole(0, 1e6) })),
  spare: optional(list(orNull(text))),
  restart: oneOf('no', 'on-failure', 'always', 'unless-stopped'),
  volumes: texts,
  needs: texts,
  ready: orNull(readiness),
  limits: optional(record<Limits>({ cpu: orNull(amount), memoryBytes: orNull(amount) })),
  model,
});

const host = { host: text };
const ask = kinds<Ask, 'kind'>('kind', {
  http: {
    ...host,
    ...{ method: text, port, path: text, body: orNull(text), expect: orNull(whole(100, 599)) },
  },
  tcp: { ...host, port },
  exec: { ...host, command: texts },
  postgres: { ...host, port, user: text, password: text, database: text, query: text },
  redis: { ...host, port, command: texts },
});

const ledger = record<NonNullable<Probe['ledger']>>({
  perSecond: rate,
  connections: whole(1, 1e6),
  readFrom: list(record<{ host: string; port: number | null }>({ host: text, port: orNull(port) }), 1),
  read: texts,
  make: orNull(text),
  settleMs: lengthMs,
});

const probe = record<Probe>({
  name: text,
  site: orNull(text),
  family: text,
  does: oneOf('read', 'write'),
  everyMs: periodMs,
  timeoutMs: lengthMs,
  reuse: optional(truth),
  surge: optional(orNull(record<NonNullable<Probe['surge']>>({ factor: number(1, 1000), forMs: number(0, MOST_MS) }))),
  ask,
  ledger: optional(ledger),
});

const phase = oneOf('before', 'during', 'after');
const limitedFields = { probe: text, limitMs: lengthMs };
const limited = record<{ probe: string; limitMs: number }>(limitedFields);
const objective = kinds<Objective, 'measure'>('measure', {
  detect: limitedFields,
  recover: limitedFields,
  age: limitedFields,
  stale: limitedFields,
  settle: limitedFields,
  lose: { probe: text, limitWrites: amount },
  reprotect: { probe: text, limitMs: lengthMs, service: optional(text) },
  availability: { probe: text, limitPercent: percent },
  budget: { probe: text, targetPercent: percent, windowMs: number(1, MOST_MS) },
  latency: { probe: text, quantile: oneOf(50, 95, 99), limitMs: lengthMs, phase: optional(orNull(phase)) },
  goodput: { probe: text, limitPerSecond: amount },
});

const guard = record<Guard>({
  down: list(limited),
  availability: list(record<Guard['availability'][number]>({ probe: text, limitPercent: percent })),
  bystanders: truth,
});

const reference = record<Reference>({
  probe: text,
  measure: oneOf('detect', 'recover', 'availability', 'lose'),
  low: amount,
  high: amount,
  used: truth,
  source: text,
});

const action = kinds<Action, 'verb'>('verb', {
  'power-off': { volumes: oneOf('kept', 'destroyed') },
  kill: { program: optional(text) },
  stop: { graceMs: lengthMs },
  freeze: {},
  isolate: { from: texts, direction: oneOf('both', 'in', 'out') },
  shape: {
    ...{ to: texts, latencyMs: lengthMs, jitterMs: lengthMs, loss: number(0, 1) },
    bandwidthBps: orNull(amount),
  },
});

const step = record<Step>({ id: text, fault: text, unit: text, action });
const fault = record<Fault>({ id: text, title: text, kind: text, atMs: instantMs, steps: list(step) });
const moment = record<Moment>({ atMs: instantMs, title: text, cures: texts, steps: list(step) });

const runbookStep = record<RunbookStep>({
  id: text,
  title: text,
  by: oneOf('automation', 'person'),
  runsFrom: orNull(text),
  needs: texts,
  decideMs: lengthMs,
  takesMs: lengthMs,
  does: orNull(
    kinds<NonNullable<RunbookStep['does']>, 'kind'>('kind', {
      exec: { command: texts },
      restore: { steps: texts },
      start: { steps: texts },
      confirm: { probe: text },
    }),
  ),
});

const unit = record<Unit>({ name: text, service: text, site: orNull(text), spare: optional(truth as Form<true>) });

/** A plan on which every reader of a journal can rely, whoever wrote it. */
export const planShape: Form<Plan> = record<Plan>({
  name: text,
  about: text,
  begins: storyTime,
  durationMs: lengthMs,
  settleMs: optional(lengthMs),
  network: orNull(text),
  leaseMs: lengthMs,
  sites: list(site),
  services: list(service),
  units: list(unit),
  startWaves: list(texts),
  probes: list(probe),
  steady: record<Plan['steady']>({ forMs: lengthMs, withinMs: lengthMs }),
  objectives: list(objective),
  guard,
  references: optional(list(reference)),
  faults: list(fault),
  moments: list(moment),
  runbooks: optional(list(record<Runbook>({ atMs: instantMs, steps: list(runbookStep) }))),
});

/** As much of a plan as the cures of its faults need. */
export const curablePlanShape: Form<unknown> = record<Pick<Plan, 'units' | 'services' | 'faults'>>({
  units: list(unit),
  services: list(record<Pick<Service, 'name'>>({ name: text }) as Form<Service>),
  faults: list(record<Pick<Fault, 'id' | 'steps'>>({ id: text, steps: list(step) }) as Form<Fault>),
});
