import { randomUUID } from 'node:crypto';
import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type Docker from 'dockerode';
import { type Clock, wallClock } from '../../clock.js';
import type { Plan } from '../../plan/plan.js';
import { formatDuration } from '../../scenario/scenario.js';
import { LABEL, sentenceOf, statusOf } from './api.js';
import { WHOLE } from './bounds.js';
import { runInside } from './commands.js';
import { type Connection, connect } from './connect.js';
import { ANCHOR_IMAGE, ensureAnchorImage } from './images.js';
import { compareClocks } from './kernel-clock.js';
import { openStamps } from './stamps.js';
import { type SteeredClock, steeredClock } from './steered-clock.js';

/** One thing that a drill may need of this machine. */
export interface Check {
  readonly what: string;
  readonly ok: boolean;
  /** What was found, in a few words. */
  readonly found: string;
  /** What to do when it is not ok, as one sentence; what is lost without it. */
  readonly remedy: string;
}

/** What the kernel under the containers can do. */
export interface Kernel {
  /** nftables with `meta time` and `numgen`, and with chains that send a packet another way. */
  readonly nft: boolean;
  readonly htb: boolean;
  /** Routes that depend on a packet's mark. */
  readonly routes: boolean;
  readonly netem: boolean;
  /** It destroys sockets that are told to go (`ss -K`). */
  readonly destroy: boolean;
}

/**
 * Each command leaves a mark when the kernel took it; they run in a container with no network, as often as need be. The sockets come
 * last and after the rules are gone, which send every packet to nowhere.
 */
const KERNEL_TEST = `
nft 'add table inet t; add chain inet t c { type filter hook output priority 0 ; }; add rule inet t c meta time < 2000000000 numgen random mod 100 < 1 meta priority set 1:10 drop; add chain inet t r { type route hook output priority 0 ; }; add rule inet t r ip daddr set 127.66.66.66 accept' && echo has-nft
ip rule add fwmark 7 lookup 7 && echo has-routes
ip link add name d0 type dummy 2>/dev/null; ip link show d0 >/dev/null 2>&1 && dev=d0 || dev=lo
tc qdisc del dev $dev root 2>/dev/null
tc qdisc add dev $dev root handle 1: htb default 0 && tc class add dev $dev parent 1: classid 1:10 htb rate 1mbit && echo has-htb
tc qdisc add dev $dev parent 1:10 handle 10: netem delay 1ms && echo has-netem
tc qdisc del dev $dev root 2>/dev/null
nft delete table inet t 2>/dev/null
perl -MIO::Socket::INET -e '$l = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1") or exit;
$c = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $l->sockport) or exit;
system "ss -K -a -t >/dev/null 2>&1"; print "has-destroy\n" if qx(ss -H -a -n -t) eq ""'
true`;

/** One that was made and not started by then belongs to nobody who lives. */
const FORGOTTEN_MS = 3_600_000;
const GONE = /no such container|no container with/i;

/**
 * Asks the kernel in a container of its own that is gone afterwards; one that nobody was left to remove ends by itself, soon, and
 * goes with the next one. @throws EnvironmentError when the anchor's image cannot be made.
 */
export function examineKernel(docker: Docker, clock: Clock): Promise<Kernel> {
  return inExamination(docker, clock, async (container) => {
    const { output } = await runInside(docker, clock, container, ['sh', '-c', KERNEL_TEST], {
      again: true,
      keep: WHOLE,
    });
    const has = (mark: string) => output.includes(`has-${mark}`);
    return { nft: has('nft'), htb: has('htb'), routes: has('routes'), netem: has('netem'), destroy: has('destroy') };
  });
}

async function inExamination<T>(docker: Docker, clock: Clock, ask: (container: string) => Promise<T>): Promise<T> {
  await ensureAnchorImage(docker, () => {});
  await removeForgotten(docker, clock);
  const container = await docker.createContainer({
    // With a name it can be found again when the answer to this is lost.
    name: `firedrill-examination-${randomUUID().slice(0, 8)}`,
    Image: ANCHOR_IMAGE,
    Cmd: ['sleep', '60'],
    StopSignal: 'SIGKILL',
    Labels: { [LABEL.role]: 'examination' },
    HostConfig: { NetworkMode: 'none', CapDrop: ['ALL'], CapAdd: ['NET_ADMIN'] },
  });
  try {
    await container.start();
    return await ask(container.id);
  } finally {
    await removeExamination(container);
  }
}

