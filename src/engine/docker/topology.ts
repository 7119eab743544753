import type Docker from 'dockerode';
import type { Clock } from '../../clock.js';
import { EnvironmentError } from '../../errors.js';
import { type Plan, takesAway, type Unit } from '../../plan/plan.js';
import type { Service } from '../../scenario/scenario.js';
import type { Raise } from '../engine.js';
import { type AddressPlan, freeNetworks, planAddresses } from './addresses.js';
import { forEachOf, HELPERS, LABEL, sentenceOf, statusOf } from './api.js';
import type { Berth, Owner, Topology } from './berth.js';
import { mayPass } from './calls.js';
import { ANCHOR_IMAGE, ensureAnchorImage, ensureImage } from './images.js';
import type { Lock } from './lock.js';
import { waitUntilReady } from './ready.js';

const WIDTH = 6;

/**
 * Makes network, anchors and units in the order of needs, each ready before the next wave starts, once `lock` is taken
 * for the scenario. @throws EnvironmentError
 */
export async function raiseTopology(
  docker: Docker,
  clock: Clock,
  folder: string,
  raise: Raise,
  lock: Lock,
): Promise<Topology> {
  const { plan, tell } = raise;
  const owner: Owner = { drill: raise.drill, labels: raise.labels ?? {} };
  const checkpoint = () => raise.signal.throwIfAborted();
  await ensureAnchorImage(docker, (detail) => tell({ what: ANCHOR_IMAGE, state: 'building', detail }), raise.signal);
  await lock.take(plan.name, labelsOf(owner, 'lock'));
  const images = await ensureImages(docker, raise, folder, false);
  const addresses = await createNetwork(docker, plan, owner);
  tell({ what: 'network', state: 'ready', detail: addresses.network });
  const hand = plan.faults.some(({ steps }) => steps.some(takesAway)) ? await createHand(docker, owner) : null;
  const relay = addresses.relay === null ? null : await createRelay(docker, owner, addresses.relay);
  const services = new Map(plan.services.map((service) => [service.name, service]));
  const berths = new Map<string, Berth>();
  await forEachOf(plan.units, WIDTH, async (unit) => {
    checkpoint();
    const service = services.get(unit.service) as Service;
    const image = images.get(unit.service) as string;
    const address = addresses.addressOf.get(unit.name) as string;
    const anchor = await createAnchor(docker, owner, unit, addresses);
    const container = await createUnit(docker, { unit, service, address, anchor, image, container: '' }, owner);
    berths.set(unit.name, { unit, service, address, anchor, image, container });
  });
  for (const wave of plan.startWaves) {
    const starting = plan.units.filter((unit) => wave.includes(unit.service) && unit.spare !== true);
    await forEachOf(starting, starting.length, async (unit) => {
      checkpoint();
      const berth = berths.get(unit.name) as Berth;
      tell({ what: unit.name, state: 'starting', detail: berth.address });
      await startUnit(docker, berth);
      await waitUntilReady(docker, clock, berth, raise.signal);
      tell({ what: unit.name, state: 'ready', detail: '' });
    });
  }
  await refuseFallen(docker, owner);
  return { ...owner, berths, hand, relay, addressOf: (unit) => addresses.addressOf.get(unit) ?? '0.0.0.0' };
}

/** The image of each service, built or pulled where it is not there, or built anyway. @throws EnvironmentError when one cannot be had. */
export async function ensureImages(
  docker: Docker,
  { plan, signal, tell }: Pick<Raise, 'plan' | 'signal' | 'tell'>,
  folder: string,
  rebuild: boolean,
): Promise<Map<string, string>> {
  const images = new Map<string, string>();
  const bySource = new Map<string, string>();
  for (const service of plan.services) {
    signal.throwIfAborted();
    const source = service.build ?? service.image ?? '';
    const known = bySource.get(source);
    const image =
      known ??
      (await ensureImage(docker, service, folder, {
        tell: (detail) => tell({ what: source, state: 'building', detail }),
        signal,
        rebuild,
      }));
    if (known === undefined) tell({ what: source, state: 'built', detail: image });
    bySource.set(source, image);
    images.set(service.name, image);
  }
  return images;
}

