import { PassThrough } from 'node:stream';
import type Docker from 'dockerode';
import { describe, expect, test } from 'vitest';
import { type Clock, type VirtualClock, virtualClock } from '../../../src/clock.js';
import type { Berth, Topology } from '../../../src/engine/docker/berth.js';
import { makeHolds } from '../../../src/engine/docker/holds.js';
import type { Step } from '../../../src/plan/plan.js';

const LEASE_MS = 6000;
const BERTH = { unit: { name: 'web' }, anchor: 'anchor' } as Berth;
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

describe('when the engine’s time of day is set', () => {
  // The kernel's second 40 is when the fault is due.
  const DUE_MS = 10_000;

  test.each([5, -5])(
    'by %d s before a fault that is armed, the fault still begins at the instant that was meant',
    async (bySeconds) => {
      const { rules } = await setDuringHold({ armedAtMs: 8000, setAtMs: 8500, byMs: bySeconds * 1000, dueMs: DUE_MS });
      expect(rules[0]?.text).toContain(`meta time >= ${40 + EPOCH_S}`);
      expect(rules[1]).toMatchObject({ atMs: 8500 });
      expect(rules[1]?.text).toContain(`meta time >= ${40 + bySeconds + EPOCH_S}`);
    },
  );

  test('by what is no whole second, a command waits inside for the instant', async () => {
    const { rules } = await setDuringHold({ armedAtMs: 7000, setAtMs: 7500, byMs: 2300, dueMs: DUE_MS });
    expect(rules[1]?.text).toContain(`meta time >= ${43 + EPOCH_S}`);
    expect(rules[2]?.text).not.toContain('meta time >=');
    // It acts at the instant by the kernel's new time of day.
    expect(rules[2]?.actsAtS).toBeCloseTo(42.3 + EPOCH_S, 3);
  });

  test.each([5, -5])('by %d s during a fault, its lease ends when it was to end', async (bySeconds) => {
    const { rules, troubles } = await setDuringHold({
      armedAtMs: 1000,
      setAtMs: 1200,
      byMs: bySeconds * 1000,
      dueMs: 0,
    });
    const endOf = (text = '') => Number(/meta time < (\d+)/.exec(text)?.[1]);
    expect(Math.abs(endOf(rules[1]?.text) - endOf(rules[0]?.text) - bySeconds)).toBeLessThanOrEqual(2);
    expect(rules[1]?.text).not.toContain('meta time >=');
    expect(troubles).toEqual([]);
  });

  test('past the end of a lease, the fault had ended, and that is told', async () => {
    const { troubles } = await setDuringHold({ armedAtMs: 1000, setAtMs: 1200, byMs: 20_000, dueMs: 0 });
    expect(troubles).toMatchObject([{ unit: 'web', state: 'lapsed' }]);
    expect(troubles[0]?.detail).toMatch(/because the engine's clock was set forward by 20 s$/);
  });
});

const EPOCH_S = Date.parse('2022-10-15T06:29:00Z') / 1000;

interface SetDuringHold {
  readonly armedAtMs: number;
  readonly setAtMs: number;
  readonly byMs: number;
  readonly dueMs: number;
}

/** The rules that a kernel gets, and when, while a fault is due or held and its time of day is set. */
async function setDuringHold({ armedAtMs, setAtMs, byMs, dueMs }: SetDuringHold) {
  const virtual = virtualClock(EPOCH_S * 1000 + 30_000);
  let set = 0;
  const clock: VirtualClock = { ...virtual, epochOf: (atMs) => virtual.epochOf(atMs) + set };
  const rules: { atMs: number; actsAtS: number; text: string }[] = [];
  const troubles: { unit: string; state: string; detail: string }[] = [];
  const docker = strawDocker(
    clock,
    () => false,
    (command) => {
      const [, , , , actsAt, , text = ''] = command;
      rules.push({ atMs: clock.now(), actsAtS: Number(actsAt) / 1e9, text });
    },
  );
  await virtual.run(async () => {
    const holds = makeHolds(docker, clock, topologyOf(BERTH), 15_000, (unit, state, detail) =>
      troubles.push({ unit, state, detail }),
    );
    await clock.sleepUntil(armedAtMs);
    const taken = holds.take(BERTH, [STEP], dueMs);
    await clock.sleepUntil(setAtMs);
    set = byMs;
    await holds.rearm(byMs);
    await clock.sleepUntil(dueMs + 200);
    await taken;
    holds.stop();
  });
  return { rules, troubles };
}

/** What is told of a fault that is held for half a minute by an engine that refuses every command at some times. */
async function troublesWhen(refuses: (nowMs: number) => boolean) {
  const clock = virtualClock(Date.parse('2022-10-15T06:29:30Z'));
  const troubles: { unit: string; state: string; detail: string }[] = [];
  const docker = strawDocker(clock, refuses);
  await clock.run(async () => {
    const holds = makeHolds(docker, clock, topologyOf(BERTH), LEASE_MS, (unit, state, detail) =>
      troubles.push({ unit, state, detail }),
    );
    await holds.take(BERTH, [STEP], clock.now());
    await clock.sleepUntil(29_500);
    await holds.release(BERTH, [STEP]);
    holds.stop();
  });
  return troubles;
}

function topologyOf(berth: Berth): Topology {
  return {
    drill: 'd-1',
    berths: new Map([['web', berth]]),
    relay: null,
    addressOf: () => '10.0.0.2',
  } as unknown as Topology;
}

/** A Docker whose only container runs every command at once. */
function strawDocker(
  clock: Clock,
  refuses: (nowMs: number) => boolean,
  hear: (command: readonly string[]) => void = () => {},
): Docker {
  const stamp = () => `${BigInt(Math.round(clock.epochOf(clock.now()) * 1000))}000\n`;
  const exec = async ({ Cmd }: { Cmd: string[] }) => {
    hear(Cmd);
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
