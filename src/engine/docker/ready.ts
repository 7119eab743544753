import type Docker from 'dockerode';
import type { Clock } from '../../clock.js';
import { EnvironmentError } from '../../errors.js';
import type { Readiness } from '../../scenario/scenario.js';
import { demultiplex } from './api.js';
import type { Berth } from './berth.js';
import { runInside } from './commands.js';
import { askHttp, askTcp } from './looks.js';

const EVERY_MS = 200;
const LOOK_MS = 2000;

/** Waits until a unit says that it is ready. @throws EnvironmentError with the unit's last lines when it ends or takes too long. */
export async function waitUntilReady(docker: Docker, clock: Clock, berth: Berth, signal: AbortSignal): Promise<void> {
  const { ready } = berth.service;
  const deadlineMs = clock.now() + (ready?.withinMs ?? 0);
  for (;;) {
    const state = (await docker.getContainer(berth.container).inspect()).State;
    const stopped = !state.Running && !state.Restarting;
    if (!stopped && (ready === null || (await isReady(docker, clock, berth, ready, state.Health?.Status)))) return;
    signal.throwIfAborted();
    if (stopped || clock.now() >= deadlineMs) {
      throw new EnvironmentError(
        stopped
          ? `unit ${berth.unit.name} ended by itself with status ${state.ExitCode}${await lastLines(docker, berth)}`
          : `unit ${berth.unit.name} was not ready within ${(ready?.withinMs ?? 0) / 1000} s${await lastLines(docker, berth)}`,
        stopped ? 'Mend its image or its `command:`.' : 'Give its service a longer `ready.within`, or mend its image.',
      );
    }
    await clock.sleepUntil(clock.now() + EVERY_MS, signal);
  }
}

/** Looks five times a second until a unit is ready; null when `signal` aborts, and for no unit. Never rejects. */
export async function whenReady(
  docker: Docker,
  clock: Clock,
  berth: Berth | undefined,
  signal: AbortSignal,
): Promise<{ fromMs: number; toMs: number } | null> {
  if (berth === undefined) return null;
  const { ready } = berth.service;
  let fromMs = clock.now();
  while (!signal.aborted) {
    const sentMs = clock.now();
    const good = await docker
      .getContainer(berth.container)
      .inspect()
      .then(({ State: state }) => {
        const runs = state.Running && !state.Paused;
        return runs && (ready === null || isReady(docker, clock, berth, ready, state.Health?.Status));
      })
      .catch(() => false);
    if (good) return { fromMs, toMs: clock.now() };
    fromMs = sentMs;
    await clock.sleepUntil(clock.now() + EVERY_MS, signal);
  }
  return null;
}

/** Whether a unit, whose health its engine knows as `health`, says now that it is ready. @throws what the Docker API answers. */
export async function isReady(
  docker: Docker,
  clock: Clock,
  berth: Berth,
  ready: Readiness,
  health: string | undefined,
): Promise<boolean> {
  const deadlineMs = clock.now() + LOOK_MS;
  switch (ready.kind) {
    case 'http': {
      const ask = { ...ready, method: 'GET', host: '', body: null, expect: null };
      return (await askHttp(clock, berth.address, ask, deadlineMs)).ok;
    }
    case 'tcp':
      return (await askTcp(clock, berth.address, ready.port, deadlineMs)).ok;
    case 'exec':
      return (await runInside(docker, clock, berth.container, ready.command, { again: false })).code === 0;
    case 'health':
      if (health === undefined) {
        throw new EnvironmentError(
          `unit ${berth.unit.name} has \`ready: { health: true }\`, but its image has no HEALTHCHECK`,
          'Add a HEALTHCHECK to the image, or use `ready: { http: … }`, `{ tcp: … }` or `{ exec: … }`.',
        );
      }
      return health === 'healthy';
  }
}

async function lastLines(docker: Docker, berth: Berth): Promise<string> {
  const logs = await docker.getContainer(berth.container).logs({ stdout: true, stderr: true, tail: 8, follow: false });
  const text = demultiplex(logs as unknown as Buffer).trim();
  return text === '' ? ' and wrote nothing' : `; its last lines:\n${text.replace(/^/gm, '  ')}`;
}
