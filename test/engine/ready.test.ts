import type Docker from 'dockerode';
import { expect, test } from 'vitest';
import { virtualClock } from '../../src/clock.js';
import type { Berth } from '../../src/engine/docker/berth.js';
import { whenReady } from '../../src/engine/docker/ready.js';

const HANGS_MS = 2000;

/** A unit whose engine lets it go at 1 s, that runs from `runsMs` on, and of which the looks sent in between hang. */
async function lookFor(runsMs: number, hangs: readonly [fromMs: number, toMs: number], sinceMs = 900) {
  const clock = virtualClock();
  const sent: number[] = [];
  const inspect = async () => {
    const sentMs = clock.now();
    sent.push(sentMs);
    const isLost = sentMs >= hangs[0] && sentMs < hangs[1];
    await clock.sleepUntil(sentMs + (isLost ? HANGS_MS : 1));
    return { State: { Running: !isLost && sentMs >= runsMs, Restarting: false, Paused: false } };
  };
  const docker = { getContainer: () => ({ inspect }) } as unknown as Docker;
  const berth = { container: 'web', service: { ready: null }, letGoMs: null } as unknown as Berth;
  const ready = await clock.run(async () => {
    const found = whenReady(docker, clock, berth, sinceMs, new AbortController().signal);
    await clock.sleepUntil(1000);
    berth.letGoMs = 1000;
    return found;
  });
  return { ready, sent };
}

test('a unit that comes back is seen at once, although the looks before hang for two seconds', async () => {
  const { ready } = await lookFor(1300, [1000, 1290]);
  expect(ready?.toMs).toBeGreaterThanOrEqual(1300);
  expect(ready?.toMs).toBeLessThanOrEqual(1400);
});

test('nobody looks before the engine lets go of it, and then the last look that failed is where its interval begins', async () => {
  const { ready, sent } = await lookFor(1300, [0, 0]);
  expect(sent[0]).toBeGreaterThanOrEqual(1000);
  expect(ready?.fromMs).toBeLessThan(1300);
  expect(ready?.toMs).toBeGreaterThanOrEqual(1300);
  expect((ready?.toMs ?? 0) - (ready?.fromMs ?? 0)).toBeLessThanOrEqual(60);
});

test('one that is ready at the first look may have been so since it was let go', async () => {
  const { ready } = await lookFor(0, [0, 0]);
  expect(ready?.fromMs).toBe(1000);
  expect(ready?.toMs).toBeLessThanOrEqual(1020);
});

test('however many looks hang, few are under way at a time', async () => {
  const { sent } = await lookFor(20_000, [1000, 19_000]);
  const underWay = sent.map((ms) => sent.filter((other) => other <= ms && other > ms - HANGS_MS).length);
  expect(Math.max(...underWay)).toBeLessThanOrEqual(12);
});
