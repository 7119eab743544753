import type { Clock } from '../../clock.js';
import type { Plan, Step } from '../../plan/plan.js';
import type { Effect, Engine } from '../engine.js';
import { lackOfRoom } from './addresses.js';
import { blameDocker } from './api.js';
import type { Topology } from './berth.js';
import { takeCensus } from './census.js';
import { connect } from './connect.js';
import { examineKernel, lackOfImages, missingFor } from './examine.js';
import { type Faults, makeFaults } from './faults.js';
import { type Holds, makeHolds } from './holds.js';
import { lookOnce, openPools } from './looks.js';
import { adoptTopology, type DrillOnEngine, listDrills, lowerPatiently } from './remains.js';
import { tellTroubles } from './resilient.js';
import { lackOfSecrets, openSecrets, type SecretSource, type Secrets } from './secrets.js';
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
  /** Where the values of a scenario's secrets come from; without it there are none. */
  readonly secretOf?: SecretSource;
}

const LONGEST_ERROR = 80;

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
  const { clock, folder, secretOf = () => undefined } = options;
  const { docker, version, host, troubles } = await connect(options.host, options.allowRemote, clock);
  let drill: string | null = null;
  let raised: Raised | null = null;
  let secrets: Secrets | null = null;
  const pools = openPools();

  return {
    name: `docker ${version}`,
    measured: true,
    host,
    leadMs: (steps) => 2000 + 100 * steps,
    async examine(plan) {
      const lack = [...lackOfImages(plan), ...lackOfRoom(plan), ...lackOfSecrets(plan, secretOf)];
      return lack.length > 0 ? lack : missingFor(plan, await blameDocker(examineKernel(docker, clock)));
    },
    async raise(raise) {
      secrets = openSecrets(raise.plan, secretOf);
      drill = raise.drill;
      const plan = { ...raise.plan, services: secrets.services };
      take(await blameDocker(raiseTopology(docker, clock, folder, { ...raise, plan })), plan, (unit, why) =>
        raise.tell({ what: unit, state: 'failed', detail: `its lease was not renewed: ${why}` }),
      );
    },
    async adopt(id, plan) {
      drill = id;
      if (plan === null) return false;
      const topology = await blameDocker(adoptTopology(docker, id, plan));
      if (topology !== null) take(topology, plan, () => {});
      return topology !== null;
    },
    census(of) {
      const [own, topology] = of === 'bystanders' ? [null, null] : [drill, raised?.topology ?? null];
      return blameDocker(takeCensus(docker, clock, own, topology));
    },
    drills: () => blameDocker(listDrills(docker)),
    perform: async (steps, atMs) => raised?.faults.perform(steps, atMs) ?? failAll(steps),
    cure: async (steps, atMs) => raised?.faults.cure(steps, atMs) ?? failAll(steps),
    async read(probe, count, deadlineMs) {
      const berth = raised === null ? undefined : findBerth(raised.topology, probe.ask.host);
      if (berth === undefined) return { ok: false, error: `no unit ${probe.ask.host}` };
      const asked = secrets === null ? probe : { ...probe, ask: secrets.fill(probe.ask) };
      const { ok, error } = await lookOnce(docker, clock, berth, asked, count, deadlineMs, pools.agentOf(probe));
      // Cut only when no secret is in it any more, or the part that is left would not be known for one.
      return { ok, error: error === null ? null : (secrets?.redact(error) ?? error).slice(0, LONGEST_ERROR) };
    },
    async lower(tell) {
      pools.close();
      raised?.holds.stop();
      raised = null;
      const left = drill === null ? [] : await lowerPatiently(docker, clock, drill, tell);
      tellTroubles(troubles, tell);
      return left;
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
