import type Docker from 'dockerode';
import { IMAGE, type Seat, until } from './seats.js';

type Wish = Docker.ContainerCreateOptions & { readonly end?: 'running' | 'paused' | 'exited' | 'created' };

const SLEEP = ['sleep', '86400'];
const restart = (Name: string, MaximumRetryCount = 0) => ({ RestartPolicy: { Name, MaximumRetryCount } });

/**
 * Twenty containers of somebody else: some have the names that a drill's units have, or a drill's words in their labels;
 * other tools' labels; every restart policy; networks, volumes and a namespace of their own; one paused, one exited, one
 * never started.
 */
const WISHES: readonly Wish[] = [
  { name: 'web-east' },
  { name: 'web-west', HostConfig: restart('always') },
  { name: 'keeper-west', HostConfig: restart('unless-stopped') },
  { name: 'store-west', HostConfig: { ...restart('on-failure', 5), Binds: ['foreign-data:/data'] } },
  { name: 'firedrill-web-east' },
  { name: 'firedrill-d-000000-web-east', Labels: { 'firedrill.unit': 'web-east', 'firedrill.role': 'unit' } },
  { name: 'firedrill-d-000000-web-east-anchor', Labels: { 'firedrill.role': 'anchor', 'firedrill.site': 'east' } },
  { name: 'firedrill-hand', Labels: { 'firedrill.role': 'hand' }, HostConfig: { PidMode: 'host' } },
  { name: 'firedrill', Labels: { firedrill: 'drill', 'firedrill-drill': 'd-000000' } },
  { name: 'project-web-1', Labels: { 'com.docker.compose.project': 'project', 'com.docker.compose.service': 'web' } },
  { name: 'pumba', Labels: { 'com.gaiaadm.pumba': 'true' }, HostConfig: restart('always') },
  { name: 'testcontainers', Labels: { 'org.testcontainers': 'true', 'org.testcontainers.session-id': 'x' } },
  { name: 'own-network', HostConfig: { NetworkMode: 'foreign' } },
  { name: 'own-rules', HostConfig: { NetworkMode: 'foreign', CapAdd: ['NET_ADMIN'] } },
  { name: 'joined', HostConfig: { NetworkMode: 'container:own-network' } },
  { name: 'on-the-host', HostConfig: { NetworkMode: 'host' } },
  { name: 'no-network', HostConfig: { NetworkMode: 'none' } },
  { name: 'paused', HostConfig: restart('always'), end: 'paused' },
  { name: 'exited', Cmd: ['sh', '-c', 'exit 3'], end: 'exited' },
  { name: 'created', end: 'created' },
];

/** Foreign containers on an engine, and what Docker and their kernels said of them when they had settled. */
export interface Bystanders {
  /** What is not as it was then, a sentence each. */
  differences(): Promise<string[]>;
  readonly count: number;
}

/** Starts them all on an engine that may be restarted, and is: what it tells of them is then the same ever after. They go with the seat. */
export async function raiseBystanders({ docker, restart }: Seat): Promise<Bystanders> {
  await docker.createNetwork({ Name: 'foreign', Driver: 'bridge', IPAM: { Config: [{ Subnet: '172.31.0.0/24' }] } });
  for (const { end = 'running', ...wish } of WISHES) {
    const container = await docker.createContainer({ Image: IMAGE, Cmd: SLEEP, ...wish });
    if (end !== 'created') await container.start();
    if (end === 'paused') await container.pause();
    if (end === 'exited') await until('an exit', async () => (await container.inspect()).State.Status === 'exited');
  }
  await restart?.('SIGTERM');
  const before = await inspectAll(docker);
  return {
    count: WISHES.length,
    async differences() {
      const after = await inspectAll(docker);
      return Object.keys(before).flatMap((name) => {
        return before[name] === after[name] ? [] : [`${name} was ${before[name]}\nand is ${after[name]}`];
      });
    },
  };
}

/** `docker inspect` of each, as text: nothing in it may change, not even a time. */
async function inspectAll(docker: Docker): Promise<Record<string, string>> {
  const names = WISHES.map(({ name = '' }) => name);
  const facts = await Promise.all(names.map((name) => docker.getContainer(name).inspect()));
  return Object.fromEntries(names.map((name, index) => [name, JSON.stringify(facts[index], null, 1)]));
}
