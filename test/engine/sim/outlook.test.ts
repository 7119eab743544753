import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Outlook } from '../../../src/engine/engine.js';
import type { Action } from '../../../src/plan/plan.js';
import { type Cast, onStage, probeOf } from './stage.js';

const NAMES = ['a', 'b', 'c'];
/** So many looks that every combination of turns comes equally often: four choices among one, two or three units. */
const LOOKS = 2 ** 4 * 3 ** 4;

const anyCast = fc.record({
  units: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 3, maxLength: 3 }),
  roles: fc.array(fc.constantFrom('any', 'leader', 'standby'), { minLength: 3, maxLength: 3 }),
  replication: fc.constantFrom('sync', 'async', undefined),
  needs: fc.tuple(fc.constant([]), fc.subarray(['a']), fc.subarray(['a', 'b'])),
});
const anyAction = fc.constantFrom<Action>(
  { verb: 'power-off', volumes: 'kept' },
  { verb: 'stop', graceMs: 0 },
  { verb: 'freeze' },
  { verb: 'isolate', from: ['a-1', 'b-1', 'c-1', 'door-1'], direction: 'both' },
  { verb: 'isolate', from: ['outside'], direction: 'both' },
);
const anyFaults = fc.array(
  fc.record({
    service: fc.constantFrom(...NAMES),
    number: fc.integer({ min: 1, max: 3 }),
    action: anyAction,
    atMs: fc.integer({ min: 5000, max: 8000 }),
  }),
  { maxLength: 5 },
);

type AnyCast = typeof anyCast extends fc.Arbitrary<infer Some> ? Some : never;
type AnyFaults = typeof anyFaults extends fc.Arbitrary<infer Some> ? Some : never;

/** The services, of which a server answers 100 requests a second where any are asked. */
function castOf({ units, roles, replication, needs }: AnyCast, demands: readonly number[] = []): Cast[] {
  const cast = NAMES.map((name, index): Cast => {
    const role = roles[index] ?? 'any';
    const kept = role === 'any' || replication === undefined ? {} : { replication };
    const held = role === 'leader' && replication === 'async' ? { stepDownMs: 2000 } : {};
    const demand = demands[index] === undefined ? {} : { demand: demands[index], capacity: 100 };
    return { name, units: units[index] ?? 1, needs: needs[index] ?? [], model: { role, ...kept, ...held, ...demand } };
  });
  return [...cast, { name: 'door', needs: ['c'] }];
}

/** The share of good ones among all looks that a host would get at an instant after all faults, and among those that it gets. */
async function sharesAt(cast: readonly Cast[], host: string, faults: AnyFaults, atMs: number): Promise<number[]> {
  const shares: number[] = [];
  await onStage(cast, async ({ engine, at, lay, seeMany }) => {
    for (const { service, number, action, atMs } of faults.toSorted((x, y) => x.atMs - y.atMs)) {
      await at(atMs);
      const { units = 1 } = cast.find(({ name }) => name === service) ?? {};
      // Who is stopped cannot freeze, which is a promise of another test.
      if (number <= units) await lay(`${service}-${number}`, action).catch(() => {});
    }
    await at(atMs);
    const nothing = { hear() {}, lose() {}, untilMs: () => 0 };
    const see = (_probe: unknown, _atMs: number, { share }: Outlook) => void shares.push(share);
    engine.foresight?.show([probeOf(host, 'http', 'write')], { see, ...nothing });
    engine.foresight?.hide();
    const looks = await seeMany(host, LOOKS);
    shares.push(looks.filter((look) => look === 'ok').length / LOOKS);
  });
  return shares;
}

const runs = { numRuns: 300 };

test('what all looks would get is what they get one after another, whatever lies on whom', {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(anyCast, anyFaults, fc.nat(3000), async (some, faults, afterMs) => {
      const [foreseen, seen] = await sharesAt(castOf(some), 'door', faults, 8000 + afterMs);
      expect(foreseen).toBeCloseTo(seen ?? Number.NaN, 9);
    }),
    runs,
  );
});

test('what all looks would get of too much load is what so many of them get, also of one unit that is asked itself', {
  timeout: 120_000,
}, async () => {
  const demands = fc.array(fc.integer({ min: 50, max: 300 }), { minLength: 3, maxLength: 3 });
  const host = fc.constantFrom('door', 'c-1', 'b-1', 'a-1');
  await fc.assert(
    fc.asyncProperty(anyCast, demands, host, anyFaults, fc.nat(3000), async (some, load, asked, faults, afterMs) => {
      const [foreseen, seen] = await sharesAt(castOf(some, load), asked, faults, 8000 + afterMs);
      // Which looks are turned away is drawn: five standard deviations of a share of so many.
      expect(Math.abs((foreseen ?? Number.NaN) - (seen ?? Number.NaN))).toBeLessThan((5 * 0.5) / Math.sqrt(LOOKS));
    }),
    runs,
  );
});
