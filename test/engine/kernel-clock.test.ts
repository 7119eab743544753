import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Clock } from '../../src/clock.js';
import { followKernel } from '../../src/engine/docker/kernel-clock.js';
import { steeredClock } from '../../src/engine/docker/steered-clock.js';
import type { ClockNews } from '../../src/engine/engine.js';
import { type Mishaps, worldOf } from './runner-clocks.js';

/** Until its rate is known, a runner's clock that is 1 % off goes wrong by so much between two answers, four times a second. */
const UNKNOWN_MS = 3;
/** A set is found, and made good, within so long. */
const FOUND_MS = 1000;

interface Look {
  readonly trueMs: number;
  /** How far the drill's time is from the true one. */
  readonly offMs: number;
  /** How far its time of day is from the kernel's. */
  readonly epochOffMs: number;
  /** Both as they were read. */
  readonly nowMs: number;
  readonly epochMs: number;
}

/** Follows a kernel for half a minute of true time, and looks at the drill's clock ten times a second. */
async function follow(mishaps: Mishaps, forMs = 30_000) {
  const world = worldOf(mishaps);
  const clock = steeredClock(world.raw);
  const news: ClockNews[] = [];
  const armed: number[] = [];
  const looks: Look[] = [];
  const slept: { readonly dueMs: number; readonly trueMs: number }[] = [];
  await world.truth.run(async () => {
    const listener = { tell: (one: ClockNews) => news.push(one), set: async (byMs: number) => void armed.push(byMs) };
    const following = await followKernel(clock, (wake) => world.openStamps(wake), listener);
    const zeroMs = clock.now() - world.truth.now();
    const sleep = async () => {
      for (let dueMs = 500; dueMs < forMs - 1000; dueMs += 500) {
        await clock.sleepUntil(zeroMs + dueMs);
        slept.push({ dueMs, trueMs: world.truth.now() });
      }
    };
    const sleeping = sleep();
    for (let atMs = 100; atMs <= forMs; atMs += 100) {
      await world.truth.sleepUntil(atMs);
      const nowMs = clock.now();
      const offMs = nowMs - zeroMs - world.truth.now();
      const epochMs = world.epoch();
      looks.push({ trueMs: atMs, offMs, epochOffMs: clock.epochOf(nowMs) - epochMs, nowMs, epochMs });
    }
    await sleeping;
    following.stop();
  });
  const steps = news.filter((one) => one.kind === 'stepped');
  const measured = news.filter((one) => one.kind === 'measured');
  return { looks, steps, measured, armed, slept, clock };
}

/** How far outside of the span that is told of a kernel's stamp the drill's time was when it was made. */
function outsideOf({ spanOf }: Clock, { nowMs, epochMs }: Look): number {
  const span = spanOf?.(epochMs) ?? { fromMs: Number.NaN, toMs: Number.NaN };
  return Math.max(span.fromMs - nowMs, nowMs - span.toMs);
}

const worst = (looks: readonly Look[], of: 'offMs' | 'epochOffMs') =>
  Math.max(...looks.map((look) => Math.abs(look[of])));

