import type { Effect } from '../../src/engine/engine.js';
import type { Entry, FoldedSample } from '../../src/journal/journal.js';
import type { Action, Fault, Plan, Unit } from '../../src/plan/plan.js';
import type { Objective, Probe, Service } from '../../src/scenario/scenario.js';

/** A probe of a made-up journal: from `fromMs` on, every `everyMs`, as `tell` says for the instant at which each was due. */
export interface ToldProbe {
  readonly name: string;
  readonly family?: string;
  readonly site?: string | null;
  readonly everyMs?: number;
  readonly timeoutMs?: number;
  readonly fromMs?: number;
  readonly untilMs?: number;
  readonly tell: (dueMs: number) => FoldedSample;
}

/** A fault of a made-up journal on one unit of a site, with the effects that the journal records (one a step). */
export interface ToldFault {
  readonly title: string;
  readonly atMs: number;
  readonly site?: string;
  readonly action?: Action;
  /** One a step; none: the journal says nothing of the fault. Default: it took hold exactly when it was due. */
  readonly effects?: readonly Partial<Omit<Effect, 'step'>>[];
  readonly steps?: number;
  readonly curedMs?: number;
}

export interface Told {
  readonly probes: readonly ToldProbe[];
  readonly faults?: readonly ToldFault[];
  readonly objectives?: readonly Objective[];
  readonly sites?: readonly string[];
  readonly durationMs?: number;
  readonly warnings?: readonly string[];
  /** What the story jumped over: samples that were due in there are left out. */
  readonly jumps?: readonly (readonly [fromMs: number, toMs: number])[];
  readonly engine?: string;
  readonly measured?: boolean;
  readonly failedCure?: string;
  /** How web-pangyo lost its fault before the cure. */
  readonly lapse?: string;
  /** The restart policy of every unit; default: no. */
  readonly restart?: Service['restart'];
  /** null: the journal ends abruptly. */
  readonly end?: Partial<Omit<Extract<Entry, { entry: 'end' }>, 'entry'>> | null;
}

const GOOD: FoldedSample = [0, 5];

/** Answers in 5 ms, and is refused in 1 ms between the given instants. */
export function downBetween(...outages: readonly (readonly [number, number])[]): (dueMs: number) => FoldedSample {
  return (dueMs) => (outages.some(([from, to]) => dueMs >= from && dueMs < to) ? [0, 1, 'refused'] : GOOD);
}

/** What `firedrill recover` adds when the runner is gone: it knows no story time. */
export const RECOVERY: Entry = {
  ...{ atMs: -1, monoMs: 9, entry: 'effect', does: 'cure', title: 'recover d1', dueMs: -1, lateMs: 0 },
  effects: [{ step: 'f1.1', fromMs: -1, toMs: -1, error: null }],
};

/** A whole journal from a few words; the story begins at 15:29:30 and lasts 210 s unless told otherwise. */
export function makeJournal(told: Told): Entry[] {
  const durationMs = told.durationMs ?? 210_000;
  const faults = (told.faults ?? []).map(faultOf);
  const plan = planOf(told, faults, durationMs);
  const stamp = (atMs: number) => ({ atMs, monoMs: atMs + 1000 });
  const entries: Entry[] = [
    {
      ...stamp(-1000),
      ...{ entry: 'drill', format: 1, drill: 'd1', firedrill: '0.1.0', seed: 7, host: {} },
      ...{ engine: told.engine ?? 'docker 20.10.24', measured: told.measured ?? true },
      ...{ startedAt: '2026-01-01T00:00:00.000Z', plan },
    },
    { ...stamp(-1), entry: 'steady', ok: true, because: 'every probe was good for 2 s' },
    { ...stamp(0), entry: 'begin', wallAt: '2026-01-01T00:00:01.000Z' },
    ...(told.faults ?? []).flatMap((fault, index) => effectsOf(fault, faults[index] as Fault)),
    ...told.probes.flatMap((probe) => withoutSkipped(samplesOf(probe, durationMs), told.jumps ?? [])),
    ...(told.jumps ?? []).map(([fromMs, toMs]): Entry => ({ ...stamp(toMs), entry: 'jump', fromMs, toMs })),
    ...(told.warnings ?? []).map((message): Entry => ({ ...stamp(0), entry: 'warning', message })),
  ];
  if (told.lapse !== undefined) {
    const progress = { what: 'web-pangyo', state: 'lapsed', detail: told.lapse } as const;
    entries.push({ ...stamp(1), entry: 'progress', progress });
  }
  if (told.failedCure !== undefined) {
    const effects = [{ step: 'f1.1', fromMs: 0, toMs: 0, error: told.failedCure }];
    const cure = { ...stamp(durationMs), does: 'cure', title: 'restore pangyo', dueMs: durationMs } as const;
    entries.push(...withIntent({ ...cure, entry: 'effect', lateMs: 0, effects }));
  }
  if (told.end !== null) {
    entries.push({ ...stamp(durationMs), entry: 'end', why: 'completed', because: '', left: [], ...told.end });
  }
  return entries;
}

