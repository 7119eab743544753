import type Docker from 'dockerode';
import type { Clock } from '../../clock.js';
import { type Census, RULES } from '../engine.js';
import { forEachOf, LABEL, sentenceOf, statusOf } from './api.js';
import type { Topology } from './berth.js';
import { WHOLE } from './bounds.js';
import type { Bystanders } from './bystanders.js';
import { runInside } from './commands.js';

const WIDTH = 6;
const LOOKS = 4;
const END = 'firedrill-end';

/** What stands on the engine but for other drills' things; see the port. The bystanders are told of whatever no drill made. */
export async function takeCensus(
  docker: Docker,
  clock: Clock,
  drill: string | null,
  topology: Topology | null,
  { meet }: Pick<Bystanders, 'meet'>,
): Promise<Census> {
  const census: Record<string, string> = {};
  const isOurs = (labels: Record<string, string> | undefined | null) => {
    const owner = labels?.[LABEL.drill];
    return labels?.[LABEL.role] !== 'examination' && (owner === undefined || owner === drill);
  };
  const [containers, networks, volumes] = await Promise.all([
    docker.listContainers({ all: true }),
    docker.listNetworks(),
    docker.listVolumes(),
  ]);
  const counted = containers.filter((container) => isOurs(container.Labels));
  await forEachOf(counted, WIDTH, async ({ Id, Names }) => {
    const thing = `container ${Names[0]?.replace(/^\//, '') ?? Id}`;
    const facts = await containerFacts(docker, Id, (seen) => meet(thing, Id, seen));
    if (facts !== null) census[thing] = facts;
  });
  for (const network of networks.filter((one) => isOurs(one.Labels))) {
    const subnets = (network.IPAM?.Config ?? []).map((config) => config.Subnet);
    census[`network ${network.Name}`] = [network.Driver, ...subnets].join(' ');
    if (network.Labels?.[LABEL.drill] === undefined) meet(`network ${network.Name}`, network.Id);
  }
  for (const volume of (volumes.Volumes ?? []).filter((one) => isOurs(one.Labels))) {
    census[`volume ${volume.Name}`] = volume.Driver;
    if (volume.Labels?.[LABEL.drill] === undefined) meet(`volume ${volume.Name}`, volume.Name);
  }
  if (topology !== null) {
    await forEachOf([...topology.berths.values()], WIDTH, async ({ unit, anchor }) => {
      census[`${RULES}${unit.name}`] = await rulesAndQueues(docker, clock, anchor).catch((error: unknown) => {
        // An anchor that is gone, or does not run, has no rules, and says nothing against the rest.
        if (![404, 409].includes(statusOf(error))) throw error;
        return `not there any more, nor is its anchor as it was: ${sentenceOf(error).replaceAll(anchor, `the anchor of ${unit.name}`)}`;
      });
    });
    const { relay } = topology;
    if (relay !== null) census[`${RULES}the relay`] = await rulesAndQueues(docker, clock, relay.container);
  }
  return census;
}

async function rulesAndQueues(docker: Docker, clock: Clock, anchor: string): Promise<string> {
  const look = [
    'sh',
    '-c',
    `nft list tables; tc qdisc show dev eth0; tc class show dev eth0; ip rule show; echo ${END}`,
  ];
  for (let left = LOOKS - 1; ; left -= 1) {
    const { output } = await runInside(docker, clock, anchor, look, { again: true, keep: WHOLE });
    const lines = output.trim().split(/\s*\n\s*/);
    // A connection that was cut between two lines looks like one that ended: half of the rules would pass for all.
    if (lines.pop() === END) return lines.join(' | ');
    if (left === 0) throw new Error('what the kernel holds could not be heard to its end');
  }
}

async function containerFacts(
  docker: Docker,
  id: string,
  see: (facts: Docker.ContainerInspectInfo) => void,
): Promise<string | null> {
  try {
    const facts = await docker.getContainer(id).inspect();
    const { State, HostConfig, Config, RestartCount, NetworkSettings } = facts;
    // What is being removed is as good as gone, whoever does it; and a build's steps come and go.
    if ((State.Status as string) === 'removing' || isBuildStep(Config, HostConfig)) return null;
    if (Config.Labels?.[LABEL.drill] === undefined) see(facts);
    const { Name, MaximumRetryCount } = HostConfig.RestartPolicy ?? { Name: 'no', MaximumRetryCount: 0 };
    const addresses = Object.values(NetworkSettings.Networks ?? {}).map((network) => network.IPAddress);
    // A unit's own restarts are what a drill is for; a bystander's are not.
    const history =
      Config.Labels?.[LABEL.drill] === undefined ? `, started ${State.StartedAt}, restarts ${RestartCount}` : '';
    // Whether a spare runs by then is what its drill is about.
    const status = Config.Labels?.[LABEL.spare] !== 'true' ? State.Status : 'a spare';
    return `${status}, restart ${Name || 'no'}:${MaximumRetryCount ?? 0}, ${addresses.join(' ') || 'no address'}${history}`;
  } catch (error) {
    // It went away between the list and the look, as a short-lived container may.
    if (statusOf(error) === 404) return null;
    throw error;
  }
}

/**
 * Whether a container is a step of an image that is being built: Docker makes it from an image without a name and with no
 * output of its own, has it run a shell, and removes it when the step is done.
 */
function isBuildStep(
  { Image, Cmd, AttachStdout }: Docker.ContainerInspectInfo['Config'],
  { RestartPolicy }: Docker.ContainerInspectInfo['HostConfig'],
): boolean {
  const shell = Cmd?.[0] === '/bin/sh' && Cmd[1] === '-c';
  const kept = (RestartPolicy?.Name ?? '') !== '' && RestartPolicy?.Name !== 'no';
  return /^sha256:[0-9a-f]{64}$/.test(Image) && shell && !AttachStdout && !kept;
}
