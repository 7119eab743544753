import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type VirtualClock, virtualClock, wallClock } from '../src/clock.js';

describe('virtual time', () => {
  test('sleepers wake in the order of their instants, equal instants in the order they came', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 40 }), async (instants) => {
        const woken = await order(instants);
        const expected = instants.map((atMs, index) => ({ atMs, index })).sort((a, b) => a.atMs - b.atMs);
        expect(woken).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  async function order(instants: readonly number[]) {
    const clock = virtualClock();
    const woken: { atMs: number; index: number }[] = [];
    await clock.run(() =>
      Promise.all(
        instants.map(async (atMs, index) => {
          await clock.sleepUntil(atMs);
          woken.push({ atMs: clock.now(), index });
        }),
      ),
    );
    return woken;
  }

  test('everything that follows from one sleeper happens before the next one wakes, even at the same instant', async () => {
    const clock = virtualClock();
    const said: string[] = [];
    await clock.run(() =>
      Promise.all([
        clock.sleepUntil(5).then(async () => {
          for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
          said.push('what followed from the first');
        }),
        clock.sleepUntil(5).then(() => said.push('second')),
      ]),
    );
    expect(said).toEqual(['what followed from the first', 'second']);
  });

  test('a sleep of a month takes no time, and the time of day goes along', async () => {
    const monthMs = 30 * 24 * 3_600_000;
    const clock = virtualClock(1_000);
    await clock.run(() => clock.sleepUntil(monthMs));
    expect(clock.now()).toBe(monthMs);
    expect(clock.epochOf(clock.now())).toBe(monthMs + 1_000);
  });

  test('an instant that is past, or is no number, turns time neither back nor into nonsense', async () => {
    const clock = virtualClock();
    await clock.run(async () => {
      await clock.sleepUntil(100);
      for (const atMs of [50, -1, Number.NEGATIVE_INFINITY, Number.NaN]) await clock.sleepUntil(atMs);
    });
    expect(clock.now()).toBe(100);
  });

  test('a signal wakes its sleeper at once, and the instant it slept for is forgotten', async () => {
    const clock = virtualClock();
    const stop = new AbortController();
    await clock.run(async () => {
      const long = clock.sleepUntil(1_000_000, stop.signal).then(() => clock.now());
      await clock.sleepUntil(10);
      stop.abort();
      expect(await long).toBe(10);
      await clock.sleepUntil(20);
      await clock.sleepUntil(5_000, stop.signal);
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(clock.now()).toBe(20);
    });
  });

  test('many sleep on one signal without a warning, and all of them wake in the order they came', async () => {
    const heard = hearWarnings();
    const clock = virtualClock();
    const stop = new AbortController();
    const woken: number[] = [];
    await clock.run(async () => {
      const all = Array.from({ length: 300 }, async (_, index) => {
        await clock.sleepUntil(1_000, stop.signal);
        woken.push(index);
      });
      await clock.sleepUntil(1);
      stop.abort();
      await Promise.all(all);
    });
    expect(woken).toEqual(Array.from({ length: 300 }, (_, index) => index));
    expect(await heard()).toEqual([]);
  });

  test('a sleep without an end ends by its signal, and moves no time', async () => {
    const clock = virtualClock();
    const stop = new AbortController();
    await clock.run(async () => {
      const endless = clock.sleepUntil(Number.POSITIVE_INFINITY, stop.signal);
      await clock.sleepUntil(7);
      stop.abort();
      await endless;
    });
    expect(clock.now()).toBe(7);
  });

  test.each([
    ['nothing at all', () => new Promise<void>(() => {})],
    ['an instant without an end', (clock: VirtualClock) => clock.sleepUntil(Number.POSITIVE_INFINITY)],
  ])('a task that waits for %s is told so instead of hanging', async (_, task) => {
    const clock = virtualClock();
    await expect(clock.run(() => task(clock))).rejects.toThrow('virtual time stands still');
  });

  test('time stands still while a task that sleeps for nothing is busy elsewhere', async () => {
    const clock = virtualClock();
    await clock.run(async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      await clock.sleepUntil(4);
    });
    expect(clock.now()).toBe(4);
  });

  test('it gives what the task gives, throws what the task throws, and can be run again', async () => {
    const clock = virtualClock();
    expect(await clock.run(async () => 'done')).toBe('done');
    await expect(clock.run(() => clock.sleepUntil(3).then(() => Promise.reject(new Error('mine'))))).rejects.toThrow(
      'mine',
    );
    await clock.run(() => clock.sleepUntil(clock.now() + 4));
    expect(clock.now()).toBe(7);
  });
});

describe('real time', () => {
  test('a sleeper never wakes early', async () => {
    const clock = wallClock();
    for (const ms of [0.4, 1, 3.7]) {
      const untilMs = clock.now() + ms;
      await clock.sleepUntil(untilMs);
      expect(clock.now()).toBeGreaterThanOrEqual(untilMs);
    }
  });

  test('an instant that is past or is no number is not waited for', async () => {
    const clock = wallClock();
    for (const atMs of [-1, 0, Number.NaN]) await clock.sleepUntil(atMs);
  });

  test('a sleep longer than any timer lasts until its signal', async () => {
    const heard = hearWarnings();
    const clock = wallClock();
    const stop = new AbortController();
    let awake = false;
    const long = clock.sleepUntil(2 ** 33, stop.signal).then(() => {
      awake = true;
    });
    await clock.sleepUntil(clock.now() + 20);
    expect(awake).toBe(false);
    stop.abort();
    await long;
    await clock.sleepUntil(2 ** 33, stop.signal);
    expect(await heard()).toEqual([]);
  });

  test('the time of day of an instant is known far better than to the millisecond', () => {
    const clock = wallClock();
    // The middle of many, because the machine may stop this test in the middle of its own measurement.
    const errorsMs = Array.from({ length: 20 }, () => {
      const first = Date.now();
      let tick = first;
      let atMs = 0;
      while (tick === first) {
        atMs = clock.now();
        tick = Date.now();
      }
      // Asked in the middle of a millisecond, where it has to know more than the machine says.
      while (clock.now() < atMs + 0.5);
      return Math.abs(clock.epochOf(atMs) - tick);
    });
    const median = errorsMs.sort((a, b) => a - b)[10];
    expect(median).toBeLessThan(0.2);
  });
});

/** Listens to what the runtime complains of, until it is asked. */
function hearWarnings(): () => Promise<string[]> {
  const warnings: string[] = [];
  const hear = (warning: Error) => warnings.push(warning.name);
  process.on('warning', hear);
  return async () => {
    await new Promise(setImmediate);
    process.off('warning', hear);
    return warnings;
  };
}
