import { expect, test } from 'vitest';
import { type Clock, wallClock } from '../../../src/clock.js';
import { raiseTestDrill } from './drills.js';
import { describeOnDocker } from './engine-or-skip.js';
import { knockUntil } from './knocks.js';

const UNIT = { name: 'web-a', site: 'a' };
/** A clock is read a little before or after what it is read for. */
const HAIR_MS = 1;

describeOnDocker('with a runner whose clock is off', () => {
  test.each([
    [3000, 0],
    [-3_600_000, 7000],
  ])(
    'by %d ms (and its monotonic time by %d ms), a power loss is told for when the engine made it happen',
    async (epochMs, monotonicMs) => {
      const drill = await raiseTestDrill([UNIT], {}, { clock: offBy(epochMs, monotonicMs) });
      try {
        const over = new AbortController();
        const knocking = knockUntil(drill.addressOf(UNIT.name), 9000, 10, over.signal, drill.clock.now);
        const struck = drill.strike({ kind: 'power-loss', targets: [UNIT.name], volumes: 'kept' });
        const { effects } = await struck.finally(() => over.abort());
        const knocks = await knocking;
        expect(effects).toMatchObject([{ error: null, timed: 'kernel' }]);
        const [fromMs = 0, toMs = 0] = effects.flatMap((one) => [one.fromMs, one.toMs]);
        const [good, bad] = [knocks.filter(({ ok }) => ok), knocks.filter(({ ok }) => !ok)];
        expect([good.length > 0, bad.length > 0]).toEqual([true, true]);
        // Whoever was let in came before it, and whoever was not, after it.
        expect(Math.max(...good.map(({ beforeMs }) => beforeMs)) - toMs).toBeLessThanOrEqual(HAIR_MS);
        expect(fromMs - Math.min(...bad.map(({ afterMs }) => afterMs))).toBeLessThanOrEqual(HAIR_MS);
      } finally {
        await drill.close();
      }
    },
  );
});

/** A runner's own clocks, off by so much. */
function offBy(epochMs: number, monotonicMs: number): Clock {
  const real = wallClock();
  return {
    now: () => real.now() + monotonicMs,
    epochOf: (atMs) => real.epochOf(atMs - monotonicMs) + epochMs,
    sleepUntil: (atMs, signal) => real.sleepUntil(atMs - monotonicMs, signal),
  };
}