describe('the clock of a drill', () => {
  test.each([3000, -3000, 3_600_000, -3_600_000])('has the engine’s time of day, %d ms apart', async (aheadMs) => {
    const { looks, steps, measured } = await follow({ aheadMs });
    expect(worst(looks, 'offMs')).toBeLessThan(1);
    expect(worst(looks, 'epochOffMs')).toBeLessThan(1);
    expect(steps).toEqual([]);
    expect(measured).toHaveLength(2);
    for (const one of measured) {
      expect(Math.abs(one.aheadMs + aheadMs)).toBeLessThanOrEqual(one.unsureMs + 1e-6);
      expect(one.unsureMs).toBeLessThan(1);
    }
  });

  test.each([1.01, 0.99])('goes as the engine’s where the runner’s goes %d times as fast', async (rate) => {
    const { looks, steps, measured } = await follow({ rate });
    expect(steps).toEqual([]);
    expect(
      worst(
        looks.filter(({ trueMs }) => trueMs > 3000),
        'offMs',
      ),
    ).toBeLessThan(2);
    expect(Math.abs((measured.at(-1)?.fastPpm ?? 0) - (rate - 1) * 1e6)).toBeLessThan(300);
  });

  test.each([5000, -5000, 60, -60])(
    'finds within a second that the engine’s time of day was set by %d ms',
    async (byMs) => {
      const { looks, steps, armed } = await follow({ sets: [{ atMs: 12_340, whose: 'engine', byMs }] });
      expect(steps).toMatchObject([{ whose: 'engine' }]);
      expect(Math.abs((armed[0] ?? 0) - byMs)).toBeLessThan(1);
      expect(worst(looks, 'offMs')).toBeLessThan(1);
      const after = looks.filter(({ trueMs }) => trueMs < 12_300 || trueMs > 12_340 + FOUND_MS);
      expect(worst(after, 'epochOffMs')).toBeLessThan(1);
    },
  );

  test.each([5000, -5000, 400, -400])('goes on with the engine’s where the runner’s is set by %d ms', async (byMs) => {
    const { looks, steps, slept, armed, clock } = await follow({ sets: [{ atMs: 12_340, whose: 'raw', byMs }] });
    expect(steps).toMatchObject([{ whose: 'between' }]);
    expect(Math.abs((steps[0]?.byMs ?? 0) - byMs)).toBeLessThan(2);
    expect(armed).toEqual([]);
    const after = looks.filter(({ trueMs }) => trueMs < 12_300 || trueMs > 12_340 + FOUND_MS);
    expect(worst(after, 'offMs')).toBeLessThan(2);
    for (const look of looks) expect(outsideOf(clock, look)).toBeLessThan(1);
    // Nobody is woken by what the runner's clock says: neither early nor five seconds late.
    for (const { dueMs, trueMs } of slept) {
      expect(trueMs - dueMs).toBeGreaterThan(byMs === 400 ? -401 : -2);
      expect(trueMs - dueMs).toBeLessThan(FOUND_MS);
    }
  });

  test('says that the runner’s own time of day was set, and nothing depends on it', async () => {
    const { looks, steps, armed } = await follow({ sets: [{ atMs: 9000, whose: 'runner', byMs: 7000 }] });
    expect(steps).toMatchObject([{ whose: 'runner' }]);
    expect(Math.abs((steps[0]?.byMs ?? 0) - 7000)).toBeLessThan(10);
    expect([...armed, worst(looks, 'offMs') > 1]).toEqual([false]);
  });

  test('takes a runner that stood still for what it is, and no clock for set', async () => {
    const { looks, steps } = await follow({ stills: [{ fromMs: 8050, toMs: 14_020 }] });
    expect(steps).toEqual([]);
    const awake = looks.filter(({ trueMs }) => trueMs < 8000 || trueMs > 14_020 + 100);
    expect(worst(awake, 'offMs')).toBeLessThan(1);
  });

  test('invents no step and is never further off than it says, whatever answers take', async () => {
    const delays = fc.array(
      fc.oneof(fc.double({ min: 0.05, max: 2, noNaN: true }), fc.double({ min: 0, max: 400, noNaN: true })),
      {
        minLength: 20,
        maxLength: 200,
      },
    );
    const rates = fc.double({ min: 0.98, max: 1.02, noNaN: true });
    await fc.assert(
      fc.asyncProperty(delays, rates, async (list, rate) => {
        const { looks, steps, measured, clock } = await follow(
          { rate, delayMs: (count) => list[count % list.length] ?? 1 },
          20_000,
        );
        expect(steps, JSON.stringify(steps)).toEqual([]);
        expect(Math.max(...looks.map((look) => outsideOf(clock, look)))).toBeLessThanOrEqual(0.5);
        const unsureMs = Math.max(...measured.map((one) => one.unsureMs));
        expect(Math.abs(looks.at(-1)?.epochOffMs ?? 0)).toBeLessThanOrEqual(unsureMs + 0.5);
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  test('gives the instant of every stamp of the kernel’s, whichever clock is set, when, and by how much', async () => {
    const byMs = fc.oneof(fc.integer({ min: -8000, max: -300 }), fc.integer({ min: 300, max: 8000 }));
    const whose = fc.constantFrom('raw' as const, 'engine' as const);
    const [first, second] = [fc.integer({ min: 2000, max: 9000 }), fc.integer({ min: 10_000, max: 17_000 })];
    const sets = fc.tuple(fc.record({ atMs: first, whose, byMs }), fc.record({ atMs: second, whose, byMs }));
    const delays = fc.array(fc.double({ min: 0.05, max: 15, noNaN: true }), { minLength: 20, maxLength: 100 });
    const rates = fc.double({ min: 0.99, max: 1.01, noNaN: true });
    await fc.assert(
      fc.asyncProperty(sets, delays, rates, async (list, takes, rate) => {
        const delayMs = (count: number) => takes[count % takes.length] ?? 1;
        const { looks, clock, steps } = await follow({ rate, sets: list, delayMs }, 20_000);
        // What happened while a clock was being found to be set is told as unknown, and judged so.
        const isTold = ({ nowMs }: Look) => steps.some(({ fromMs, toMs }) => nowMs >= fromMs && nowMs <= toMs);
        for (const look of looks.filter((one) => !isTold(one)))
          expect(outsideOf(clock, look), JSON.stringify(look)).toBeLessThan(UNKNOWN_MS);
      }),
      // A failure is told as it is: making it smaller takes longer than the test may.
      { numRuns: 100, endOnFailure: true },
    );
  }, 60_000);
});
