import { expect } from 'vitest';
import type { Clock } from '../../src/clock.js';
import type { Effect, Engine, Progress, Reading } from '../../src/engine/engine.js';
import type { Action, Plan, Step } from '../../src/plan/plan.js';
import type { Probe, Service } from '../../src/scenario/scenario.js';

/** An engine, and what the promises need to know about it beyond the port. */
export interface Bench {
  readonly clock: Clock;
  readonly engine: Engine;
  /** Carries a task out: on a virtual clock by running it, in real time by calling it. Called many times. */
  run<T>(task: () => Promise<T>): Promise<T>;
  /** What makes a unit answer `GET /` on port 8080 with 200, and have a command `true`. */
  readonly service: Partial<Service>;
  /** How long a reading waits for an answer before it is a timeout. */
  readonly answerMs: number;
  /** How long a unit may need to answer again after its cure or its restart. */
  readonly patienceMs: number;
  /** Asks from inside one unit for an answer of another; false when none came within `answerMs`. */
  canReach(from: string, to: string): Promise<boolean>;
  /** A word that stays the same exactly as long as the unit's memory does. Asked only while the unit answers. */
  memoryOf(unit: string): Promise<string>;
  /** A plan made from a good one, that this engine cannot carry out. */
  lack(plan: Plan): Plan;
  /** Ends what the bench itself needed. */
  close?(): Promise<void>;
}

export const UNITS = ['web-a', 'web-b', 'keeper-a'];
export const GOOD: Reading = { ok: true, error: null };
export const TIMEOUT: Reading = { ok: false, error: 'timeout' };
export const REFUSED: Reading = { ok: false, error: 'refused' };
export const FREEZE = { verb: 'freeze' } as const;
export const POWER_OFF = { verb: 'power-off', volumes: 'kept' } as const;
/** A kernel's clock and ours agree no better than this. */
export const CLOCKS_DIFFER_MS = 5;
/** `web-b` is the other side of all these. */
export const EVERY_VERB: Readonly<Record<Action['verb'], Action>> = {
  'power-off': POWER_OFF,
  kill: { verb: 'kill' },
  stop: { verb: 'stop', graceMs: 1000 },
  freeze: FREEZE,
  isolate: { verb: 'isolate', from: ['web-b'], direction: 'both' },
  shape: { verb: 'shape', to: ['web-b'], latencyMs: 0, jitterMs: 0, loss: 1, bandwidthBps: null },
};

/** What the promises do to a bench; all of it inside `bench.run`. */
export interface Acts {
  raise(tell?: (progress: Progress) => void, signal?: AbortSignal): Promise<void>;
  /** A step with an id of its own. */
  step(unit: string, action: Action): Step;
  /** Performs steps together, announced as early as the engine wants it. */
  perform(steps: readonly Step[]): Promise<readonly Effect[]>;
  /** Performs one step, which must take hold, and gives it back for its cure. */
  break(unit: string, action: Action): Promise<readonly Step[]>;
  /** Cures, which must succeed. */
  cure(steps: readonly Step[]): Promise<void>;
  /** Cures all that was performed and waits until every unit answers. */
  mendAll(): Promise<void>;
  look(unit: string, kind: 'http' | 'tcp' | 'exec'): Promise<Reading>;
  untilGood(unit: string): Promise<void>;
  pass(ms: number): Promise<void>;
}

/** The acts on one bench. */
export function actsOn({ clock, engine, service, answerMs, patienceMs }: Bench): Acts {
  const broken: Step[] = [];
  let count = 0;
  const acts: Acts = {
    raise: (tell = () => {}, signal = new AbortController().signal) =>
      engine.raise({ plan: planOf(service), drill: `contract-${clock.epochOf(0).toString(36)}`, tell, signal }),
    step(unit, action) {
      count += 1;
      return { id: `f${count}.1`, fault: `f${count}`, unit, action };
    },
    perform(steps) {
      broken.push(...steps);
      return engine.perform(steps, clock.now() + engine.leadMs(steps.length));
    },
    async break(unit, action) {
      const steps = [acts.step(unit, action)];
      expect((await acts.perform(steps)).map((effect) => effect.error)).toEqual([null]);
      return steps;
    },
    async cure(steps) {
      const effects = await engine.cure(steps, clock.now());
      expect(effects.map(({ step, error }) => ({ step, error }))).toEqual(
        steps.map(({ id }) => ({ step: id, error: null })),
      );
    },
    async mendAll() {
      await engine.cure(broken.splice(0), clock.now());
      for (const unit of UNITS) await acts.untilGood(unit);
    },
    look(unit, kind) {
      count += 1;
      return engine.read(probeOf(unit, kind, answerMs), count, clock.now() + answerMs);
    },
    async untilGood(unit) {
      const limitMs = clock.now() + patienceMs;
      let reading = await acts.look(unit, 'http');
      while (!reading.ok && clock.now() < limitMs) {
        await acts.pass(100);
        reading = await acts.look(unit, 'http');
      }
      expect({ unit, ...reading }).toEqual({ unit, ...GOOD });
    },
    pass: (ms) => clock.sleepUntil(clock.now() + ms),
  };
  return acts;
}

/** Two sites, `web` at both with `restart: no`, `keeper` at one with `restart: always`. */
export function planOf(service: Partial<Service>): Plan {
  return {
    name: 'contract',
    about: '',
    begins: { date: null, ofDayMs: 0 },
    durationMs: 60_000,
    network: null,
    sites: [
      { name: 'a', addresses: null },
      { name: 'b', addresses: null },
    ],
    services: [serviceOf('web', ['a', 'b'], 'no', service), serviceOf('keeper', ['a'], 'always', service)],
    units: [
      { name: 'web-a', service: 'web', site: 'a' },
      { name: 'web-b', service: 'web', site: 'b' },
      { name: 'keeper-a', service: 'keeper', site: 'a' },
    ],
    startWaves: [['web', 'keeper']],
    probes: UNITS.map((unit) => probeOf(unit, 'http', 1000)),
    steady: { forMs: 1000, withinMs: 60_000 },
    leaseMs: 30_000,
    guard: { down: [], availability: [], bystanders: true },
    objectives: [],
    faults: [],
    moments: [],
  };
}

function serviceOf(name: string, sites: string[], restart: Service['restart'], own: Partial<Service>): Service {
  return {
    build: null,
    image: null,
    command: null,
    environment: {},
    volumes: [],
    needs: [],
    ready: { kind: 'http', port: 8080, path: '/', withinMs: 60_000 },
    model: { bootMs: 2000, noticeMs: 3000, role: 'any', takeoverMs: 10_000, latencyMs: 2 },
    ...own,
    name,
    at: sites.map((site) => ({ site, count: 1 })),
    restart,
  };
}

function probeOf(unit: string, kind: 'http' | 'tcp' | 'exec', timeoutMs: number): Probe {
  const asks = {
    http: { kind: 'http', method: 'GET', host: unit, port: 8080, path: '/', body: null, expect: null },
    tcp: { kind: 'tcp', host: unit, port: 8080 },
    exec: { kind: 'exec', host: unit, command: ['true'] },
  } as const;
  const name = `${kind} ${unit}`;
  return { name, site: null, family: name, does: 'read', everyMs: 100, timeoutMs, ask: asks[kind] };
}
