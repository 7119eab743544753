import { type VirtualClock, virtualClock } from '../../src/clock.js';
import { type DrillOptions, type Ended, runDrill } from '../../src/drill/drill.js';
import type { Effect, Engine } from '../../src/engine/engine.js';
import { type Entry, openJournal, unfoldSamples } from '../../src/journal/journal.js';
import type { Moment, Plan, Step } from '../../src/plan/plan.js';
import type { Probe } from '../../src/scenario/scenario.js';

const EPOCH_MS = Date.parse('2022-10-15T06:29:30.250Z');

export const GOOD = { ok: true, error: null };
const NO_GUARD = { down: [], availability: [], bystanders: true };

export const REFUSED = { ok: false, error: 'refused' };

export function answer<T>(value: T): Promise<T> {
  return Promise.resolve(value);
}

/** Reads that are good after a time that depends on which look it is; the clock is the drill's own. */
export function answerAfter(tookMs: (count: number) => number): Engine['read'] {
  return async function (this: { clock: VirtualClock }, _probe, count) {
    await this.clock.sleepUntil(this.clock.now() + tookMs(count));
    return GOOD;
  };
}

export function tookHold(steps: readonly Step[], atMs: number): Effect[] {
  return steps.map((step) => ({ step: step.id, fromMs: atMs, toMs: atMs, error: null }));
}

export function failed(steps: readonly Step[]): Effect[] {
  return steps.map((step) => ({ step: step.id, fromMs: 0, toMs: 0, error: 'no such process' }));
}

export async function hold(drill: { clock: VirtualClock }, steps: readonly Step[]): Promise<Effect[]> {
  return tookHold(steps, drill.clock.now());
}

export function probe(name: string): Probe {
  const ask = { kind: 'tcp', host: 'db-pangyo', port: 5432 } as const;
  return { name, site: null, family: name, does: 'write', everyMs: 100, timeoutMs: 1000, ask };
}

export function fault(atMs: number, id: string): Moment {
  const step: Step = { id: `${id}.1`, fault: id, unit: 'db-pangyo', action: { verb: 'kill' } };
  return { atMs, title: `fault ${id}`, cures: [], steps: [step] };
}

export function cure(atMs: number, id: string): Moment {
  return { atMs, title: `restore ${id}`, cures: [`${id}.1`], steps: [] };
}

function planOf(
  moments: readonly Moment[],
  probes: readonly Probe[],
  guard: Plan['guard'],
  units: Plan['units'],
): Plan {
  const steps = moments.flatMap((moment) => moment.steps.map((step) => ({ ...moment, step })));
  return {
    name: 'a test',
    about: '',
    begins: { date: null, ofDayMs: 0 },
    durationMs: 5000,
    network: null,
    sites: [],
    services: [],
    units,
    startWaves: [],
    probes,
    steady: { forMs: 1000, withinMs: 10_000 },
    leaseMs: 30_000,
    guard,
    objectives: [],
    faults: steps.map(({ step, title, atMs }) => ({ id: step.fault, title, kind: 'crash', atMs, steps: [step] })),
    moments,
  };
}

interface Wishes {
  moments?: readonly Moment[];
  probes?: readonly Probe[];
  engine?: Partial<Engine>;
  guard?: Partial<Plan['guard']>;
  durationMs?: number;
  /** With it, the story jumps. */
  settleMs?: number;
  runbooks?: Plan['runbooks'];
  units?: Plan['units'];
  ask?: DrillOptions['ask'];
  /** The clock jumps ahead by so much, each time it is slept on, as on a machine that is too busy. */
  stallMs?: number;
}