/** Removes the containers of those who asked the kernel and died: an engine that did so by itself would be asked for one that is gone. */
export async function removeForgotten(docker: Docker, clock: Clock): Promise<void> {
  const filters = { label: [`${LABEL.role}=examination`] };
  const longAgo = (clock.epochOf(clock.now()) - FORGOTTEN_MS) / 1000;
  for (const { Id, State, Created } of await docker.listContainers({ all: true, filters })) {
    const isOver = ['exited', 'stopped', 'dead'].includes(State) || (State === 'created' && Created < longAgo);
    if (isOver) await removeExamination(docker.getContainer(Id));
  }
}

async function removeExamination(container: Docker.Container): Promise<void> {
  await container.remove({ force: true }).catch((error: unknown) => {
    if (statusOf(error) !== 404 && !GONE.test(sentenceOf(error))) throw error;
  });
}

/** How the engine's time of day is beside this machine's. A drill can do with any, so that no difference is a lack. */
export async function examineClocks(docker: Docker, clock: SteeredClock): Promise<Check> {
  const compared = await inExamination(docker, clock, (container) =>
    compareClocks(
      clock.raw,
      openStamps(
        docker,
        clock.raw,
        () => container,
        () => {},
      ),
    ),
  ).catch((error: unknown) => sentenceOf(error));
  if (typeof compared === 'string') return { what: 'clocks', ok: false, found: compared, remedy: CLOCKS_UNREAD };
  return describeClocks(compared);
}

/** How the engine's time of day is beside this machine's, where it is so much later, give or take `unsureMs`. */
export function describeClocks({ aheadMs, unsureMs }: { readonly aheadMs: number; readonly unsureMs: number }): Check {
  const way = aheadMs > 0 ? 'ahead of' : 'behind';
  const apart = `is ${formatDuration(Math.abs(aheadMs))} ${way} this machine's (known to ${formatDuration(unsureMs)})`;
  const agree = `agrees with this machine's to ${formatDuration(Math.abs(aheadMs) + unsureMs)}`;
  const found = `the engine's ${Math.abs(aheadMs) <= Math.max(1, unsureMs) ? agree : apart}`;
  return { what: 'clocks', ok: true, found, remedy: Math.abs(aheadMs) > WORTHY_MS ? CLOCKS_APART : '' };
}

const WORTHY_MS = 100;
const CLOCKS_UNREAD = 'Drills need it: see whether `docker exec -i` works here.';
const CLOCKS_APART =
  "A drill reckons with that, and its times are the engine's; to have logs agree, set the clock that is wrong (`timedatectl`, or restart Docker's virtual machine).";

/** The services that have nothing to run, each as a sentence with its remedy. */
export function lackOfImages(plan: Pick<Plan, 'services'>): string[] {
  return plan.services
    .filter(({ build, image }) => build === null && image === null)
    .map(({ name }) => `The service ${name} has neither \`build\` nor \`image\`; write one, or use --engine sim.`);
}

/** The services whose `build` is no folder with a Dockerfile, each as a sentence with its remedy. */
export async function lackOfFolders({ services }: Pick<Plan, 'services'>, folder: string): Promise<string[]> {
  const sentences = services.map(async ({ name, build }) => {
    if (build === null) return [];
    const file = join(resolve(folder, build), 'Dockerfile');
    const isThere = await access(file).then(
      () => true,
      () => false,
    );
    return isThere ? [] : [`The service ${name} is built from ${build}, where no Dockerfile is; write one there.`];
  });
  return (await Promise.all(sentences)).flat();
}

/** What `plan` needs and `kernel` lacks, each as a sentence with its remedy. */
export function missingFor(plan: Plan, kernel: Kernel): string[] {
  const actions = plan.faults.flatMap((fault) => fault.steps.map((step) => step.action));
  const shapes = actions.filter((action) => action.verb === 'shape');
  const network = actions.some(
    (action) => action.verb === 'power-off' || action.verb === 'isolate' || action.verb === 'shape',
  );
  const missing: string[] = [];
  if (network && !kernel.nft)
    missing.push(`the kernel has no nftables with \`meta time\` and \`numgen\`; ${NFT_REMEDY}`);
  if (!kernel.netem && shapes.some((shape) => shape.latencyMs > 0 || shape.jitterMs > 0)) {
    missing.push(`the kernel has no netem, which \`latency:\` and \`jitter:\` need; ${NETEM_REMEDY}`);
  }
  if (!kernel.htb && shapes.some((shape) => shape.latencyMs > 0 || shape.jitterMs > 0 || shape.bandwidthBps !== null)) {
    missing.push(`the kernel has no htb queue, which \`latency:\` and \`bandwidth:\` need; ${HTB_REMEDY}`);
  }
  if (!kernel.routes && shapes.some(({ bandwidthBps }) => bandwidthBps !== null)) {
    missing.push(`the kernel has no routes by mark, which \`bandwidth:\` needs; ${ROUTES_REMEDY}`);
  }
  return missing;
}

