#!/usr/bin/env node
/**
 * Drills in which every unit knows what befalls it, and compares each interval that firedrill publishes with that:
 * `npm run truth [-- --only crash,freeze --passes 4 --from 1 --drills 2 --out truth --again]`. Prints a table and leaves it, with every
 * journal, in the folder `--out`; `--again` compares anew what is there. Ends with 1 when what is true lies outside of an interval.
 */
import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';

const text = { type: 'string' };
const { values } = parseArgs({
  options: { only: text, passes: text, from: text, drills: text, out: text, again: { type: 'boolean' } },
});
process.env.FIREDRILL_LONG = '1';
process.env.FIREDRILL_REQUIRE_DOCKER = '1';
for (const [name, value] of Object.entries(values)) {
  process.env[`FIREDRILL_TRUTH_${name.toUpperCase()}`] = value === true ? '1' : value;
}

const vitest = await startVitest('test', ['test/truth/truth.long.test.ts'], {
  watch: false,
  project: 'long',
  disableConsoleIntercept: true,
});
await vitest.close();
