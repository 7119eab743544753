import { PassThrough } from 'node:stream';
import type Docker from 'dockerode';
import { expect, test } from 'vitest';
import { type VirtualClock, virtualClock } from '../../../src/clock.js';
import type { Berth, Topology } from '../../../src/engine/docker/berth.js';
import { makeHolds } from '../../../src/engine/docker/holds.js';
import type { Step } from '../../../src/plan/plan.js';

const LEASE_MS = 6000;
const STEP: Step = { id: 'f1.1', fault: 'f1', unit: 'web', action: { verb: 'power-off', volumes: 'kept' } };

test('a lease that ran out before it could be renewed is told with its unit; one that was renewed in time is not', async () => {
  expect(await troublesWhen(() => false)).toEqual([]);
  const refused = await troublesWhen((nowMs) => nowMs > 5000 && nowMs < 20_000);
  expect(refused.filter(({ state }) => state === 'lapsed')).toEqual([
    {
      unit: 'web',
      state: 'lapsed',
      detail: expect.stringMatching(/^its network fault ended by itself up to \d+ s ago/),
    },
  ]);
  expect(refused.filter(({ state }) => state === 'failed').length).toBeGreaterThan(1);
});

test('a fault that is ended too late for its lease had ended before', async () => {
  const troubles = await troublesWhen((nowMs) => nowMs > 5000 && nowMs < 29_000);
  expect(troubles.at(-1)).toMatchObject({ unit: 'web', state: 'lapsed' });
});

/** What is told of a fault that is held for half a minute by an engine that refuses every command at some times. */
async function troublesWhen(refuses: (nowMs: number) => boolean) {
  const clock = virtualClock(Date.parse('2022-10-15T06:29:30Z'));
  const troubles: { unit: string; state: string; detail: string }[] = [];
  const berth = { unit: { name: 'web' }, anchor: 'anchor' } as Berth;
  const topology = {
    drill: 'd-1',
    berths: new Map([['web', berth]]),
    relay: null,
    addressOf: () => '10.0.0.2',
  } as unknown as Topology;
  const docker = strawDocker(clock, refuses);
  await clock.run(async () => {
    const holds = makeHolds(docker, clock, topology, LEASE_MS, (unit, state, detail) =>
      troubles.push({ unit, state, detail }),
    );
    await holds.take(berth, [STEP], clock.now());
    await clock.sleepUntil(29_500);
    await holds.release(berth, [STEP]);
    holds.stop();
  });
  return troubles;
}

/** A Docker whose only container runs every command at once. */
function strawDocker(clock: VirtualClock, refuses: (nowMs: number) => boolean): Docker {
  const stamp = () => `${BigInt(Math.round(clock.epochOf(clock.now()) * 1000))}000\n`;
  const exec = async () => {
    if (refuses(clock.now())) throw new Error('the engine answered with 500');
    return {
      id: 'e',
      inspect: async () => ({ Running: false, ExitCode: 0 }),
      async start() {
        const payload = Buffer.from(stamp() + stamp());
        const header = Buffer.alloc(8);
        header.writeUInt32BE(payload.length, 4);
        const stream = new PassThrough();
        stream.end(Buffer.concat([header, payload]));
        return stream;
      },
    };
  };
  return { getContainer: () => ({ exec }) } as unknown as Docker;
}