const NFT_REMEDY = 'use a Linux kernel from 5.4 on with nf_tables (`modprobe nf_tables`), or --engine sim.';
const NETEM_REMEDY = 'try `modprobe sch_netem` on the host, leave them out, or use --engine sim.';
const ROUTES_REMEDY = 'use a kernel with `IP_MULTIPLE_TABLES`, leave it out, or use --engine sim.';
const HTB_REMEDY = 'try `modprobe sch_htb` on the host, leave them out, or use --engine sim.';

/** What is not as with Docker where something else answers in its place, by the names that it gives itself; a check each. */
export function lacksOf(kinds: readonly string[]): Check[] {
  if (!kinds.some((kind) => /podman/i.test(kind))) return [];
  return [
    {
      what: 'Podman',
      ok: false,
      found: 'answers in the place of Docker',
      remedy:
        'Every fault was seen to work on Podman 4.3.1, but nothing of it is tested: prefer Docker for figures that count.',
    },
    {
      what: 'paused units',
      ok: false,
      found: 'Podman takes 10 s to end one',
      remedy: 'Power comes back to a unit later by that; the report says how late.',
    },
  ];
}

/** What this machine can do, for `firedrill doctor`; never rejects. */
export async function examineHost(host: string | null, allowRemote: boolean): Promise<readonly Check[]> {
  const checks: Check[] = [];
  const clock = steeredClock(wallClock());
  let connection: Connection;
  try {
    connection = await connect(host, allowRemote, clock);
    clock.presume(connection.aheadMs);
  } catch (error) {
    const { message, remedy } = error as { message: string; remedy?: string };
    return [{ what: 'Docker engine', ok: false, found: message, remedy: remedy ?? 'Start Docker.' }];
  }
  const { docker, host: facts } = connection;
  checks.push({
    what: 'Docker engine',
    ok: true,
    found: `${connection.version}, ${facts.system}, kernel ${facts.kernel}, ${facts.cpus} CPUs, ${facts.memory}`,
    remedy: '',
  });
  checks.push(...lacksOf(connection.kinds));
  const base = await docker
    .getImage('debian:bookworm-slim')
    .inspect()
    .then(() => true)
    .catch(() => false);
  const baseRemedy = 'Run script/base-image, or `docker pull debian:bookworm-slim`.';
  checks.push({
    what: 'base image',
    ok: base,
    found: `debian:bookworm-slim is ${base ? 'there' : 'missing'}`,
    remedy: baseRemedy,
  });
  try {
    checks.push(...checksOf(await examineKernel(docker, clock)), await examineClocks(docker, clock));
  } catch (error) {
    checks.push({
      what: 'permissions',
      ok: false,
      found: sentenceOf(error),
      remedy: 'Allow containers NET_ADMIN, and make the base image first.',
    });
  }
  return checks;
}

function checksOf(kernel: Kernel): Check[] {
  return [
    { what: 'permissions', ok: true, found: 'containers may have NET_ADMIN', remedy: '' },
    {
      what: 'nftables',
      ok: kernel.nft,
      found: kernel.nft ? 'meta time, numgen' : 'missing',
      remedy: `Power loss, partition and link need it: ${NFT_REMEDY}`,
    },
    {
      what: 'htb',
      ok: kernel.htb,
      found: kernel.htb ? 'there' : 'missing',
      remedy: `Only \`link: bandwidth, latency\` need it: ${HTB_REMEDY}`,
    },
    {
      what: 'routes by mark',
      ok: kernel.routes,
      found: kernel.routes ? 'there' : 'missing',
      remedy: `Only \`link: bandwidth\` needs it: ${ROUTES_REMEDY}`,
    },
    {
      what: 'netem',
      ok: kernel.netem,
      found: kernel.netem ? 'there' : 'missing',
      remedy: `Only \`link: latency, jitter\` need it: ${NETEM_REMEDY}`,
    },
    {
      what: 'sockets',
      ok: kernel.destroy,
      found: kernel.destroy ? 'can be destroyed' : 'cannot be destroyed',
      remedy: 'After a power loss units get a fresh network namespace instead; nothing is to be done.',
    },
  ];
}
