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
  needs: fc.tuple(fc.constant([]), fc.subarray(['a']), fc.subarray(['a', 'b'])),
});
const anyAction = fc.constantFrom<Action>(
  { verb: 'power-off', volumes: 'kept' },
  { verb: 'stop', graceMs: 0 },
  { verb: 'freeze' },
  { verb: 'isolate', from: ['a-1', 'b-1', 'c-1', 'door-1'], direction: 'both' },
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

test('what all looks would get is what they get one after another, whatever lies on whom', {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(anyCast, anyFaults, fc.nat(3000), async ({ units, roles, needs }, faults, afterMs) => {
      const cast = NAMES.map((name, index): Cast => {
        const model = { role: roles[index] ?? 'any' };
        return { name, units: units[index] ?? 1, needs: needs[index] ?? [], model };
      });
      await onStage([...cast, { name: 'door', needs: ['c'] }], async ({ engine, at, lay, seeMany }) => {
        for (const { service, number, action, atMs } of faults.toSorted((x, y) => x.atMs - y.atMs)) {
          await at(atMs);
          // Who is stopped cannot freeze, which is a promise of another test.
          if (number <= (units[NAMES.indexOf(service)] ?? 1)) await lay(`${service}-${number}`, action).catch(() => {});
        }
        await at(8000 + afterMs);
        const seen: Outlook[] = [];
        const nothing = { hear() {}, lose() {}, untilMs: () => 0 };
        const see = (_probe: unknown, _atMs: number, outlook: Outlook) => void seen.push(outlook);
        engine.foresight?.show([probeOf('door', 'http', 'write')], { see, ...nothing });
        engine.foresight?.hide();
        const looks = await seeMany('door', LOOKS);
        expect(seen[0]?.share).toBeCloseTo(looks.filter((look) => look === 'ok').length / LOOKS, 9);
      });
    }),
    { numRuns: 300 },
  );
});
