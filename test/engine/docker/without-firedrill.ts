import { LABEL } from '../../../src/engine/docker/api.js';
import type { Stand } from './observers.js';
import type { Subject } from './power-loss.js';

/** A unit as anybody would run it: a container on a network, with a name, a volume and `restart: always`. The drill's end removes it. */
export async function raiseWithoutFiredrill(stand: Stand): Promise<{ network: string; subject: Subject }> {
  const { docker, clock, drill, image } = stand;
  const name = `${drill}-plain`;
  const Labels = { [LABEL.drill]: drill, [LABEL.role]: 'plain' };
  await docker.createNetwork({ Name: name, Driver: 'bridge', Labels });
  await docker.createVolume({ Name: name, Labels });
  const container = await docker.createContainer({
    name,
    Image: image,
    Labels,
    HostConfig: {
      NetworkMode: name,
      RestartPolicy: { Name: 'always' },
      Mounts: [{ Type: 'volume', Source: name, Target: '/data' }],
    },
    NetworkingConfig: { EndpointsConfig: { [name]: { Aliases: ['plain'] } } },
  });
  await container.start();
  const { NetworkSettings } = await container.inspect();
  const address = NetworkSettings.Networks[name]?.IPAddress ?? '';
  await clock.sleepUntil(clock.now() + 500);
  return {
    network: name,
    subject: { name: 'plain', address, container, volume: name },
  };
}
