import type Docker from 'dockerode';
import type { Clock } from '../../clock.js';
import { statusOf } from './api.js';
import type { Berth, Owner } from './berth.js';
import { createUnit } from './topology.js';

const POLL_MS = 20;

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

/** SIGTERM, then SIGKILL after the grace; the restart policy does not apply. Nothing happens when it does not run. */
export async function stop(docker: Docker, berth: Berth, graceMs: number): Promise<void> {
  await docker
    .getContainer(berth.container)
    .stop({ t: Math.ceil(graceMs / 1000) })
    .catch((error) => allow(error, 304));
}

/** Kills a unit's processes, paused or not, and waits until they are gone; the restart policy does not apply. */
export async function coldStop(docker: Docker, clock: Clock, berth: Berth): Promise<void> {
  await docker
    .getContainer(berth.container)
    .kill({ signal: 'SIGKILL' })
    .catch((error) => allow(error, 304, 409));
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
