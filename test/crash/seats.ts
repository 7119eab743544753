import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { beforeAll } from 'vitest';
import { wallClock } from '../../src/clock.js';
import { connect } from '../../src/engine/docker/connect.js';
import { ensureAnchorImage, ensureImage } from '../../src/engine/docker/images.js';
import type { Service } from '../../src/scenario/scenario.js';
import { buildWhereStale } from '../cli/built.js';
import { IMAGES } from '../engine/docker/drills.js';
import { dockerHost } from '../engine/docker/engine-here.js';

/** The image of `scenario.yaml` and of the bystanders. */
export const IMAGE = 'firedrill-crash:1';
const ANCHOR_IMAGE = 'firedrill-anchor:1';

/** An engine on which drills are killed one after another. */
export interface Seat {
  readonly name: string;
  readonly docker: Docker;
  /** What goes before a command line so that the command sees this engine's containers, and what goes into its environment. */
  readonly prefix: readonly string[];
  readonly host: string | null;
  /** Ends the engine's daemon, with SIGKILL or politely, and starts it again; null where the engine is somebody's own. */
  readonly restart: ((signal: 'SIGKILL' | 'SIGTERM') => Promise<void>) | null;
  close(): Promise<void>;
}

const clock = wallClock();

/** Why no engine of its own can be had here, as a sentence, or null. */
export function whyNoOwnSeat(): string | null {
  const missing = ['dockerd', 'ip', 'nsenter'].filter((program) => {
    return !['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'].some((folder) =>
      existsSync(join(folder, program)),
    );
  });
  if (missing.length > 0) return `there is no ${missing.join(', no ')}`;
  if (process.getuid?.() !== 0) return 'it takes root';
  if (dockerHost !== null && dockerHost !== 'unix:///var/run/docker.sock') return 'the engine is not this machine’s';
  return null;
}

/** The engine that is there, and firedrill as it is built from this source, for all tests of the file in which this is called. */
export function seatHere(): Seat {
  const seat = {} as Seat;
  beforeAll(async () => {
    buildWhereStale();
    Object.assign(seat, await sharedSeat());
  }, 300_000);
  return seat;
}

/** The engine that is there, which is somebody's own: it is never restarted. */
export async function sharedSeat(): Promise<Seat> {
  const { docker } = await connect(dockerHost, false);
  await prepareImages(docker);
  return { name: 'the engine here', docker, prefix: [], host: dockerHost, restart: null, close: async () => {} };
}

/**
 * An engine of its own in a network namespace of its own, with the images of the engine here, that may be killed and
 * started again: nothing of this machine's network is touched. With `survive` its containers outlive its daemon.
 */
export async function ownSeat(name: string, survive: boolean): Promise<Seat> {
  const folder = mkdtempSync(join(tmpdir(), `firedrill-${name}-`));
  const space = `firedrill-${name}-${process.pid}`;
  const prefix = ['nsenter', `--net=/run/netns/${space}`, '--'];
  const inSpace = (...command: string[]) => execFileSync('nsenter', [...prefix.slice(1), ...command]);
  const socket = join(folder, 'docker.sock');
  const docker = new Docker({ socketPath: socket });
  execFileSync('ip', ['netns', 'add', space]);
  inSpace('ip', 'link', 'set', 'lo', 'up');
  const start = () => startDaemon(prefix, folder, socket, docker, survive);
  const daemon = () => numberIn(join(folder, 'docker.pid'));
  const containerd = () => numberIn(join(folder, 'exec/containerd/containerd.pid'));
  await start();
  await copyImages(docker);
  return {
    ...{ name, docker, prefix, host: `unix://${socket}` },
    async restart(signal) {
      // It dies with its daemon, and a number that it leaves behind keeps the next one from starting.
      const child = containerd();
      await endProcess(daemon(), signal);
      await until('the end of containerd', async () => !isAlive(child));
      rmSync(join(folder, 'exec/containerd/containerd.pid'), { force: true });
      await start();
    },
    async close() {
      const all = await docker.listContainers({ all: true });
      await Promise.all(all.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true })));
      const child = containerd();
      await endProcess(daemon(), 'SIGTERM');
      await until('the end of containerd', async () => !isAlive(child));
      execFileSync('ip', ['netns', 'del', space]);
      execFileSync('sh', [
        '-c',
        `awk -v f=${folder}/ 'index($2, f) == 1 { print $2 }' /proc/mounts | xargs -r umount -l`,
      ]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startDaemon(
  prefix: readonly string[],
  folder: string,
  socket: string,
  docker: Docker,
  survive: boolean,
): Promise<void> {
  rmSync(join(folder, 'docker.pid'), { force: true });
  const log = openSync(join(folder, 'log'), 'a');
  const own = ['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')];
  const address = ['--pidfile', join(folder, 'docker.pid'), '--host', `unix://${socket}`, '--shutdown-timeout', '2'];
  const [program = '', ...before] = prefix;
  const argv = [...before, 'dockerd', ...own, ...address, ...(survive ? ['--live-restore'] : [])];
  spawn(program, argv, { detached: true, stdio: ['ignore', log, log] }).unref();
  await until(`an engine in ${folder}`, () =>
    docker.ping().then(
      () => true,
      () => false,
    ),
  );
}

async function prepareImages(docker: Docker): Promise<void> {
  await ensureAnchorImage(docker, () => {});
  const tag = await ensureImage(docker, { name: 'peers', build: 'peers' } as Service, IMAGES, { tell() {} });
  const [repo = '', version = ''] = IMAGE.split(':');
  await docker.getImage(tag).tag({ repo, tag: version });
}

async function copyImages(docker: Docker): Promise<void> {
  const here = await sharedSeat();
  for (const image of [ANCHOR_IMAGE, IMAGE]) {
    const loading = await docker.loadImage(await here.docker.getImage(image).get());
    await new Promise((resolve, reject) => loading.on('end', resolve).on('error', reject).resume());
  }
}

function numberIn(file: string): number {
  return Number(readFileSync(file, 'utf8'));
}

async function endProcess(pid: number, signal: NodeJS.Signals): Promise<void> {
  process.kill(pid, signal);
  await until(`the end of process ${pid}`, async () => !isAlive(pid));
}

/** Whether a process runs; one that has ended and was not yet waited for does not. */
export function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Asks again and again. @throws when that takes longer than a minute, or the limit. */
export async function until(what: string, there: () => Promise<boolean>, limitMs = 60_000): Promise<void> {
  const deadlineMs = clock.now() + limitMs;
  while (!(await there())) {
    if (clock.now() > deadlineMs) throw new Error(`${what}: not within ${limitMs / 1000} s`);
    await clock.sleepUntil(clock.now() + 50);
  }
}
