import { expect, test } from 'vitest';
import { virtualClock } from '../../src/clock.js';
import type { Berth } from '../../src/engine/docker/berth.js';
import { breakUnit } from '../../src/engine/docker/breaking.js';
import { makeTurns } from '../../src/engine/docker/turns.js';
import type { Ward } from '../../src/engine/docker/ward.js';
import type { Effect } from '../../src/engine/engine.js';
import type { Step } from '../../src/plan/plan.js';

/** A power loss at 1 s whose processes stood still at once, and whose rules came between these instants. */
async function losePower(rules: Pick<Effect, 'fromMs' | 'toMs' | 'timed'>) {
  const clock = virtualClock();
  const step: Step = { id: 'f1.1', fault: 'f1', unit: 'web', action: { verb: 'power-off', volumes: 'kept' } };
  const berth = { unit: { name: 'web' }, container: 'c' } as unknown as Berth;
  const container = { inspect: async () => ({ State: { Running: true, Paused: true } }), pause: async () => {} };
  const ward = {
    clock,
    docker: { getContainer: () => container },
    topology: { berths: new Map([['web', berth]]) },
    holds: { take: async () => [{ step: step.id, error: null, ...rules }] },
    open: new Map([['web', new Map([[step.id, step]])]]),
    turns: makeTurns(),
    endings: new Map(),
  } as unknown as Ward;
  const halts = Promise.resolve(new Map([['web', { fromMs: 999.8, toMs: 1000.4, processes: 1 }]]));
  return clock.run(() => breakUnit(ward, 'web', [step], 1000, halts, () => {}));
}

test('a power loss takes hold when its processes stand still, where its rules come later', async () => {
  expect(await losePower({ fromMs: 1021, toMs: 1057 })).toMatchObject([
    { fromMs: 999.8, toMs: 1057, halted: { fromMs: 999.8, toMs: 1000.4 }, error: null },
  ]);
});

test('and at its instant, where the kernel times the rules', async () => {
  expect(await losePower({ fromMs: 1000, toMs: 1001, timed: 'kernel' })).toMatchObject([{ fromMs: 1000, toMs: 1001 }]);
});