function planOf(told: Told, faults: readonly Fault[], durationMs: number): Plan {
  const sites = told.sites ?? ['pangyo', 'anyang'];
  return {
    name: 'Datacenter power loss at 15:30',
    about: '',
    begins: { date: null, ofDayMs: (15 * 60 + 29) * 60_000 + 30_000 },
    durationMs,
    network: null,
    sites: sites.map((name) => ({ name, addresses: null })),
    services: [{ ...service, restart: told.restart ?? 'no' }],
    units: sites.map((site): Unit => ({ name: `web-${site}`, service: 'web', site })),
    startWaves: [['web']],
    probes: told.probes.map(probeOf),
    steady: { forMs: 0, withinMs: 0 },
    leaseMs: 30_000,
    guard: { down: [], availability: [], bystanders: true },
    objectives: told.objectives ?? [],
    faults,
    moments: [],
  };
}

const service: Service = {
  ...{ name: 'web', build: null, image: 'debian:bookworm-slim', command: null, environment: {} },
  ...{ at: [], restart: 'no', volumes: [], needs: [], ready: null },
  model: { bootMs: 0, noticeMs: 0, role: 'any', takeoverMs: 0, latencyMs: 1 },
};

function probeOf(told: ToldProbe): Probe {
  return {
    name: told.name,
    site: told.site ?? null,
    family: told.family ?? told.name,
    does: 'read',
    everyMs: told.everyMs ?? 100,
    timeoutMs: told.timeoutMs ?? 1000,
    ask: { kind: 'tcp', host: 'web-pangyo', port: 80 },
  };
}

function faultOf(told: ToldFault, index: number): Fault {
  const id = `f${index + 1}`;
  const count = told.steps ?? told.effects?.length ?? 1;
  const action = told.action ?? { verb: 'power-off', volumes: 'kept' };
  const unit = `web-${told.site ?? 'pangyo'}`;
  const steps = Array.from({ length: count }, (_, at) => ({ id: `${id}.${at + 1}`, fault: id, unit, action }));
  return { id, title: told.title, kind: 'power-loss', atMs: told.atMs, steps };
}

function effectsOf(told: ToldFault, fault: Fault): Entry[] {
  const given = told.effects ?? [{}];
  if (given.length === 0) return [];
  const { atMs, title } = told;
  const at = { monoMs: atMs, lateMs: 0 };
  const effects = given.map((effect, index) => ({
    step: fault.steps[index]?.id ?? '',
    ...{ fromMs: atMs, toMs: atMs, error: null },
    ...effect,
  }));
  const entries = withIntent({ ...at, atMs, entry: 'effect', does: 'fault', title, dueMs: atMs, effects });
  const { curedMs } = told;
  if (curedMs === undefined) return entries;
  const cured = fault.steps.map(({ id }) => ({ step: id, fromMs: curedMs, toMs: curedMs, error: null }));
  const title_ = `restore ${told.site ?? 'pangyo'}`;
  return [
    ...entries,
    ...withIntent({
      ...{ ...at, atMs: curedMs, entry: 'effect', does: 'cure', title: title_, dueMs: curedMs, effects: cured },
    }),
  ];
}

/** What came of something, after what was intended, as a drill writes it. */
export function withIntent(effect: Extract<Entry, { entry: 'effect' }>): Entry[] {
  const { atMs, monoMs, does, title, dueMs, effects } = effect;
  return [{ atMs, monoMs, entry: 'intent', does, title, dueMs, steps: effects.map(({ step }) => step) }, effect];
}

type Samples = Extract<Entry, { entry: 'samples' }>;

function withoutSkipped(whole: Samples, jumps: NonNullable<Told['jumps']>): Samples[] {
  const { dueMs, everyMs, samples } = whole;
  const edges = [0, ...jumps.flat(), Number.POSITIVE_INFINITY];
  return Array.from({ length: edges.length / 2 }, (_, index): Samples => {
    const [fromMs = 0, toMs = 0] = edges.slice(2 * index, 2 * index + 2);
    const first = Math.max(0, Math.ceil((fromMs - dueMs) / everyMs));
    const last = Math.max(first, Math.ceil((toMs - dueMs) / everyMs));
    return { ...whole, dueMs: dueMs + first * everyMs, samples: samples.slice(first, last) };
  });
}

function samplesOf(told: ToldProbe, durationMs: number): Samples {
  const everyMs = told.everyMs ?? 100;
  const fromMs = told.fromMs ?? 0;
  const count = Math.max(0, Math.ceil(((told.untilMs ?? durationMs) - fromMs) / everyMs));
  const samples = Array.from({ length: count }, (_, index) => told.tell(fromMs + index * everyMs));
  return { atMs: fromMs, monoMs: fromMs, entry: 'samples', probe: told.name, dueMs: fromMs, everyMs, samples };
}
