import { expect } from 'vitest';
import { type VirtualClock, virtualClock } from '../../../src/clock.js';
import { type SimEngine, simEngine } from '../../../src/engine/sim/sim.js';
import type { Action, Plan, Step } from '../../../src/plan/plan.js';
import type { Ask, Model, Probe, Service } from '../../../src/scenario/scenario.js';

/** A service in as few words as a test wants to say. */
export interface Cast {
  readonly name: string;
  /** As many units, named `db-1`, `db-2`, …; default 1. */
  readonly units?: number;
  /** So many of them, the last ones, are spares. */
  readonly spares?: number;
  readonly needs?: readonly string[];
  readonly restart?: Service['restart'];
  readonly model?: Partial<Model>;
}

/** Boots in 2 s, is noticed after 3 s, takes over in 10 s, answers in 2 ms. */
export const MODEL: Model = { bootMs: 2000, noticeMs: 3000, role: 'any', takeoverMs: 10_000, latencyMs: 2 };

/** A plan of these services, each in a wave of its own in the order of the list, with nothing on the timetable. */
export function planFor(cast: readonly Cast[]): Plan {
  return {
    name: 'stage',
    about: '',
    begins: { date: null, ofDayMs: 0 },
    durationMs: 60_000,
    network: null,
    sites: [],
    services: cast.map(serviceOf),
    units: cast.flatMap(({ name, units = 1, spares = 0 }) =>
      Array.from({ length: units }, (_, index) => ({
        ...{ name: `${name}-${index + 1}`, service: name, site: null },
        ...(index < units - spares ? {} : { spare: true }),
      })),
    ),
    startWaves: cast.map(({ name }) => [name]),
    probes: [],
    steady: { forMs: 1000, withinMs: 1000 },
    leaseMs: 30_000,
    guard: { down: [], availability: [], bystanders: true },
    objectives: [],
    faults: [],
    moments: [],
  };
}

function serviceOf({ name, units = 1, needs = [], restart = 'no', model = {} }: Cast): Service {
  return {
    name,
    build: null,
    image: 'none',
    command: null,
    environment: {},
    at: [{ site: null, count: units }],
    restart,
    volumes: [],
    needs,
    ready: null,
    model: { ...MODEL, ...model },
  };
}

export function probeOf(host: string, kind: 'http' | 'tcp' | 'exec', does: Probe['does'] = 'read'): Probe {
  const asks: Record<typeof kind, Ask> = {
    http: { kind: 'http', method: 'GET', host, port: 80, path: '/', body: null, expect: null },
    tcp: { kind: 'tcp', host, port: 80 },
    exec: { kind: 'exec', host, command: ['true'] },
  };
  return { name: 'probe', site: null, family: 'probe', does, everyMs: 100, timeoutMs: 1000, ask: asks[kind] };
}

/** What a test does on a raised topology. All instants are milliseconds after it was raised. */
export interface Stage {
  readonly engine: SimEngine;
  readonly clock: VirtualClock;
  readonly plan: Plan;
  /** Goes on to this instant. */
  at(atMs: number): Promise<void>;
  /** Lays an action on a unit now, where it must take hold; gives back what cures it. */
  lay(unit: string, action: Action, error?: string): Promise<() => Promise<void>>;
  /** The error of one look at a host by http, or `ok`. */
  see(host: string, does?: Probe['does'], count?: number): Promise<string>;
  /** What as many looks at a host saw that were sent at this instant, in order. */
  seeMany(host: string, looks: number): Promise<string[]>;
  /** How long one look took, in milliseconds. */
  time(host: string, count?: number): Promise<number>;
}

/** Raises a topology on virtual time and plays on it. */
export async function onStage(cast: readonly Cast[], play: (stage: Stage) => Promise<void>, seed = 1): Promise<void> {
  const clock = virtualClock();
  const plan = planFor(cast);
  const engine = simEngine({ clock, seed });
  await clock.run(async () => {
    await engine.raise({ plan, drill: 'stage', tell: () => {}, signal: new AbortController().signal });
    const zeroMs = clock.now();
    let steps = 0;
    const see: Stage['see'] = async (host, does = 'write', count = 0) =>
      (await engine.read(probeOf(host, 'http', does), count, clock.now() + 1000)).error ?? 'ok';
    await play({
      ...{ engine, clock, plan },
      at: (atMs) => clock.sleepUntil(zeroMs + atMs),
      async lay(unit, action, error) {
        steps += 1;
        const step: Step = { id: `s${steps}`, fault: 's', unit, action };
        expect(await engine.perform([step], clock.now())).toMatchObject([{ error: error ?? null }]);
        return async () => void (await engine.cure([step], clock.now()));
      },
      see,
      seeMany: (host, looks) => Promise.all(Array.from({ length: looks }, (_, count) => see(host, 'write', count))),
      async time(host, count = 0) {
        const sentMs = clock.now();
        await see(host, 'write', count);
        return clock.now() - sentMs;
      },
    });
  });
}