async function createNetwork(docker: Docker, plan: Plan, owner: Owner): Promise<AddressPlan> {
  const { drill } = owner;
  const existing = await docker.listNetworks();
  const taken = existing.flatMap((network) => (network.IPAM?.Config ?? []).map((config) => config.Subnet ?? ''));
  const start = [...drill].reduce((sum, letter) => sum + letter.charCodeAt(0) * 7, 0);
  const candidates = plan.network === null ? freeNetworks(taken, start) : [plan.network];
  let refusal: unknown = new Error('every candidate is taken');
  for (const candidate of candidates.slice(0, 12)) {
    const addresses = planAddresses(plan, candidate);
    try {
      await docker.createNetwork({
        Name: networkName(drill),
        Driver: 'bridge',
        CheckDuplicate: true,
        Labels: labelsOf(owner, 'network'),
        IPAM: { Driver: 'default', Config: [{ Subnet: addresses.network, Gateway: addresses.gateway }] },
      });
      return addresses;
    } catch (error) {
      refusal = error;
      // A silent engine will not say more about another range.
      if (statusOf(error) === 0) break;
    }
  }
  throw new EnvironmentError(
    `the drill's network cannot be made: ${sentenceOf(refusal)}`,
    'Free the range with `docker network prune`, or write another `network:` into the scenario.',
    refusal,
  );
}

function networkName(drill: string): string {
  return `firedrill-${drill}`;
}

async function createAnchor(docker: Docker, owner: Owner, unit: Unit, addresses: AddressPlan): Promise<string> {
  const { drill } = owner;
  const address = addresses.addressOf.get(unit.name) as string;
  const container = await docker.createContainer({
    name: `firedrill-${drill}-${unit.name}-anchor`,
    Image: ANCHOR_IMAGE,
    Cmd: ['sleep', 'infinity'],
    // The first process of a container hears no SIGTERM that it did not ask for: nobody is to wait for that.
    StopSignal: 'SIGKILL',
    Hostname: unit.name,
    Labels: labelsOf(owner, 'anchor', unit, address),
    HostConfig: {
      NetworkMode: networkName(drill),
      CapDrop: ['ALL'],
      CapAdd: ['NET_ADMIN'],
      // Names resolve to fixed addresses from a file, so that no death of a unit can take its name away.
      ExtraHosts: [...addresses.addressOf].map(([name, address]) => `${name}:${address}`),
      RestartPolicy: { Name: 'no' },
    },
    NetworkingConfig: {
      EndpointsConfig: {
        [networkName(drill)]: {
          IPAMConfig: { IPv4Address: address },
          Aliases: [unit.name, unit.service],
        },
      },
    },
  });
  await container.start();
  return container.id;
}

/** Makes the container of a unit's processes inside its anchor's network; its volumes belong to it and the drill. */
export async function createUnit(docker: Docker, berth: Berth, owner: Owner): Promise<string> {
  const { drill } = owner;
  const { unit, service } = berth;
  const volumes = service.volumes.map((path, index) => ({ name: `firedrill-${drill}-${unit.name}-${index}`, path }));
  for (const volume of volumes) {
    await docker.createVolume({ Name: volume.name, Labels: labelsOf(owner, 'volume', unit, berth.address) });
  }
  const environment = {
    ...service.environment,
    FIREDRILL_UNIT: unit.name,
    FIREDRILL_SERVICE: unit.service,
    FIREDRILL_SITE: unit.site ?? 'outside',
  };
  const container = await docker.createContainer({
    name: `firedrill-${drill}-${unit.name}`,
    Image: berth.image,
    ...(service.command === null ? {} : { Cmd: [...service.command] }),
    Env: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
    Labels: labelsOf(owner, 'unit', unit, berth.address),
    HostConfig: {
      NetworkMode: `container:${berth.anchor}`,
      RestartPolicy: { Name: service.restart },
      ...limitsOf(service),
      Mounts: volumes.map(({ name, path }) => ({ Type: 'volume', Source: name, Target: path })),
    },
  });
  return container.id;
}

