import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type Docker from 'dockerode';
import { type Clock, wallClock } from '../../../src/clock.js';
import { LABEL } from '../../../src/engine/docker/api.js';
import { connect } from '../../../src/engine/docker/connect.js';
import { type DockerOptions, dockerEngine } from '../../../src/engine/docker/docker.js';
import type { Effect, Engine } from '../../../src/engine/engine.js';
import { recipeOf } from '../../../src/plan/incidents/incidents.js';
import type { Action, Plan, Step } from '../../../src/plan/plan.js';
import type { Incident, Service } from '../../../src/scenario/scenario.js';
import { dockerHost } from './engine-here.js';

/** The folder with the images of the tests. */
export const IMAGES = fileURLToPath(new URL('images', import.meta.url));

/** One unit, with a service of its own. */
export type TestUnit = { readonly name: string; readonly site: string } & Partial<Service>;

/** What a fault did: its steps, when it was due, and when `perform` had come back. */
export interface Broken {
  readonly steps: readonly Step[];
  readonly effects: readonly Effect[];
  readonly atMs: number;
  readonly doneMs: number;
}

/** A topology of test units on the engine under test, and what a test needs to look behind it. */
export interface TestDrill {
  readonly docker: Docker;
  readonly clock: Clock;
  readonly engine: Engine;
  /** The drill's id, by which everything it made is labelled. */
  readonly drill: string;
  readonly network: string;
  addressOf(unit: string): string;
  /** The container of a unit's processes, as it is now. */
  containerOf(unit: string): Promise<string>;
  /** The container whose network namespace is the unit's. */
  anchorOf(unit: string): Promise<string>;
  /** Makes an incident, whose targets are units, happen at the next whole second that leaves the engine its lead. @throws on an error in an effect. */
  strike(incident: Exclude<Incident, { kind: 'restore' | 'start' | 'runbook' }>): Promise<Broken>;
  /** @throws on an error in an effect. */
  cure(...broken: readonly Broken[]): Promise<void>;
  /** Cures what is still broken and removes every container that is not the engine's, so that the next test finds all well. */
  tidy(): Promise<void>;
  /** Removes everything, observers too; rejects when something is left. */
  close(): Promise<void>;
}

/** The roles of what the tests add to a drill. */
const STRANGERS = ['observer', 'plain'];

