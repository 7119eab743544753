import { PassThrough } from 'node:stream';
import type Docker from 'dockerode';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Clock, type VirtualClock, virtualClock } from '../../src/clock.js';
import { runInsideAt } from '../../src/engine/docker/commands.js';
import { grasp } from '../../src/engine/docker/hand.js';

/** The kernel's time of day at the beginning of the drill's time. */
const EPOCH_MS = Date.parse('2022-10-15T06:29:30.250Z');

/** A clock of which the kernel's may be so much behind or ahead. */
function clockUnsureBy(behindMs: number, aheadMs: number): VirtualClock {
  return {
    ...virtualClock(EPOCH_MS),
    spanOf: (epochMs) => ({ fromMs: epochMs - EPOCH_MS - aheadMs, toMs: epochMs - EPOCH_MS + behindMs }),
  };
}

/** An engine in which every command says this, `takesMs` after it was started. */
function engineThatSays(output: string, clock: Clock, takesMs: number): Docker {
  const exec = {
    id: 'e1',
    async start() {
      const stream = new PassThrough();
      const head = Buffer.alloc(8);
      head[0] = 1;
      head.writeUInt32BE(Buffer.byteLength(output), 4);
      await clock.sleepUntil(clock.now() + takesMs);
      stream.end(Buffer.concat([head, Buffer.from(output)]));
      return stream;
    },
    inspect: async () => ({ Running: false, ExitCode: 0 }),
  };
  return { getContainer: () => ({ exec: async () => exec }) } as unknown as Docker;
}

const stampAt = (atMs: number) => `${EPOCH_MS + atMs}000000`;

describe('what a kernel stamped', () => {
  const grip = { container: 'c1', program: null, isFrozen: false };

  test('is told by the hand with all that is not known of the clocks: from the first edge to the last', async () => {
    const clock = clockUnsureBy(7, 4);
    const docker = engineThatSays(`0 ${stampAt(120)} ${stampAt(122)} 3\n`, clock, 300);
    const timing = { atMs: 120, limitMs: 5000 };
    const grasps = await clock.run(() => grasp(docker, clock, 'hand', 'halt', [grip, grip], timing));
    expect(grasps).toEqual([{ fromMs: 116, toMs: 129, processes: 3 }, null]);
  });

  test('is told of a command with all that is not known of the clocks', async () => {
    const clock = clockUnsureBy(7, 4);
    const docker = engineThatSays(`${stampAt(120)}\nits words\n${stampAt(122)}\n`, clock, 300);
    const timing = { atMs: 120, limitMs: 5000, what: 'a test' };
    const ran = await clock.run(() => runInsideAt(docker, clock, 'c1', timing, 'true', []));
    expect(ran).toMatchObject({ fromMs: 116, toMs: 129, output: 'its words' });
  });

  test('lies between sending and answer, whatever the clocks say, and holds the truth', async () => {
    const instant = fc.integer({ min: -5000, max: 5000 });
    await fc.assert(
      fc.asyncProperty(instant, instant, fc.integer({ min: 0, max: 400 }), async (behindMs, aheadMs, atMs) => {
        // It really was at `atMs`: the kernel's clock is off by no more than the drill knows.
        const [low, high] = [Math.min(behindMs, aheadMs), Math.max(behindMs, aheadMs)];
        const clock = clockUnsureBy(high, -low);
        const stamp = stampAt(atMs - Math.round((low + high) / 2));
        const docker = engineThatSays(`0 ${stamp} ${stamp} 1\n`, clock, 400);
        const timing = { atMs, limitMs: 5000 };
        const [one] = await clock.run(() => grasp(docker, clock, 'hand', 'kill', [grip], timing));
        expect(one?.fromMs).toBeGreaterThanOrEqual(0);
        expect(one?.toMs).toBeLessThanOrEqual(400);
        expect(one?.fromMs).toBeLessThanOrEqual(atMs);
        expect(one?.toMs).toBeGreaterThanOrEqual(atMs);
      }),
    );
  });
});
