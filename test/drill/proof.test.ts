import { expect, test } from 'vitest';
import type { Moment } from '../../src/plan/plan.js';
import { fault, prepare } from './rehearsal.js';

const CONTAINER = 'container firedrill-d-1-db-pangyo';
const RULES = 'rules and queues of db-pangyo';

/** What a drill with this moment has left when its engine's things are so after the story. */
async function leftBy(moment: Moment, after: Record<string, string>) {
  const before = { [CONTAINER]: 'running', [RULES]: 'none' };
  let censuses = 0;
  const drill = prepare({
    moments: [moment],
    // Before the drill nothing stands, then what was raised, then what the story has left of it, and nothing in the end.
    engine: { census: async () => [{}, before, { ...before, ...after }, {}][censuses++] ?? {} },
  });
  await drill.run();
  return drill.of('end').flatMap(({ left }) => left);
}

function powerLoss(volumes: 'kept' | 'destroyed'): Moment {
  const dark = fault(2000, 'f1');
  return { ...dark, steps: dark.steps.map((step) => ({ ...step, action: { verb: 'power-off', volumes } })) };
}

test('a unit that does not run after its cure is not restored, and rules that are left neither', async () => {
  expect(await leftBy(powerLoss('kept'), {})).toEqual([]);
  expect(await leftBy(powerLoss('kept'), { [CONTAINER]: 'exited' })).toEqual([
    `${CONTAINER} was: running; it is: exited`,
  ]);
  expect(await leftBy(powerLoss('kept'), { [RULES]: 'a table' })).toEqual([`${RULES} was: none; it is: a table`]);
});

test('who comes back to empty disks may end by itself; what the kernel holds of it is as before all the same', async () => {
  expect(await leftBy(powerLoss('destroyed'), { [CONTAINER]: 'exited' })).toEqual([]);
  expect(await leftBy(powerLoss('destroyed'), { [RULES]: 'a table' })).toEqual([`${RULES} was: none; it is: a table`]);
});