/** Raises a topology of these units; what a failed raise has made is removed. */
export async function raiseTestDrill(
  units: readonly TestUnit[],
  rest: Partial<Plan> = {},
  options: Partial<DockerOptions> = {},
): Promise<TestDrill> {
  const { docker } = await connect(dockerHost, false);
  const here = { clock: wallClock(), folder: IMAGES, host: dockerHost, allowRemote: false };
  const engine = await dockerEngine({ ...here, ...options });
  const { clock } = engine;
  const drill = `test-${randomUUID().slice(0, 8)}`;
  const close = () => closeDrill(docker, engine, drill);
  const open = new Set<Broken>();
  const cure = async (...broken: readonly Broken[]) => {
    for (const each of broken) open.delete(each);
    const effects = await engine.cure(
      broken.flatMap(({ steps }) => steps),
      clock.now(),
    );
    throwErrorsOf(effects);
  };
  try {
    const plan = { ...planOf(units), ...rest };
    await engine.raise({ plan, drill, tell: () => {}, signal: new AbortController().signal });
    const containers = () =>
      docker.listContainers({ all: true, filters: { label: [`${LABEL.drill}=${drill}`] } }).catch(() => []);
    const findBy = async (role: string, unit: string) => {
      const found = (await containers()).find(
        ({ Labels }) => Labels[LABEL.role] === role && Labels[LABEL.unit] === unit,
      );
      if (found === undefined) throw new Error(`${unit} has no ${role}`);
      return found.Id;
    };
    const addresses = new Map((await containers()).map(({ Labels }) => [Labels[LABEL.unit], Labels[LABEL.address]]));
    const [network] = await docker.listNetworks({ filters: { label: [`${LABEL.drill}=${drill}`] } });
    return {
      ...{ docker, clock, engine, drill, close },
      network: network?.Name ?? '',
      addressOf: (unit) => addresses.get(unit) ?? '',
      containerOf: (unit) => findBy('unit', unit),
      anchorOf: (unit) => findBy('anchor', unit),
      async strike(incident) {
        const recipe = recipeOf(incident);
        const deeds = recipe.deedsOf(incident, recipe.sidesOf(incident));
        const steps = deeds.map(({ unit, action }) => stepOf(unit, action));
        const atMs = nextSecondMs(clock, engine.leadMs(steps.length));
        const effects = await engine.perform(steps, atMs);
        const broken = { steps, effects, atMs, doneMs: clock.now() };
        open.add(broken);
        throwErrorsOf(effects);
        return broken;
      },
      cure,
      async tidy() {
        await cure(...open);
        await removeStrangers(docker, drill);
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The first instant on the clock, at least `leadMs` away, that is a whole second of the time of day. */
export function nextSecondMs(clock: Clock, leadMs: number): number {
  const earliestMs = clock.now() + leadMs;
  const epochMs = clock.epochOf(earliestMs);
  return earliestMs + Math.ceil(epochMs / 1000) * 1000 - epochMs;
}

/** A plan of these units in which this happens to every one: a kill, unless told otherwise, for which the engine must prepare. */
export function planOf(units: readonly TestUnit[], action: Action = { verb: 'kill' }): Plan {
  const steps = units.map(({ name }) => stepOf(name, action));
  return {
    ...{ name: 'test', about: '', begins: { date: null, ofDayMs: 0 }, durationMs: 60_000, network: null },
    sites: [...new Set(units.map(({ site }) => site))].map((name) => ({ name, addresses: null })),
    services: units.map(serviceOf),
    units: units.map(({ name, site }) => ({ name, service: name, site })),
    startWaves: [units.map(({ name }) => name)],
    ...{ probes: [], steady: { forMs: 1000, withinMs: 1000 }, objectives: [], moments: [], leaseMs: 30_000 },
    guard: { down: [], availability: [], bystanders: true },
    faults: [{ id: 'f0', title: 'crash', kind: 'crash', atMs: 0, steps }],
  };
}

function serviceOf(unit: TestUnit): Service {
  const { name, site, ...rest } = unit;
  return {
    ...{ name, build: 'peers', image: null, command: null, environment: {}, at: [{ site, count: 1 }], restart: 'no' },
    ...{ volumes: [], needs: [], ready: { kind: 'tcp', port: 9000, withinMs: 30_000 } },
    model: { bootMs: 0, noticeMs: 0, role: 'any', takeoverMs: 0, latencyMs: 0 },
    ...rest,
  };
}

let stepsMade = 0;
function stepOf(unit: string, action: Action): Step {
  stepsMade += 1;
  return { id: `s${stepsMade}`, fault: 'f0', unit, action };
}

function throwErrorsOf(effects: readonly Effect[]): void {
  const errors = effects.flatMap(({ step, error }) => (error === null ? [] : [`${step}: ${error}`]));
  if (errors.length > 0) throw new Error(errors.join('\n'));
}

async function closeDrill(docker: Docker, engine: Engine, drill: string): Promise<void> {
  await removeStrangers(docker, drill);
  const left = await engine.lower(() => {});
  if (left.length > 0) throw new Error(`left behind: ${left.join(', ')}`);
}

async function removeStrangers(docker: Docker, drill: string): Promise<void> {
  const found = await docker.listContainers({ all: true, filters: { label: [`${LABEL.drill}=${drill}`] } });
  const strangers = found.filter(({ Labels }) => STRANGERS.includes(Labels[LABEL.role] ?? ''));
  await Promise.all(strangers.map(({ Id }) => docker.getContainer(Id).remove({ force: true })));
}
