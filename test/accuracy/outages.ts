import { type Clock, wallClock } from '../../src/clock.js';
import { runDrill } from '../../src/drill/drill.js';
import { askHttp } from '../../src/engine/docker/looks.js';
import type { Effect, Engine } from '../../src/engine/engine.js';
import { type Entry, openJournal } from '../../src/journal/journal.js';
import { judge } from '../../src/judge/judge.js';
import type { Moment, Plan, Step } from '../../src/plan/plan.js';
import type { Probe } from '../../src/scenario/scenario.js';
import { type Between, type Services, startServices, type Truth } from './services.js';

/** One outage as the report says it and as the service itself knows it; all in milliseconds. */
export interface Outage {
  readonly probe: string;
  readonly fault: string;
  /** null where the verdict has no number. */
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** From the service's own word that it failed to its own word that it was back; it can tell each no better than between two instants. */
  readonly truth: number;
  readonly truthBetween: Between;
}

/** The measured outages, and how late the probes were. */
export interface AccuracyFigures {
  readonly outages: readonly Outage[];
  /** Those whose interval does not contain the truth. */
  readonly missed: readonly Outage[];
  /** The greatest distance of a value from the truth, in milliseconds. */
  readonly worstMs: number;
  /** The widest interval, in milliseconds. */
  readonly widestMs: number;
  /** How much of one processor the drill and its probes took, 0 to 1 and more. */
  readonly cpuShare: number;
  /** How long after it was due a probe was sent, at most, in milliseconds. */
  readonly worstLagMs: number;
  /** Findings about probes of a service that never failed that say it did. */
  readonly falseAlarms: number;
}

/** Every probe looks this often. */
export const PROBE_MS = 100;

const FIRST_MS = 2000;
/** An outage of at most 1.6 s, and then time for a stable window of 5 s and its probe's answers. */
const APART_MS = 7500;

/**
 * Runs a drill with `services` that all fail `rounds` times, each for a time of its own, while `bystanders` probes look at
 * a service that never fails; judges its journal and compares with what the services say. `disturbed` says why the drill
 * did not come to its end.
 */
export async function measureOutages(
  services: number,
  rounds: number,
  bystanders: number,
): Promise<AccuracyFigures | { readonly disturbed: string }> {
  const clock = wallClock();
  const theirs = await startServices(clock, services);
  const plan = planOf(services, rounds, bystanders);
  const entries: Entry[] = [];
  const truths = new Map<string, Promise<Truth>>();
  try {
    const [startMs, before] = [clock.now(), process.cpuUsage()];
    await runDrill({
      ...{ plan, clock, drill: 'accuracy', firedrill: 'test', seed: 1, startedAt: '' },
      engine: engineOn(clock, theirs, truths),
      journal: openJournal({ write() {}, sync() {} }, (entry) => entries.push(entry)),
      signal: new AbortController().signal,
    });
    const { user, system } = process.cpuUsage(before);
    const cpuShare = (user + system) / 1000 / (clock.now() - startMs);
    const end = entries.at(-1);
    // Nothing was broken yet, or the machine stood still: that is no figure, neither good nor bad.
    if (end?.entry !== 'end' || end.why !== 'completed')
      return { disturbed: end?.entry === 'end' ? `${end.why}: ${end.because}` : 'the drill did not end' };
    const known = await Promise.all([...truths].map(async ([step, truth]) => [step, await truth] as const));
    return { ...figuresOf(entries, plan, new Map(known)), cpuShare };
  } finally {
    theirs.stop();
  }
}

/** The services as an engine: it breaks them and looks at them with the same code as the Docker engine. */
function engineOn(clock: Clock, services: Services, truths: Map<string, Promise<Truth>>): Engine {
  return {
    ...{ name: 'services', measured: true, host: {}, leadMs: () => 500 },
    examine: async () => [],
    whyUnable: async () => null,
    execute: async () => ({ ok: true, error: null, output: '' }),
    raise: async () => {},
    perform: (steps, atMs) =>
      Promise.all(
        steps.map(async (step): Promise<Effect> => {
          const { down, up } = services.fail(Number(step.unit), atMs, outageMsOf(step));
          truths.set(
            step.id,
            Promise.all([down, up]).then(([failed, back]) => ({ down: failed, up: back })),
          );
          const [fromMs, toMs] = await down;
          return { step: step.id, fromMs, toMs, error: null };
        }),
      ),
    cure: async (steps, atMs) => steps.map(({ id }) => ({ step: id, fromMs: atMs, toMs: atMs, error: null })),
    read(probe, _count, deadlineMs) {
      if (probe.ask.kind !== 'http') throw new Error('these services speak HTTP');
      return askHttp(
        clock,
        '127.0.0.1',
        { ...probe.ask, port: services.ports[Number(probe.ask.host)] ?? 0 },
        deadlineMs,
      );
    },
    adopt: async () => false,
    census: async () => ({}),
    lower: async () => [],
  };
}

