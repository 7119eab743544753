#!/usr/bin/env node
/**
 * Drills through a Docker socket that is slow, refuses, drops and answers by halves, 5 % of all calls each:
 * `npm run trouble [-- --drills 100 --seed 1]`. Prints a line a drill and a table; ends with 1 when one did not end well.
 */
import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';

const { values } = parseArgs({ options: { drills: { type: 'string', default: '100' }, seed: { type: 'string' } } });
process.env.FIREDRILL_DRILLS = values.drills;
process.env.FIREDRILL_REQUIRE_DOCKER = '1';
if (values.seed !== undefined) process.env.FIREDRILL_SEED = values.seed;

const vitest = await startVitest('test', ['test/engine/docker/trouble.test.ts'], {
  watch: false,
  testNamePattern: 'each of',
  disableConsoleIntercept: true,
});
await vitest.close();
