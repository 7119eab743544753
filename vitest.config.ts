import { defineConfig } from 'vitest/config';

const ON_DOCKER = ['test/engine/docker/**/*.test.ts', 'test/**/*.docker.test.ts'];
const MEASURING = ['test/accuracy/**/*.test.ts'];

/** What measures a machine has it for itself: one file at a time, and after everything that may run side by side. */
const alone = { fileParallelism: false, testTimeout: 180_000, hookTimeout: 180_000 };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'pure',
          include: ['test/**/*.test.ts'],
          exclude: [...ON_DOCKER, ...MEASURING],
          sequence: { groupOrder: 0 },
        },
      },
      { test: { ...alone, name: 'accuracy', include: MEASURING, sequence: { groupOrder: 1 } } },
      {
        test: {
          ...alone,
          name: 'docker',
          include: ON_DOCKER,
          globalSetup: ['test/engine/docker/last-words.ts'],
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
