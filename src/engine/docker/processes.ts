import type Docker from 'dockerode';
import type { Clock } from '../../clock.js';
import type { Ended } from '../engine.js';
import { statusOf } from './api.js';
import type { Berth, Owner } from './berth.js';
import { createUnit } from './topology.js';

const POLL_MS = 20;
/** What Docker says of a process that ended may be so old. */
const BEHIND_MS = 50;

/** What Docker says of a unit's processes. */
export async function stateOf(docker: Docker, berth: Berth): Promise<Docker.ContainerInspectInfo['State']> {
  return (await docker.getContainer(berth.container).inspect()).State;
}

/** Pauses a unit's processes where they stand; nothing happens when they are paused. @throws when they do not run. */
export async function freeze(docker: Docker, berth: Berth): Promise<void> {
  if (!(await stateOf(docker, berth)).Paused) await docker.getContainer(berth.container).pause();
}

/** Lets paused processes go on; nothing happens when they are not paused. */
export async function thaw(docker: Docker, berth: Berth): Promise<void> {
  if ((await stateOf(docker, berth)).Paused) await docker.getContainer(berth.container).unpause();
}

/** Starts a unit that does not run; nothing happens when it runs. */
export async function start(docker: Docker, berth: Berth): Promise<void> {
  if (!(await stateOf(docker, berth)).Running)
    await docker
      .getContainer(berth.container)
      .start()
      .catch((error) => allow(error, 304));
}

/** The signal by which a unit's image wants to be asked to end. */
export async function stopSignalOf(docker: Docker, berth: Berth): Promise<string> {
  const { Config } = await docker.getContainer(berth.container).inspect();
  return (Config as { StopSignal?: string }).StopSignal || 'SIGTERM';
}

/**
 * Sends a signal that is meant to end a unit: its restart policy applies no more, also where it was waiting. Nothing happens
 * when it does not run; what is paused is thawed by it, so only what stands still besides may be.
 */
export async function signal(docker: Docker, berth: Berth, name: string): Promise<void> {
  await docker
    .getContainer(berth.container)
    .kill({ signal: name })
    .catch((error) => allow(error, 304, 409));
}

/** Thaws a unit that was asked to end while it was paused: that is the first thing that it hears. Nothing happens when it is not paused. */
export async function wakeToEnd(docker: Docker, berth: Berth): Promise<void> {
  if ((await stateOf(docker, berth)).Paused) await signal(docker, berth, await stopSignalOf(docker, berth));
}

/** When a unit's process ended, seen from outside; null when it has not by `untilMs`. Never rejects. */
export async function seeEnd(
  docker: Docker,
  clock: Clock,
  berth: Berth,
  untilMs: number,
): Promise<{ fromMs: number; toMs: number; code: number } | null> {
  let fromMs = clock.now();
  for (;;) {
    const sentMs = clock.now();
    const state = await stateOf(docker, berth).catch(() => null);
    if (state !== null && !state.Running) return { fromMs, toMs: clock.now(), code: state.ExitCode };
    if (clock.now() >= untilMs) return null;
    if (state !== null) fromMs = Math.max(fromMs, sentMs - BEHIND_MS);
    await clock.sleepUntil(Math.min(untilMs, clock.now() + POLL_MS));
  }
}

/** The status of a process that a SIGKILL ended. */
const KILLED = 137;

/** Waits until a unit that was asked to end has, and kills it at `killAtMs`, unless `mayKill` says no by then. Null: not seen. */
export async function endBy(
  docker: Docker,
  clock: Clock,
  berth: Berth,
  killAtMs: number,
  prepareToKill: () => Promise<boolean>,
): Promise<Ended | null> {
  const own = await seeEnd(docker, clock, berth, killAtMs);
  if (own !== null) return { fromMs: own.fromMs, toMs: own.toMs, by: 'itself' };
  if (!(await prepareToKill())) return null;
  const killedMs = clock.now();
  await signal(docker, berth, 'SIGKILL');
  const killed = await seeEnd(docker, clock, berth, clock.now() + GONE_MS);
  if (killed === null) return null;
  // It may have ended by itself just before.
  if (killed.code !== KILLED) return { fromMs: killedMs - BEHIND_MS, toMs: killed.toMs, by: 'itself' };
  return { fromMs: killedMs, toMs: killed.toMs, by: 'SIGKILL' };
}

/** What was killed is gone by then, unless its kernel waits for a disk. */
const GONE_MS = 20_000;

/** Kills a unit's processes, paused or not, and waits until they are gone; the restart policy does not apply. */
export async function coldStop(docker: Docker, clock: Clock, berth: Berth): Promise<void> {
  await signal(docker, berth, 'SIGKILL');
  while ((await stateOf(docker, berth)).Running) await clock.sleepUntil(clock.now() + POLL_MS);
}

/** Makes a unit anew with empty volumes, not started; the anchor and with it name and address stay. */
export async function rebuild(docker: Docker, owner: Owner, berth: Berth): Promise<void> {
  // What an earlier try removed is gone.
  await docker
    .getContainer(berth.container)
    .remove({ force: true, v: true })
    .catch((error) => allow(error, 404));
  for (let index = 0; index < berth.service.volumes.length; index += 1) {
    const volume = docker.getVolume(`firedrill-${owner.drill}-${berth.unit.name}-${index}`);
    await volume.remove().catch((error) => allow(error, 404));
  }
  berth.container = await createUnit(docker, berth, owner);
}

/** Docker answers 304 when a container is already as asked, and 409 when there is nothing to kill. */
function allow(error: unknown, ...statuses: number[]): void {
  if (!statuses.includes(statusOf(error))) throw error;
}
