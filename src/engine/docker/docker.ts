import type { Clock } from '../../clock.js';
import type { Plan, Step } from '../../plan/plan.js';
import type { Effect, Engine } from '../engine.js';
import { lackOfRoom } from './addresses.js';
import { forEachOf } from './api.js';
import type { Topology } from './berth.js';
import { takeCensus } from './census.js';
import { connect } from './connect.js';
import { examineKernel, missingFor } from './examine.js';
import { type Faults, makeFaults } from './faults.js';
import { type Holds, makeHolds } from './holds.js';
import { lookOnce } from './looks.js';
import { adoptTopology, type DrillOnEngine, listDrills, lowerTopology } from './remains.js';
import { raiseTopology } from './topology.js';

export { hostFromEnvironment } from './connect.js';
export { type Check, examineHost } from './examine.js';
export type { DrillOnEngine } from './remains.js';

/** How to reach an engine and where a scenario's images are. */
export interface DockerOptions {
  readonly clock: Clock;
  /** The scenario's folder; `build:` is relative to it. */
  readonly folder: string;
  /** As in DOCKER_HOST; null: the local socket. */
  readonly host: string | null;
  readonly allowRemote: boolean;
}

/** What one drill has on this engine, once it is raised. */
interface Raised {
  readonly topology: Topology;
  readonly faults: Faults;
  readonly holds: Holds;
}

/** The Docker engine, with what only it can have: drills of other runners. */
export interface DockerEngine extends Engine {
  /** Every drill that has something here, running or not. */
  drills(): Promise<DrillOnEngine[]>;
}

/** The engine that drills real containers. @throws EnvironmentError when no engine answers, or it is remote and not allowed. */
export async function dockerEngine(options: DockerOptions): Promise<DockerEngine> {
  const { clock, folder } = options;
  const { docker, version, host } = await connect(options.host, options.allowRemote);
  let drill: string | null = null;
  let raised: Raised | null = null;

  return {
    name: `docker ${version}`,
    measured: true,
    host,
    leadMs: (steps) => 2000 + 100 * steps,
    examine: async (plan) => [...lackOfRoom(plan), ...missingFor(plan, await examineKernel(docker))],
    async raise(raise) {
      drill = raise.drill;
      take(await raiseTopology(docker, clock, folder, raise), raise.plan, (unit, why) =>
        raise.tell({ what: unit, state: 'failed', detail: `its lease was not renewed: ${why}` }),
      );
    },
    async adopt(id, plan) {
      drill = id;
      const topology = await adoptTopology(docker, id, plan);
      if (topology !== null) take(topology, plan, () => {});
      return topology !== null;
    },
    census: (of) =>
      of === 'bystanders' ? takeCensus(docker, null, null) : takeCensus(docker, drill, raised?.topology ?? null),
    drills: () => listDrills(docker),
    perform: async (steps, atMs) => raised?.faults.perform(steps, atMs) ?? failAll(steps),
    cure: async (steps, atMs) => raised?.faults.cure(steps, atMs) ?? failAll(steps),
    async read(probe, count, deadlineMs) {
      const berth = raised === null ? undefined : findBerth(raised.topology, probe.ask.host);
      if (berth === undefined) return { ok: false, error: `no unit ${probe.ask.host}` };
      return lookOnce(docker, clock, berth, probe, count, deadlineMs);
    },
    async lower(tell) {
      raised?.holds.stop();
      raised = null;
      if (drill === null) return [];
      const own = drill;
      return lowerTopology(docker, own, tell).catch(async (error) => {
        await forEachOf([1000, 3000], 1, (waitMs) => clock.sleepUntil(clock.now() + waitMs));
        return lowerTopology(docker, own, tell).catch(() => [
          `everything with the label firedrill.drill=${own} (${error})`,
        ]);
      });
    },
  };

  function take(topology: Topology, { leaseMs }: Plan, trouble: (unit: string, why: string) => void): void {
    const holds = makeHolds(docker, clock, topology, leaseMs, trouble);
    raised = { topology, holds, faults: makeFaults(docker, clock, topology, holds) };
  }

  function failAll(steps: readonly Step[]): Effect[] {
    const nowMs = clock.now();
    return steps.map(({ id }) => ({ step: id, fromMs: nowMs, toMs: nowMs, error: 'no topology stands' }));
  }
}

function findBerth(topology: Topology, name: string) {
  const unit = topology.berths.get(name);
  if (unit !== undefined) return unit;
  return [...topology.berths.values()].find((berth) => berth.unit.service === name);
}
