import type Docker from 'dockerode';
import type { Clock } from '../../clock.js';
import { type Plan, type Step, sparesOf } from '../../plan/plan.js';
import type { Probe } from '../../scenario/scenario.js';
import type { Book, Effect, Engine, Raise, Tell } from '../engine.js';
import { execute, whyUnable } from './ability.js';
import { lackOfRoom } from './addresses.js';
import { blameDocker } from './api.js';
import type { Topology } from './berth.js';
import { openBook } from './book.js';
import { makeBystanders } from './bystanders.js';
import { takeCensus } from './census.js';
import { runInside } from './commands.js';
import { type Connection, connect } from './connect.js';
import { examineKernel, lackOfFolders, lackOfImages, missingFor, removeForgotten } from './examine.js';
import { hole } from './failures.js';
import { type Faults, makeFaults } from './faults.js';
import { type Holds, type LeaseTrouble, makeHolds } from './holds.js';
import { type Following, followKernel, type Listener } from './kernel-clock.js';
import type { Reach } from './lines.js';
import { makeLock } from './lock.js';
import { lookOnce, openPools } from './looks.js';
import { whenReady } from './ready.js';
import { adoptTopology, type DrillOnEngine, listDrills, lowerPatiently } from './remains.js';
import { tellTroubles } from './resilient.js';
import { lackOfSecrets, openSecrets, type SecretSource, type Secrets } from './secrets.js';
import { EVERY_SILENCING, type Silencing } from './silence.js';
import { openStamps } from './stamps.js';
import { type SteeredClock, steeredClock } from './steered-clock.js';
import { ensureImages, raiseTopology } from './topology.js';

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
  /** Images are built also where one of the same content is there. */
  readonly rebuild?: boolean;
  /** Where the values of a scenario's secrets come from; without it there are none. */
  readonly secretOf?: SecretSource;
  /** The ways to have a unit forget its connections in the dark, for tests of those that are seldom needed. */
  readonly silencing?: Silencing;
}

const LONGEST_ERROR = 80;

/** What one drill has on this engine, once it is raised. */
interface Raised {
  readonly topology: Topology;
  readonly faults: Faults;
  readonly holds: Holds;
  /** null: the engine's clock could not be asked. */
  readonly following: Following | null;
}

/** The Docker engine, with what only it can have: drills of other runners. */
export interface DockerEngine extends Engine {
  /** The clock on which all its instants are: it goes as the engine's kernel's, and has its time of day, once a topology stands. */
  readonly clock: Clock;
  /** Every drill that has something here, running or not. */
  drills(): Promise<DrillOnEngine[]>;
  /** Removes what is left of looks into the kernel whose makers died; @throws when the engine does not answer. */
  tidy(): Promise<void>;
}

/** The engine that drills real containers. @throws EnvironmentError when no engine answers, or it is remote and not allowed. */
export async function dockerEngine(options: DockerOptions): Promise<DockerEngine> {
  const clock = steeredClock(options.clock);
  const { folder, rebuild = false, secretOf = () => undefined } = options;
  const { docker, version, host, troubles, touches } = await connectOn(clock, options);
  let drill: string | null = null;
  let raised: Raised | null = null;
  let secrets: Secrets | null = null;
  const pools = openPools();
  const lock = makeLock(docker, clock);
  const bystanders = makeBystanders(docker, clock, touches, () => (raised === null ? null : drill));
  const reach = reachIn(docker, clock, () => raised?.topology ?? null);

  return {
    name: `docker ${version}`,
    clock,
    measured: true,
    host,
    leadMs: (steps) => 2000 + 100 * steps,
    examine: (plan) => examine(docker, clock, plan, folder, secretOf),
    fetch: async (wanted) => void (await blameDocker(ensureImages(docker, wanted, folder, rebuild))),
    async raise(raise) {
      secrets = openSecrets(raise.plan, secretOf);
      drill = raise.drill;
      const plan = { ...raise.plan, services: secrets.services };
      if (rebuild) await blameDocker(ensureImages(docker, raise, folder, true));
      const raising = raiseTopology(docker, clock, folder, { ...raise, plan }, lock);
      const topology = await blameDocker(raising).catch(lock.explain);
      raised = await takeUp(docker, clock, topology, plan, raise, options.silencing);
    },
    async adopt(id, plan) {
      drill = id;
      if (plan === null) return false;
      const topology = await blameDocker(adoptTopology(docker, id, plan));
      if (topology !== null) raised = await takeUp(docker, clock, topology, plan, null);
      return topology !== null;
    },
    census(of) {
      const [own, topology] = of === 'bystanders' ? [null, null] : [drill, raised?.topology ?? null];
      return blameDocker(takeCensus(docker, clock, own, topology, bystanders));
    },
    ...{ watchBystanders: bystanders.watch, hasTouched: bystanders.hasTouched },
    ...{ drills: () => blameDocker(listDrills(docker)), tidy: () => blameDocker(removeForgotten(docker, clock)) },
    perform: async (steps, atMs, tell) => raised?.faults.perform(steps, atMs, tell) ?? failAll(clock, steps, tell),
    cure: async (steps, atMs, tell) => raised?.faults.cure(steps, atMs, tell) ?? failAll(clock, steps, tell),
    async read(probe, count, deadlineMs) {
      const berth = raised === null ? undefined : findBerth(raised.topology, probe.ask.host);
      if (berth === undefined) return hole(`no unit ${probe.ask.host}`);
      const asked = secrets === null ? probe : { ...probe, ask: secrets.fill(probe.ask) };
      return inWords(await lookOnce(docker, clock, berth, asked, count, deadlineMs, pools.agentOf(probe)), secrets);
    },
    whenReady: (unit, sinceMs, signal) => whenReady(docker, clock, raised?.topology.berths.get(unit), sinceMs, signal),
    openBook: (probe) => bookOf(probe, clock, reach, secrets),
    whyUnable: async (name) => (raised === null ? 'no topology stands' : whyUnable({ docker, clock, ...raised }, name)),
    async execute(unit, command, deadlineMs) {
      const hide = (text: string) => secrets?.redact(text) ?? text;
      return execute(raised && { docker, clock, ...raised }, unit, command, deadlineMs, hide);
    },
    async lower(tell) {
      pools.close();
      raised?.holds.stop();
      raised?.following?.stop();
      raised = null;
      const left = drill === null ? [] : await lowerPatiently(docker, clock, drill, tell);
      lock.release();
      tellTroubles(troubles, tell);
      return left;
    },
  };
}

