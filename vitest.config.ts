import { defineConfig } from 'vitest/config';

const DOCKER_TESTS = ['test/engine/docker/**/*.test.ts', 'test/**/*.docker.test.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'pure',
          include: ['test/**/*.test.ts'],
          exclude: DOCKER_TESTS,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'docker',
          include: DOCKER_TESTS,
          globalSetup: ['test/engine/docker/last-words.ts'],
          // One at a time, and after the pure ones: they measure what happens on a machine that they share.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
