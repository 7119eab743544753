import type { Happening, Incident, Scenario, Service } from '../../src/scenario/scenario.js';

/** One happening as a test writes it: seconds after the beginning, and the incident. */
export interface Written {
  readonly atS: number;
  readonly incident: Incident;
  readonly name?: string;
  readonly forS?: number;
}

/** A scenario of ten minutes from 15:29 on; `services` are at the sites named here, each with one unit a site unless counted. */
export function buildScenario(
  timeline: readonly Written[],
  services: readonly Service[] = [buildService('db'), buildService('web', { needs: ['db'] })],
): Scenario {
  return {
    name: 'A drill',
    about: '',
    begins: { date: null, ofDayMs: (15 * 60 + 29) * 60_000 },
    durationMs: 600_000,
    settleMs: null,
    network: null,
    sites: ['pangyo', 'anyang', 'ansan'].map((name) => ({ name, addresses: null })),
    services,
    probes: [],
    steady: { forMs: 1000, withinMs: 60_000 },
    leaseMs: 30_000,
    guard: { down: [], availability: [], bystanders: true },
    objectives: [],
    references: [],
    timeline: timeline.map(buildHappening),
    locate: (path) => ({ file: 'drill.yaml', line: 10 + Number(path[1]), col: 5 }),
  };
}

/** A service with a unit at each of the three sites. */
export function buildService(name: string, rest: Partial<Service> = {}): Service {
  return {
    name,
    build: null,
    image: 'debian:bookworm-slim',
    command: null,
    environment: {},
    at: ['pangyo', 'anyang', 'ansan'].map((site) => ({ site, count: 1 })),
    restart: 'no',
    volumes: [],
    needs: [],
    ready: null,
    model: { bootMs: 1000, noticeMs: 1000, role: 'any', takeoverMs: 1000, latencyMs: 1 },
    ...rest,
  };
}

/** Power loss of these targets. */
export function powerLoss(...targets: string[]): Incident {
  return { kind: 'power-loss', targets, volumes: 'kept' };
}

/** A partition into these groups. */
export function partition(...groups: string[][]): Incident {
  return { kind: 'partition', groups, oneWay: false };
}

/** A link of 80 ms between two sides. */
export function link(one: readonly string[], other: readonly string[]): Incident {
  return { kind: 'link', between: [one, other], latencyMs: 80, jitterMs: 0, loss: 0.02, bandwidthBps: null };
}

/** A restore of these targets, all at once. */
export function restore(...targets: string[]): Incident {
  return { kind: 'restore', targets, waves: null, everyMs: 0 };
}

/** A restore in waves, ten seconds apart. */
export function restoreInWaves(targets: string[], waves: string[][]): Incident {
  return { kind: 'restore', targets, waves, everyMs: 10_000 };
}

function buildHappening({ atS, incident, name = '', forS }: Written, index: number): Happening {
  return { atMs: atS * 1000, name: name || null, forMs: forS === undefined ? null : forS * 1000, incident, index };
}
