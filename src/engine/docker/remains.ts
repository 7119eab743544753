import type Docker from 'dockerode';
import type { Progress } from '../engine.js';
import { forEachOf, LABEL } from './api.js';

const WIDTH = 6;

/**
 * Removes everything that carries the drill's label: containers, then networks, then volumes; returns the names of what
 * is left. Rejects only when the engine does not answer at all.
 */
export async function lowerTopology(
  docker: Docker,
  drill: string,
  tell: (progress: Progress) => void,
): Promise<string[]> {
  const filters = { label: [`${LABEL.drill}=${drill}`] };
  const containers = await docker.listContainers({ all: true, filters });
  const order = ['unit', 'hand', 'anchor'];
  for (const role of order) {
    const ofRole = containers.filter((container) => container.Labels[LABEL.role] === role);
    await forEachOf(ofRole, WIDTH, async (container) => {
      await docker
        .getContainer(container.Id)
        .remove({ force: true, v: true })
        .catch(() => {});
      if (role === 'unit') tell({ what: container.Labels[LABEL.unit] ?? container.Id, state: 'removed', detail: '' });
    });
  }
  for (const network of await docker.listNetworks({ filters }))
    await docker
      .getNetwork(network.Id)
      .remove()
      .catch(() => {});
  for (const volume of (await docker.listVolumes({ filters })).Volumes ?? []) {
    await docker
      .getVolume(volume.Name)
      .remove()
      .catch(() => {});
  }
  return leftOf(docker, drill);
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