export function prepare({
  moments = [fault(2000, 'f1')],
  probes = [probe('write')],
  engine = {},
  guard = {},
  durationMs = 5000,
  settleMs,
  runbooks,
  units = [{ name: 'db-pangyo', service: 'db', site: 'pangyo' }],
  ask,
  stallMs = 0,
}: Wishes) {
  const virtual = virtualClock(EPOCH_MS);
  const clock: VirtualClock = {
    ...virtual,
    sleepUntil: (atMs, signal) => virtual.sleepUntil(stallMs > 0 ? Math.ceil(atMs / stallMs) * stallMs : atMs, signal),
  };
  const lines: string[] = [];
  const calls: string[] = [];
  const entries: Entry[] = [];
  const alarms: { atMs: number; act: () => void }[] = [];
  const stop = new AbortController();
  let syncedLines = 0;
  let diskBroken = false;
  const journal = openJournal(
    {
      write(line) {
        if (diskBroken) throw new Error('no space left');
        lines.push(line);
      },
      sync() {
        syncedLines = lines.length;
      },
    },
    (entry) => entries.push(entry),
  );
  const note = (call: string, steps: readonly Step[], atMs: number) =>
    calls.push(`${call} ${steps.map((step) => step.id).join(' ')} for ${atMs}`);
  const port: Engine & { clock: VirtualClock } = {
    clock,
    name: 'fake 1',
    measured: engine.measured ?? false,
    host: {},
    leadMs: (steps) => engine.leadMs?.(steps) ?? 0,
    examine: async () => [],
    async raise(raise) {
      await engine.raise?.(raise);
      calls.push('raise');
    },
    async perform(steps, atMs, tell) {
      note('perform', steps, atMs);
      await clock.sleepUntil(atMs);
      return engine.perform?.(steps, atMs, tell) ?? tookHold(steps, clock.now());
    },
    async cure(steps, atMs, tell) {
      note('cure', steps, atMs);
      await clock.sleepUntil(atMs);
      return engine.cure?.(steps, atMs, tell) ?? tookHold(steps, clock.now());
    },
    read: (probe, count, deadlineMs) => engine.read?.call(port, probe, count, deadlineMs) ?? answer(GOOD),
    whyUnable: async (name) => engine.whyUnable?.(name) ?? null,
    execute: async (unit, command, deadlineMs) =>
      engine.execute?.(unit, command, deadlineMs) ?? { ok: true, error: null, output: '' },
    ...(engine.whenReady === undefined ? {} : { whenReady: engine.whenReady }),
    adopt: async (drill, plan) => engine.adopt?.(drill, plan) ?? true,
    census: async (of) => engine.census?.(of) ?? {},
    ...(engine.watchBystanders === undefined ? {} : { watchBystanders: engine.watchBystanders }),
    ...(engine.hasTouched === undefined ? {} : { hasTouched: engine.hasTouched }),
    async lower(tell) {
      calls.push('lower');
      return engine.lower?.(tell) ?? [];
    },
  };
  const pace = settleMs === undefined ? {} : { settleMs };
  const plan = {
    ...planOf(moments, probes, { ...NO_GUARD, ...guard }, units),
    durationMs,
    ...pace,
    ...(runbooks ? { runbooks } : {}),
  };
  const of = <K extends Entry['entry']>(kind: K) =>
    entries.filter((entry): entry is Extract<Entry, { entry: K }> => entry.entry === kind);
  const zeroMs = () => Number(of('begin')[0]?.monoMs) - Number(of('begin')[0]?.atMs);
  const endings: Ended[] = [];
  const options: DrillOptions = {
    ...{ plan, engine: port, clock, journal, drill: 'd-1', firedrill: '0.0.0', seed: 7 },
    ...{ startedAt: '2022-10-15T06:29:30.250Z', signal: stop.signal, ...(ask ? { ask } : {}) },
    ended: (ending) => endings.push(ending),
  };
  const ring = async (alarm: { atMs: number; act: () => void }) => {
    while (of('begin').length === 0) await clock.sleepUntil(clock.now() + 10);
    await clock.sleepUntil(zeroMs() + alarm.atMs);
    alarm.act();
  };
  return {
    ...{ clock, plan, entries, calls, stop, of, zeroMs, engine: port, endings },
    /** Does something at a story instant. */
    at: (atMs: number, act: () => void) => alarms.push({ atMs, act }),
    breakDisk() {
      diskBroken = true;
    },
    synced: () => lines.slice(0, syncedLines).map((line): Entry => JSON.parse(line)),
    text: () => lines.join(''),
    samples: (name: string) =>
      of('samples')
        .filter((entry) => entry.probe === name)
        .flatMap(unfoldSamples),
    run: () =>
      clock.run(async () => {
        for (const alarm of alarms) void ring(alarm);
        await runDrill(options);
      }),
  };
}
