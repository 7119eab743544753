import type Docker from 'dockerode';
import type { Clock } from '../../clock.js';
import type { Plan } from '../../plan/plan.js';
import type { Progress } from '../engine.js';
import { forEachOf, LABEL, sentenceOf, statusOf } from './api.js';
import type { Berth, Topology } from './berth.js';
import { isLockHeld } from './lock.js';

const WIDTH = 6;

/** The topology of a drill as its labels tell it; null when no unit of it has both its containers. */
export async function adoptTopology(docker: Docker, drill: string, plan: Plan): Promise<Topology | null> {
  const filters = { label: [`${LABEL.drill}=${drill}`] };
  const containers = await docker.listContainers({ all: true, filters });
  const ofRole = (role: string, unit?: string) =>
    containers.find(({ Labels }) => Labels[LABEL.role] === role && (unit === undefined || Labels[LABEL.unit] === unit));
  const berths = new Map<string, Berth>();
  for (const unit of plan.units) {
    const [own, anchor] = [ofRole('unit', unit.name), ofRole('anchor', unit.name)];
    const service = plan.services.find((one) => one.name === unit.service);
    if (own === undefined || anchor === undefined || service === undefined) continue;
    const address = own.Labels[LABEL.address] ?? '';
    berths.set(unit.name, { unit, service, address, anchor: anchor.Id, container: own.Id, image: own.Image });
  }
  if (berths.size === 0) return null;
  const labels = Object.fromEntries(
    Object.entries(containers[0]?.Labels ?? {}).filter(([name]) => name.startsWith('firedrill.')),
  );
  const addressOf = (unit: string) => berths.get(unit)?.address ?? '0.0.0.0';
  const [hand, relay] = [ofRole('hand'), ofRole('relay')];
  const line = relay === undefined ? null : { container: relay.Id, address: relay.Labels[LABEL.address] ?? '' };
  return { drill, labels, berths, hand: hand?.Id ?? null, relay: line, addressOf };
}

/** A drill that has something on an engine, as its labels tell it. */
export interface DrillOnEngine {
  readonly drill: string;
  readonly labels: Readonly<Record<string, string>>;
  /** How many containers, networks and volumes. */
  readonly things: number;
  /** Whether a process that lives holds its lock; null when the engine cannot tell. */
  readonly held: boolean | null;
}

/** Every drill that has something on the engine, in the order of their ids. */
export async function listDrills(docker: Docker): Promise<DrillOnEngine[]> {
  const filters = { label: [LABEL.drill] };
  const [containers, networks, volumes] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
  ]);
  const drills = new Map<string, DrillOnEngine>();
  const all = [
    ...containers.map((one) => one.Labels),
    ...[...networks, ...(volumes.Volumes ?? [])].map((one) => one.Labels),
  ];
  for (const labels of all) {
    const drill = labels?.[LABEL.drill] ?? '';
    drills.set(drill, {
      drill,
      labels: { ...drills.get(drill)?.labels, ...labels },
      things: (drills.get(drill)?.things ?? 0) + 1,
      held: heldBy(containers.find(({ Labels }) => Labels[LABEL.drill] === drill && Labels[LABEL.role] === 'lock')),
    });
  }
  return [...drills.values()].sort((a, b) => (a.drill < b.drill ? -1 : 1));
}

function heldBy(lock: Docker.ContainerInfo | undefined): boolean | null {
  const [, code] = /^Exited \((\d+)\)/.exec(lock?.Status ?? '') ?? [];
  return lock === undefined ? null : isLockHeld(lock.State, Number(code ?? -1));
}

/** Docker is given so long to come back, and so many tries to let go of what it did not remove. */
const PATIENCE_MS = 60_000;
const TRIES = 4;
const PAUSE_MS = 1000;

/** Removes everything that carries the drill's label, also when the engine is away for a while; never rejects. */
export async function lowerPatiently(
  docker: Docker,
  clock: Clock,
  drill: string,
  tell: (progress: Progress) => void,
): Promise<string[]> {
  const untilMs = clock.now() + PATIENCE_MS;
  let answers = 0;
  for (;;) {
    try {
      const left = await lowerTopology(docker, drill, tell);
      answers += 1;
      if (left.length === 0 || answers === TRIES) return left;
    } catch (error) {
      if (clock.now() > untilMs) return [`everything with the label ${LABEL.drill}=${drill} (${sentenceOf(error)})`];
    }
    await clock.sleepUntil(clock.now() + PAUSE_MS);
  }
}

/**
 * Removes everything that carries the drill's label: containers, then networks, then volumes; returns the names of what
 * is left. Rejects only when the engine does not answer at all.
 */
async function lowerTopology(docker: Docker, drill: string, tell: (progress: Progress) => void): Promise<string[]> {
  const filters = { label: [`${LABEL.drill}=${drill}`] };
  const remove = removing();
  const containers = await docker.listContainers({ all: true, filters });
  const roles = new Set(containers.map(({ Labels }) => Labels[LABEL.role] ?? ''));
  // Units first, since they live in what others hold, and the lock last, which keeps a second drill out.
  for (const role of [...roles].sort((a, b) => orderOf(a) - orderOf(b))) {
    const ofRole = containers.filter((container) => (container.Labels[LABEL.role] ?? '') === role);
    await forEachOf(ofRole, WIDTH, async ({ Id, Labels }) => {
      await remove(() => docker.getContainer(Id).remove({ force: true, v: true }));
      if (role === 'unit') tell({ what: Labels[LABEL.unit] ?? Id, state: 'removed', detail: '' });
    });
  }
  for (const { Id } of await docker.listNetworks({ filters })) await remove(() => docker.getNetwork(Id).remove());
  for (const { Name } of (await docker.listVolumes({ filters })).Volumes ?? [])
    await remove(() => docker.getVolume(Name).remove());
  return leftOf(docker, drill);
}

function orderOf(role: string): number {
  return ({ unit: 0, lock: 2 } as Record<string, number>)[role] ?? 1;
}

/** Removes one thing after the other, whatever is refused; once the engine is silent it is not asked for the rest. */
function removing(): (removal: () => Promise<unknown>) => Promise<void> {
  let silence: unknown = null;
  return async (removal) => {
    if (silence !== null) throw silence;
    await removal().catch((error: unknown) => {
      if (statusOf(error) > 0) return;
      silence = error;
      throw error;
    });
  };
}

/** The names of everything that carries the drill's label. */
export async function leftOf(docker: Docker, drill: string): Promise<string[]> {
  const filters = { label: [`${LABEL.drill}=${drill}`] };
  const [containers, networks, volumes] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
  ]);
  return [
    ...containers.map((container) => `container ${container.Names[0]?.replace(/^\//, '') ?? container.Id}`),
    ...networks.map((network) => `network ${network.Name}`),
    ...(volumes.Volumes ?? []).map((volume) => `volume ${volume.Name}`),
  ];
}
