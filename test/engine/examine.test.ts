import type Docker from 'dockerode';
import { expect, test } from 'vitest';
import { virtualClock } from '../../src/clock.js';
import { ruleFor } from '../../src/engine/docker/calls.js';
import { describeClocks, examineKernel, lacksOf } from '../../src/engine/docker/examine.js';

const EPOCH_MS = 1_700_000_000_000;

/** An engine that is asked once what its kernel can do, and on which these stand already. */
function engineWith(standing: readonly { Id: string; State: string; Created: number }[], removal: () => Promise<void>) {
  const removed: string[] = [];
  const wishes: Docker.ContainerCreateOptions[] = [];
  const made = {
    id: 'made',
    start: async () => {},
    exec: () => Promise.reject(new Error('asked')),
    async remove() {
      removed.push('made');
      await removal();
    },
  };
  const docker = {
    getImage: () => ({ inspect: async () => ({}) }),
    listContainers: async () => standing,
    getContainer: (id: string) => (id === 'made' ? made : { remove: async () => void removed.push(id) }),
    async createContainer(wish: Docker.ContainerCreateOptions) {
      wishes.push(wish);
      return made;
    },
  } as unknown as Docker;
  return { docker, removed, wishes };
}

test('who asks the kernel has its container removed by nobody but itself, and takes away what others forgot', async () => {
  const hourAgo = EPOCH_MS / 1000 - 4000;
  const { docker, removed, wishes } = engineWith(
    [
      { Id: 'over', State: 'exited', Created: EPOCH_MS / 1000 },
      { Id: 'never-started', State: 'created', Created: hourAgo },
      { Id: 'about-to-start', State: 'created', Created: EPOCH_MS / 1000 },
      { Id: 'somebody’s', State: 'running', Created: hourAgo },
    ],
    async () => {},
  );
  await expect(examineKernel(docker, virtualClock(EPOCH_MS))).rejects.toThrow('asked');
  expect(removed).toEqual(['over', 'never-started', 'made']);
  expect(wishes[0]?.HostConfig?.AutoRemove ?? false).toBe(false);
});

test('a container that an engine has removed already is no error, in whatever words it says so', async () => {
  const words = { statusCode: 500 };
  const { docker } = engineWith([], () =>
    Promise.reject(Object.assign(new Error('no container with name or ID "made" found: no such container'), words)),
  );
  await expect(examineKernel(docker, virtualClock(EPOCH_MS))).rejects.toThrow('asked');
});

test('a kill that is sent again and finds nothing that runs is done, on Docker and on Podman', () => {
  const call = { method: 'POST', path: '', statusCodes: {} };
  const rule = ruleFor(call, '/containers/x/kill', undefined);
  expect(rule.isDone(409, 'Container x is not running')).toBe(true);
  expect(rule.isDone(500, 'can only kill running containers. x is in state stopped: container state improper')).toBe(
    true,
  );
  expect(rule.isDone(500, 'no space left on device')).toBe(false);
});

test('Podman in the place of Docker is told, with what is not as with Docker, a line each', () => {
  expect(lacksOf(['Engine', 'containerd', 'runc', 'docker-init'])).toEqual([]);
  const lacks = lacksOf(['Podman Engine', 'Conmon', 'OCI Runtime (crun)', 'Engine']);
  expect(lacks.map(({ what, ok }) => [what, ok])).toEqual([
    ['Podman', false],
    ['paused units', false],
  ]);
});

test('clocks that differ by no more than is known agree; others are told apart, with what is to be done', () => {
  const told = (aheadMs: number, unsureMs: number) => {
    const { ok, found, remedy } = describeClocks({ aheadMs, unsureMs });
    return [ok, found, remedy !== ''];
  };
  expect(told(-0.05, 0.15)).toEqual([true, "the engine's agrees with this machine's to 0.2 ms", false]);
  expect(told(30, 40)).toEqual([true, "the engine's agrees with this machine's to 70 ms", false]);
  expect(told(-60, 0.2)).toEqual([true, "the engine's is 60 ms behind this machine's (known to 0.2 ms)", false]);
  expect(told(3_600_000, 0.2)).toEqual([true, "the engine's is 1 h ahead of this machine's (known to 0.2 ms)", true]);
});
