import { defineConfig } from 'vitest/config';

const ON_DOCKER = ['test/engine/docker/**/*.test.ts', 'test/**/*.docker.test.ts'];
/** Minutes each, and not for every day: with FIREDRILL_LONG=1. */
const LONG = ['test/**/*.long.test.ts'];
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
          exclude: [...ON_DOCKER, ...MEASURING, ...LONG],
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
      ...(process.env.FIREDRILL_LONG === '1'
        ? [{ test: { ...alone, name: 'long', include: LONG, sequence: { groupOrder: 3 } } }]
        : []),
    ],
  },
});
