import { describe, expect, test } from 'vitest';
import type { Moment } from '../../src/plan/plan.js';
import { fault, prepare } from './rehearsal.js';

const CONTAINER = 'container firedrill-d-1-db-pangyo';
const RULES = 'rules and queues of db-pangyo';

/** What is not as before after a drill with this moment when its engine's things are so after the story; nothing is left of it. */
async function unlikeAfter(moment: Moment, after: Record<string, string>) {
  const before = { [CONTAINER]: 'running', [RULES]: 'none' };
  let censuses = 0;
  const drill = prepare({
    moments: [moment],
    // Before the drill nothing stands, then what was raised, then what the story has left of it, and nothing in the end.
    engine: { census: async () => [{}, before, { ...before, ...after }, {}][censuses++] ?? {} },
  });
  await drill.run();
  expect(drill.of('end')).toMatchObject([{ why: 'completed', left: [] }]);
  expect(drill.endings).toMatchObject([{ proved: true }]);
  return drill.of('proof').flatMap(({ differences }) => differences);
}

function powerLoss(volumes: 'kept' | 'destroyed'): Moment {
  const dark = fault(2000, 'f1');
  return { ...dark, steps: dark.steps.map((step) => ({ ...step, action: { verb: 'power-off', volumes } })) };
}

test('a unit that does not run after its cure is not as before, and rules that are left neither; what was removed is not left', async () => {
  expect(await unlikeAfter(powerLoss('kept'), {})).toEqual([]);
  expect(await unlikeAfter(powerLoss('kept'), { [CONTAINER]: 'exited' })).toEqual([
    `${CONTAINER} was: running; it is: exited`,
  ]);
  expect(await unlikeAfter(powerLoss('kept'), { [RULES]: 'a table' })).toEqual([`${RULES} was: none; it is: a table`]);
});

test('who comes back to empty disks may end by itself; what the kernel holds of it is as before all the same', async () => {
  expect(await unlikeAfter(powerLoss('destroyed'), { [CONTAINER]: 'exited' })).toEqual([]);
  expect(await unlikeAfter(powerLoss('destroyed'), { [RULES]: 'a table' })).toEqual([
    `${RULES} was: none; it is: a table`,
  ]);
});

describe('what stood before the drill', () => {
  const WEB = { 'container web': 'running', 'container db': 'running' };
  const DEAD = { ...WEB, 'container web': 'exited' };
  const lowered = (census: () => Promise<Record<string, string>>, wishes: Parameters<typeof prepare>[0] = {}) => {
    let asked = false;
    const engine = {
      census: () => (asked ? census() : Promise.resolve(WEB)),
      async lower() {
        asked = true;
        return wishes.engine?.lower?.(() => {}) ?? [];
      },
      hasTouched: wishes.engine?.hasTouched ?? (() => false),
    };
    return prepare({ ...wishes, engine });
  };

  test('and changed while no call of ours named it is a remark, and nothing that is left', async () => {
    const drill = lowered(async () => DEAD, { guard: { bystanders: false } });
    await drill.run();
    expect(drill.of('end')).toMatchObject([{ why: 'completed', left: [] }]);
    expect(drill.of('warning').map(({ message }) => message)).toEqual([
      'container web changed by itself or by somebody else: was: running; it is: exited',
    ]);
    expect(drill.of('proof').at(-1)).toMatchObject({ scope: 'engine', compared: 1, differences: [] });
    expect(drill.endings).toMatchObject([{ proved: true }]);
  });

  test('and changed when a call of ours had named it is left, guard or no guard', async () => {
    const drill = lowered(async () => DEAD, {
      guard: { bystanders: false },
      engine: { hasTouched: (thing) => thing === 'container web' },
    });
    await drill.run();
    const left = ['container web was: running; it is: exited'];
    expect(drill.of('end')).toMatchObject([{ why: 'completed', left }]);
    expect(drill.of('proof').at(-1)).toMatchObject({ compared: 2, differences: left });
    expect(drill.endings).toMatchObject([{ proved: false }]);
  });

  test('is asked for again by an engine that was away for ten seconds after all was removed', async () => {
    let refusals = 10;
    const drill = lowered(async () => {
      if (refusals > 0) {
        refusals -= 1;
        throw new Error('socket hang up');
      }
      return WEB;
    });
    await drill.run();
    expect(drill.of('proof').at(-1)).toMatchObject({ scope: 'engine', compared: 2, differences: [] });
    expect(drill.endings).toMatchObject([{ proved: true }]);
  });

  test('and that nobody can tell about is not proved; it is left where something is', async () => {
    const away = async () => Promise.reject(new Error('socket hang up'));
    const removed = lowered(away);
    await removed.run();
    expect(removed.of('end')).toMatchObject([{ left: [] }]);
    expect(removed.of('proof').at(-1)?.differences[0]).toMatch(/^it could not be proved .*: socket hang up$/);
    expect(removed.endings).toMatchObject([{ proved: false }]);
    const stuck = lowered(away, { engine: { lower: async () => ['container firedrill-d-1-db'] } });
    await stuck.run();
    const [end] = stuck.of('end');
    expect(end?.left).toContain('container firedrill-d-1-db');
    expect(end?.left.at(-1)).toMatch(/^it could not be proved/);
    expect(stuck.endings).toMatchObject([{ proved: false }]);
  });
});
