import { afterAll, beforeAll, expect, test } from 'vitest';
import { runInside } from '../../../src/engine/docker/commands.js';
import { raiseTestDrill, type TestDrill } from './drills.js';
import { describeOnDocker } from './engine-or-skip.js';

const LEASE_MS = 6000;
const LIMIT_MS = 60_000;

describeOnDocker('a lease', () => {
  let drill: TestDrill;
  beforeAll(async () => {
    drill = await raiseTestDrill([{ name: 'a', site: 'here' }], { name: 'lease', leaseMs: LEASE_MS });
  }, LIMIT_MS);
  afterAll(() => drill.close(), LIMIT_MS);

  test(
    'is as long as the scenario says, and is renewed for as long as the drill lives',
    async () => {
      await drill.strike({ kind: 'power-loss', targets: ['a'], volumes: 'kept' });
      const first = await endOfLease(drill);
      expect(first.fromNowMs).toBeGreaterThan(0);
      expect(first.fromNowMs).toBeLessThanOrEqual(LEASE_MS + 1000);
      await drill.clock.sleepUntil(drill.clock.now() + LEASE_MS + 1500);
      const second = await endOfLease(drill);
      expect(second.endS).toBeGreaterThan(first.endS);
      expect(second.fromNowMs).toBeGreaterThan(0);
      expect(second.fromNowMs).toBeLessThanOrEqual(LEASE_MS + 1000);
    },
    LIMIT_MS,
  );
});

/** Until when the kernel of the unit drops its packets: seconds since 1970, and milliseconds from now. */
async function endOfLease({ docker, clock, anchorOf }: TestDrill): Promise<{ endS: number; fromNowMs: number }> {
  const look = ['sh', '-c', 'TZ=UTC nft list ruleset'];
  const { output } = await runInside(docker, clock, await anchorOf('a'), look, { again: true });
  const ends = [...output.matchAll(/time < "([^"]+)"/g)].map(([, end]) => Date.parse(`${end}Z`) / 1000);
  const endS = Math.max(...ends);
  return { endS, fromNowMs: endS * 1000 - clock.epochOf(clock.now()) };
}