/** Until the kernel is asked, the engine's word for its time of day has to do. */
async function connectOn(clock: SteeredClock, { host, allowRemote }: DockerOptions): Promise<Connection> {
  const connection = await connect(host, allowRemote, clock);
  clock.presume(connection.aheadMs);
  return connection;
}

async function examine(docker: Docker, clock: Clock, plan: Plan, folder: string, secretOf: SecretSource) {
  const images = [...lackOfImages(plan), ...(await lackOfFolders(plan, folder))];
  const lack = [...images, ...lackOfRoom(plan), ...lackOfSecrets(plan, secretOf)];
  return lack.length > 0 ? lack : missingFor(plan, await blameDocker(examineKernel(docker, clock)));
}

/** With nobody to tell of the clocks, what is to be cured is cured by whatever clock there is. @throws EnvironmentError */
async function takeUp(
  docker: Docker,
  clock: SteeredClock,
  topology: Topology,
  plan: Plan,
  raise: Raise | null,
  silencing: Silencing = EVERY_SILENCING,
): Promise<Raised> {
  const trouble: LeaseTrouble = (what, state, detail) => raise?.tell({ what, state, detail });
  const holds = makeHolds(docker, clock, topology, plan.leaseMs, trouble);
  const anchorOf = () => topology.hand ?? [...topology.berths.values()][0]?.anchor ?? '';
  const open = (wake: () => void) => openStamps(docker, clock.raw, anchorOf, wake);
  const tell: Listener['tell'] = (news) => raise?.tellClocks?.(news);
  const listener = { set: (byMs: number) => holds.rearm(byMs), tell };
  const following = await followKernel(clock, open, listener).catch((error) => {
    if (raise === null) return null;
    holds.stop();
    throw error;
  });
  const options = { laid: sparesOf(plan), isAdopted: raise === null, silencing };
  return { topology, holds, following, faults: makeFaults(docker, clock, topology, holds, options) };
}

function failAll(clock: Clock, steps: readonly Step[], tell?: Tell): Effect[] {
  const nowMs = clock.now();
  const effects = steps.map(({ id }) => ({ step: id, fromMs: nowMs, toMs: nowMs, error: 'no topology stands' }));
  for (const effect of effects) tell?.(effect);
  return effects;
}

/** The way to the units of whatever topology stands by then. */
function reachIn(docker: Docker, clock: Clock, topology: () => Topology | null): Reach {
  const berthOf = (host: string) => {
    const stands = topology();
    const berth = stands === null ? undefined : findBerth(stands, host);
    if (berth === undefined) throw new Error(`no unit ${host}`);
    return berth;
  };
  return {
    addressOf: (host) => berthOf(host).address,
    runIn: async (host, command, running) => runInside(docker, clock, berthOf(host).container, command, running),
  };
}

/** A book that asks with the secrets filled in, and whose answers are put into words as those of looks are. */
function bookOf(probe: Probe, clock: Clock, reach: Reach, secrets: Secrets | null): Book {
  const book = openBook(clock, reach, secrets?.fill(probe.ask) ?? probe.ask, probe.ledger);
  return {
    write: async (number, deadlineMs) => inWords(await book.write(number, deadlineMs), secrets),
    list: async (place, since, deadlineMs) => inWords(await book.list(place, since, deadlineMs), secrets),
    close: book.close,
  };
}

/** Cut only when no secret is in it any more, or the part that is left would not be known for one. */
function inWords<Answer extends { readonly error: string | null }>(answer: Answer, secrets: Secrets | null): Answer {
  const { error } = answer;
  return error === null ? answer : { ...answer, error: (secrets?.redact(error) ?? error).slice(0, LONGEST_ERROR) };
}

function findBerth(topology: Topology, name: string) {
  const unit = topology.berths.get(name);
  if (unit !== undefined) return unit;
  return [...topology.berths.values()].find((berth) => berth.unit.service === name);
}