/** From 300 to 1,599 ms, no two of a drill alike, so that an end falls anywhere between two looks. */
function outageMsOf(step: Step): number {
  const [round, service] = step.id.split('.').map(Number) as [number, number];
  return 300 + (((round * 10 + service) * 379) % 1300);
}

function planOf(services: number, rounds: number, bystanders: number): Plan {
  const moments = Array.from({ length: rounds }, (_, round): Moment => {
    const fault = `f${round}`;
    const steps = Array.from({ length: services }, (_, service): Step => {
      return { id: `${round}.${service}`, fault, unit: String(service), action: { verb: 'kill' } };
    });
    return { atMs: FIRST_MS + round * APART_MS, title: `round ${round}`, cures: [], steps };
  });
  return {
    ...{ name: 'accuracy', about: '', begins: { date: null, ofDayMs: 0 }, network: null, sites: [], services: [] },
    // A busy machine may cost the last round a sample, and with it a stable window.
    durationMs: FIRST_MS + rounds * APART_MS + 3000,
    units: Array.from({ length: services }, (_, service) => ({ name: String(service), service: 's', site: null })),
    startWaves: [],
    probes: [
      ...Array.from({ length: services }, (_, service) => probeOf(`service ${service}`, service)),
      ...Array.from({ length: bystanders }, (_, index) => probeOf(`bystander ${index}`, services)),
    ],
    steady: { forMs: 1000, withinMs: 60_000 },
    leaseMs: 30_000,
    guard: { down: [], availability: [], bystanders: false },
    objectives: [],
    faults: moments.map(({ atMs, title, steps }, round) => {
      return { id: `f${round}`, title, kind: 'crash', atMs, steps };
    }),
    moments,
  };
}

function probeOf(name: string, service: number): Probe {
  const ask = { method: 'GET', host: String(service), port: 0, path: '/', body: null, expect: null };
  return {
    ...{ name, site: null, family: name, does: 'read', everyMs: PROBE_MS, timeoutMs: 1000 },
    ask: { kind: 'http', ...ask },
  };
}

function figuresOf(
  entries: readonly Entry[],
  plan: Plan,
  truths: ReadonlyMap<string, Truth>,
): Omit<AccuracyFigures, 'cpuShare'> {
  const found = judge(entries).findings.filter(({ measure }) => measure === 'recover');
  const outages = plan.faults.flatMap(({ steps, title }) =>
    steps.map((step): Outage => {
      const probe = `service ${step.unit}`;
      const finding = found.find((one) => one.probe === probe && one.fault?.startsWith(`${title} `));
      const { down, up } = truths.get(step.id) as Truth;
      const [value = null, low = null, high = null] = [finding?.value, finding?.low, finding?.high].map((seconds) =>
        seconds === null || seconds === undefined ? null : seconds * 1000,
      );
      return {
        ...{ probe, fault: title, value, low, high },
        truth: (up[0] + up[1] - down[0] - down[1]) / 2,
        truthBetween: [up[0] - down[1], up[1] - down[0]],
      };
    }),
  );
  const missed = outages.filter(
    ({ low, high, truthBetween }) => low === null || high === null || low > truthBetween[1] || high < truthBetween[0],
  );
  const lags = entries.flatMap((entry) => (entry.entry === 'samples' ? entry.samples.map(([lagMs]) => lagMs) : []));
  return {
    outages,
    missed,
    worstMs: Math.max(...outages.map(({ value, truth }) => (value === null ? Infinity : Math.abs(value - truth)))),
    widestMs: Math.max(...outages.map(({ low, high }) => (high ?? Infinity) - (low ?? 0))),
    worstLagMs: lags.reduce((worst, lag) => Math.max(worst, lag), 0),
    falseAlarms: found.filter(({ probe, value }) => probe.startsWith('bystander') && value !== 0).length,
  };
}