/** Swap is part of the limit: memory that is slow is not what the author limited. */
function limitsOf({ limits }: Service): { NanoCpus?: number; Memory?: number; MemorySwap?: number } {
  const { cpu = null, memoryBytes = null } = limits ?? {};
  return {
    ...(cpu === null ? {} : { NanoCpus: Math.round(cpu * 1e9) }),
    ...(memoryBytes === null ? {} : { Memory: memoryBytes, MemorySwap: memoryBytes }),
  };
}

/**
 * It must act in time however busy the engine is: so it may go before others, and has its share of the processor beside
 * all containers together and not as one of them, where the engine lets it.
 */
async function createHand(docker: Docker, owner: Owner): Promise<string> {
  const name = `firedrill-${owner.drill}-hand`;
  const create = (host: Docker.HostConfig) =>
    docker.createContainer({
      ...{ name, Image: ANCHOR_IMAGE, Cmd: ['sleep', 'infinity'], StopSignal: 'SIGKILL' },
      Labels: labelsOf(owner, 'hand'),
      HostConfig: {
        ...{ NetworkMode: 'none', PidMode: 'host', CapDrop: ['ALL'], CapAdd: ['KILL', 'SYS_NICE'] },
        ...{ CpuShares: MOST_SHARES, ...host },
      },
    });
  const { CgroupDriver } = (await docker.info()) as { CgroupDriver?: string };
  const root = CgroupDriver === 'systemd' ? '-.slice' : '/';
  const container = await create({ CgroupParent: root });
  try {
    await container.start();
    return container.id;
  } catch {
    await container.remove({ force: true });
    const plain = await create({});
    await plain.start();
    return plain.id;
  }
}

/** The most that a container can be given. */
const MOST_SHARES = 262_144;

async function createRelay(docker: Docker, owner: Owner, address: string): Promise<Topology['relay']> {
  const network = networkName(owner.drill);
  const container = await docker.createContainer({
    name: `firedrill-${owner.drill}-relay`,
    Image: ANCHOR_IMAGE,
    Cmd: ['sleep', 'infinity'],
    Labels: { ...labelsOf(owner, 'relay'), [LABEL.address]: address },
    HostConfig: {
      NetworkMode: network,
      CapDrop: ['ALL'],
      CapAdd: ['NET_ADMIN'],
      // Of its own namespace: the host's is not touched.
      Sysctls: { 'net.ipv4.ip_forward': '1' },
      RestartPolicy: { Name: 'no' },
    },
    NetworkingConfig: { EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: address } } } },
  });
  await container.start();
  return { container: container.id, address };
}

async function startUnit(docker: Docker, berth: Berth): Promise<void> {
  try {
    await docker.getContainer(berth.container).start();
  } catch (error) {
    // What Docker could not do is not what the author wrote.
    const isItsFault = statusOf(error) === 0 || mayPass(statusOf(error), sentenceOf(error));
    throw new EnvironmentError(
      `unit ${berth.unit.name} cannot be started: ${sentenceOf(error)}`,
      isItsFault
        ? 'See whether Docker is well (`docker info`, and its log), then run the drill again.'
        : 'Check the `command:` of its service.',
      error,
    );
  }
}

/** A helper that somebody ended or paused while units came up would make half of a fault, much later. */
async function refuseFallen(docker: Docker, { drill }: Owner): Promise<void> {
  const all = await docker.listContainers({ all: true, filters: { label: [`${LABEL.drill}=${drill}`] } });
  const fallen = all.find(({ Labels, State }) => HELPERS.includes(Labels[LABEL.role] ?? '') && State !== 'running');
  if (fallen === undefined) return;
  throw new EnvironmentError(
    `${fallen.Names[0]?.slice(1)}, by which firedrill acts, is ${fallen.State}, and firedrill has not done that`,
    'Run the drill again, and let nobody end or pause containers whose names begin with `firedrill-`.',
  );
}

function labelsOf({ drill, labels }: Owner, role: string, unit?: Unit, address = ''): Record<string, string> {
  const own = { ...labels, [LABEL.drill]: drill, [LABEL.role]: role };
  if (unit === undefined) return own;
  const { name, service, site } = unit;
  const where = {
    [LABEL.unit]: name,
    [LABEL.service]: service,
    [LABEL.site]: site ?? 'outside',
    [LABEL.address]: address,
    [LABEL.spare]: String(unit.spare === true),
  };
  return { ...own, ...where };
}
