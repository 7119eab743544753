import type Docker from 'dockerode';
import { describe, expect, test } from 'vitest';
import { virtualClock } from '../../src/clock.js';
import { isLockHeld, makeLock } from '../../src/engine/docker/lock.js';
import { EnvironmentError } from '../../src/errors.js';

const refusal = (statusCode: number, words: string) => Object.assign(new Error(words), { statusCode });

/** An engine on which the lock's name is taken by a container of this drill in this state. */
function takenBy(drill: string, Status: string, ExitCode: number): Docker {
  return {
    createContainer: () => Promise.reject(refusal(409, 'name is already in use')),
    getContainer: () => ({
      inspect: async () => ({ Config: { Labels: { 'firedrill.drill': drill } }, State: { Status, ExitCode } }),
    }),
  } as unknown as Docker;
}

describe('the lock of a scenario that another drill has', () => {
  const refused = async (status: string, exitCode: number) => {
    const lock = makeLock(takenBy('d-other', status, exitCode), virtualClock());
    const error = await lock.take('A scenario', { 'firedrill.drill': 'd-own' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EnvironmentError);
    const { message, remedy } = error as EnvironmentError;
    return `${message}. ${remedy}`;
  };

  test('says to wait where its runner lives, and to recover where its runner is gone', async () => {
    expect(await refused('running', 0)).toBe('d-other is drilling the same scenario on this engine. Wait for its end.');
    expect(await refused('exited', 0)).toMatch(/^d-other, whose runner is gone, .* Run `firedrill recover`/);
  });

  test('says both where the engine cannot tell: it was never held, or ended by the engine itself', async () => {
    for (const [status, code] of [
      ['created', 0],
      ['exited', 137],
      ['paused', 0],
    ] as const) {
      expect(isLockHeld(status, code)).toBeNull();
      expect(await refused(status, code)).toMatch(/or its runner is gone\. Wait for its end; when `firedrill status`/);
    }
  });
});

test('a lock that the engine ended while its holder lived is taken again, and explains what failed meanwhile', async () => {
  const clock = virtualClock();
  const streams: (() => void)[] = [];
  let starts = 0;
  let state = { Running: false, Status: 'created', ExitCode: 0 };
  const container = {
    inspect: async () => ({ State: state }),
    async attach() {
      const stream = {
        on(event: string, act: () => void) {
          if (event === 'close') streams.push(act);
          return stream;
        },
        resume: () => stream,
        destroy() {},
      };
      return stream;
    },
    async start() {
      starts += 1;
      state = { Running: true, Status: 'running', ExitCode: 0 };
    },
  };
  const docker = { createContainer: async () => container, getContainer: () => container } as unknown as Docker;
  const lock = makeLock(docker, clock);
  await clock.run(async () => {
    await lock.take('A scenario', {});
    expect(starts).toBe(1);
    expect(() => lock.explain(new Error('unit web ended by itself'))).toThrow(/^unit web ended by itself$/);
    // A connection alone is lost, as with an engine whose containers outlive it.
    streams.at(-1)?.();
    await clock.sleepUntil(clock.now() + 2000);
    expect([starts, streams.length]).toEqual([1, 2]);
    state = { Running: false, Status: 'exited', ExitCode: 137 };
    streams.at(-1)?.();
    await clock.sleepUntil(clock.now() + 2000);
    expect([starts, streams.length]).toEqual([2, 3]);
    expect(() => lock.explain(new Error('unit web ended by itself'))).toThrow(
      /Docker ended containers .*restarted: unit web/,
    );
    lock.release();
  });
});
