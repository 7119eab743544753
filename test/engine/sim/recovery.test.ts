import fc from 'fast-check';
import { expect, test } from 'vitest';
import { virtualClock } from '../../../src/clock.js';
import { simEngine } from '../../../src/engine/sim/sim.js';
import type { Action, Step } from '../../../src/plan/plan.js';
import { type Cast, planFor, probeOf } from './stage.js';

const CAST: Cast[] = [
  { name: 'etcd', units: 3, restart: 'always', model: { role: 'leader', takeoverMs: 2000, noticeMs: 500 } },
  { name: 'db', units: 3, needs: ['etcd'], restart: 'on-failure', model: { role: 'leader', takeoverMs: 20_000 } },
  { name: 'app', units: 2, needs: ['db'] },
  { name: 'door', needs: ['app'], restart: 'unless-stopped' },
];
const UNITS = planFor(CAST).units.map((unit) => unit.name);

const peers = fc.subarray(UNITS, { minLength: 1 });
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.constantFrom('kept' as const, 'destroyed' as const).map((volumes): Action => ({ verb: 'power-off', volumes })),
  fc.constant<Action>({ verb: 'kill' }),
  fc.nat(5000).map((graceMs): Action => ({ verb: 'stop', graceMs })),
  fc.constant<Action>({ verb: 'freeze' }),
  fc
    .tuple(peers, fc.constantFrom('both' as const, 'in' as const, 'out' as const))
    .map(([from, direction]): Action => ({ verb: 'isolate', from, direction })),
  fc
    .tuple(peers, fc.constantFrom(0, 0.3, 1), fc.constantFrom(null, 1_000_000))
    .map(([to, loss, bandwidthBps]): Action => ({ verb: 'shape', to, latencyMs: 5, jitterMs: 9, loss, bandwidthBps })),
);
/** What comes next: a fault, or the cure of one of those so far; and how long after what was before. */
const happening = fc.record({
  waitMs: fc.oneof(fc.constant(0), fc.nat(300), fc.nat(30_000)),
  unit: fc.constantFrom(...UNITS),
  action,
  cures: fc.option(fc.nat(), { freq: 1 }),
});

test('whatever happened, in whatever order it was cured, in the end every probe answers and every unit runs', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(happening, { maxLength: 25 }),
      fc.array(fc.nat(), { minLength: 25, maxLength: 25 }),
      async (happenings, order) => {
        const clock = virtualClock();
        const engine = simEngine({ clock, seed: 1 });
        await clock.run(async () => {
          const signal = new AbortController().signal;
          await engine.raise({ plan: planFor(CAST), drill: 'd', tell: () => {}, signal });
          const steps: Step[] = [];
          for (const { waitMs, unit, action, cures } of happenings) {
            await clock.sleepUntil(clock.now() + waitMs);
            const old = cures === null ? undefined : steps[cures % Math.max(1, steps.length)];
            if (old !== undefined) await engine.cure([old], clock.now());
            else {
              steps.push({ id: `s${steps.length}`, fault: 'f', unit, action });
              await engine.perform(steps.slice(-1), clock.now());
            }
          }
          const shuffled = steps.map((step, index) => ({ step, key: order[index] ?? 0 }));
          const cures = shuffled.sort((a, b) => a.key - b.key).map(({ step }) => step);
          const effects = await engine.cure(cures, clock.now());
          expect(effects.filter((effect) => effect.error !== null)).toEqual([]);
          await clock.sleepUntil(clock.now() + 60_000);
          for (const unit of UNITS) {
            const reading = await engine.read(probeOf(unit, 'http'), 0, clock.now() + 1000);
            expect({ unit, ...reading }).toEqual({ unit, ok: true, error: null });
            for (const peer of UNITS) expect(engine.canReach(unit, peer)).toBe(true);
          }
          for (let count = 0; count < 4; count += 1) {
            const reading = await engine.read(probeOf('door', 'http', 'write'), count, clock.now() + 1000);
            expect(reading).toEqual({ ok: true, error: null });
          }
        });
      },
    ),
    { numRuns: 300 },
  );
});

test('a plan whose every unit is hit at once reads the same whatever the order of the steps', async () => {
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(UNITS, { minLength: UNITS.length }), async (order) => {
      const seen = await Promise.all([UNITS, order].map(sawAfterBlackout));
      expect(seen[1]).toEqual(seen[0]);
    }),
    { numRuns: 20 },
  );

  async function sawAfterBlackout(units: readonly string[]) {
    const clock = virtualClock();
    const engine = simEngine({ clock, seed: 1 });
    return clock.run(async () => {
      const signal = new AbortController().signal;
      await engine.raise({ plan: planFor(CAST), drill: 'd', tell: () => {}, signal });
      const dark: Action = { verb: 'power-off', volumes: 'kept' };
      const steps = units.map((unit): Step => ({ id: unit, fault: 'f', unit, action: dark }));
      await engine.perform(steps, clock.now());
      await engine.cure(steps, clock.now() + 10_000);
      const seen: (string | null)[] = [];
      for (let count = 0; count < 300; count += 1) {
        await clock.sleepUntil(20_000 + count * 100);
        seen.push((await engine.read(probeOf('door', 'http'), count, clock.now() + 90)).error);
      }
      return seen;
    });
  }
});
