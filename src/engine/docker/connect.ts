import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Docker from 'dockerode';
import { type Clock, epochOfTime, wallClock } from '../../clock.js';
import { EnvironmentError } from '../../errors.js';
import { sentenceOf } from './api.js';
import { makeResilient, type Troubles } from './resilient.js';
import { recordTouches, type Touches } from './touches.js';

/** An engine that answered. */
export interface Connection {
  readonly docker: Docker;
  readonly version: string;
  readonly host: Readonly<Record<string, string>>;
  /** What answers, by the name that it gives itself: `Engine` is Docker's. */
  readonly kinds: readonly string[];
  /** How much later the engine's time of day is than the clock's, as roughly as one call can tell. */
  readonly aheadMs: number;
  /** Why calls had to be sent again until now. */
  readonly troubles: Troubles;
  /** What the calls of this client that change something named until now. */
  readonly touches: Touches;
}

/** The engine that the Docker command line would talk to: DOCKER_HOST, else the context, else null for the local socket. */
export function hostFromEnvironment(environment: Readonly<Record<string, string | undefined>>): string | null {
  if (environment.DOCKER_HOST) return environment.DOCKER_HOST;
  const folder = environment.DOCKER_CONFIG ?? join(environment.HOME ?? '/', '.docker');
  const context = environment.DOCKER_CONTEXT ?? readJson(join(folder, 'config.json'))?.currentContext;
  if (typeof context !== 'string' || context === '' || context === 'default') return null;
  const hash = createHash('sha256').update(context).digest('hex');
  const meta = readJson(join(folder, 'contexts', 'meta', hash, 'meta.json'));
  const host = (meta?.Endpoints as { docker?: { Host?: unknown } } | undefined)?.docker?.Host;
  if (typeof host !== 'string') {
    throw new EnvironmentError(
      `the Docker context "${context}" is not known on this machine`,
      'Run `docker context ls`, or unset DOCKER_CONTEXT.',
    );
  }
  return host;
}

function readJson(path: string): Record<string, unknown> | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  } catch {
    return null;
  }
}

/**
 * Connects to the engine at `host` (null: the local socket). Every call of the client has a deadline on `clock`.
 * @throws EnvironmentError when none answers, or when it is not on this machine and `allowRemote` is false.
 */
export async function connect(
  host: string | null,
  allowRemote: boolean,
  clock: Clock = wallClock(),
): Promise<Connection> {
  if (host !== null && !isLocal(host) && !allowRemote) {
    throw new EnvironmentError(
      `the Docker engine at ${host} is not on this machine, and a drill breaks things`,
      'Add --allow-remote if that engine is really meant, or unset DOCKER_HOST and DOCKER_CONTEXT.',
    );
  }
  const docker = clientFor(host);
  const troubles = makeResilient(docker, clock);
  const touches = recordTouches(docker);
  try {
    const sentMs = clock.now();
    const [version, info] = await Promise.all([docker.version(), docker.info()]);
    return {
      docker,
      troubles,
      touches,
      kinds: (version.Components ?? []).map(({ Name }) => Name),
      aheadMs: aheadIn(info, clock.epochOf((sentMs + clock.now()) / 2)),
      version: String(version.Version).replace(/\+.*/, ''),
      host: {
        docker: String(version.Version),
        api: String(version.ApiVersion),
        kernel: String(info.KernelVersion),
        system: String(info.OperatingSystem),
        cpus: String(info.NCPU),
        memory: `${Math.round(Number(info.MemTotal) / 2 ** 20)} MiB`,
      },
    };
  } catch (error) {
    throw new EnvironmentError(
      `no Docker engine answers at ${host ?? 'the local socket'} (${sentenceOf(error)})`,
      'Start Docker, run script/docker-engine, or use --engine sim.',
      error,
    );
  }
}

function aheadIn({ SystemTime }: { readonly SystemTime?: unknown }, epochMs: number): number {
  const aheadMs = epochOfTime(String(SystemTime)) - epochMs;
  return Number.isFinite(aheadMs) ? aheadMs : 0;
}

function isLocal(host: string): boolean {
  return /^(unix|npipe):/.test(host) || /^(tcp|https?):\/\/(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:|\/|$)/.test(host);
}

function clientFor(host: string | null): Docker {
  if (host === null) return new Docker({ socketPath: '/var/run/docker.sock' });
  const socket = /^unix:\/\/(.+)$/.exec(host)?.[1];
  if (socket !== undefined) return new Docker({ socketPath: socket });
  const url = addressOf(host);
  return new Docker({
    host: url.hostname,
    port: Number(url.port || 2375),
    protocol: url.protocol === 'https:' ? 'https' : 'http',
  });
}

function addressOf(host: string): URL {
  try {
    return new URL(host.replace(/^tcp:/, 'http:'));
  } catch {
    throw new EnvironmentError(
      `the address of the Docker engine, ${host}, cannot be read`,
      'Write DOCKER_HOST as `unix:///var/run/docker.sock` or `tcp://127.0.0.1:2375`, or unset it.',
    );
  }
}
