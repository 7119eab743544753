import { describe, expect } from 'vitest';
import type { Effect, Reading } from '../../src/engine/engine.js';
import type { Step } from '../../src/plan/plan.js';
import { type Bench, CLOCKS_DIFFER_MS, EVERY_VERB, FREEZE, GOOD, POWER_OFF, REFUSED, TIMEOUT, UNITS } from './acts.js';
import { promiseConsoles } from './consoles.js';
import { promiseLife } from './lives.js';
import { promiseFinds, promiseLayers } from './plights.js';
import { promiseReturns } from './returns.js';
import { promiseSpares } from './spares.js';
import { LIMIT_MS, onItsOwnTopology, onOneTopology, type Promised } from './topologies.js';

/**
 * What every engine promises, as somebody outside of it sees it. Three units: `web-a` and `web-b`, at two sites, with
 * `restart: no`, and `keeper-a` with `restart: always`. `make` is called for each topology that is raised.
 */
export function engineContract(name: string, make: () => Promise<Bench>): void {
  describe(`the promises of every engine, kept by ${name}`, { timeout: LIMIT_MS }, () => {
    describe('on one topology', () => {
      const promise = onOneTopology(make);
      promiseWell(promise);
      promisePowerOff(promise);
      promiseProcesses(promise);
      promiseNetwork(promise);
      promiseCures(promise);
      for (const more of [promiseConsoles, promiseReturns, promiseFinds]) more(promise);
    });
    describe('on a topology of its own', () => {
      for (const more of [promiseLife, promiseSpares]) more(onItsOwnTopology(make));
    });
  });
}

/** What every engine promises of units on which several faults lie; apart, since it takes a minute in real time. */
export function layersContract(name: string, make: () => Promise<Bench>): void {
  describe(`several faults on one unit, as ${name} has them`, { timeout: LIMIT_MS }, () => {
    promiseLayers(onOneTopology(make));
  });
}

function promiseWell(promise: Promised): void {
  promise('when all is well every unit answers every kind of probe, and one another', async (bench, act) => {
    for (const unit of UNITS) {
      expect(await act.look(unit, 'http')).toEqual(GOOD);
      expect(await act.look(unit, 'tcp')).toEqual(GOOD);
      expect(await act.look(unit, 'exec')).toEqual(GOOD);
    }
    expect(await bench.canReach('web-a', 'web-b')).toBe(true);
    expect(await bench.canReach('web-b', 'web-a')).toBe(true);
  });

  promise('a look at a unit that does not exist is not good', async (_, act) => {
    expect((await act.look('nobody', 'http')).ok).toBe(false);
  });

  promise('a moment gives one effect a step, none of them before its instant', async ({ clock, engine }, act) => {
    const steps = [act.step('web-a', FREEZE), act.step('web-a', EVERY_VERB.isolate), act.step('web-b', FREEZE)];
    const atMs = clock.now() + engine.leadMs(steps.length);
    const effects = await act.perform(steps);
    expect(effects.map((effect) => effect.step).sort()).toEqual(steps.map((step) => step.id).sort());
    for (const { error, fromMs, toMs } of effects) {
      expect(error).toBeNull();
      expect(fromMs).toBeGreaterThanOrEqual(atMs - CLOCKS_DIFFER_MS);
      expect(toMs).toBeGreaterThanOrEqual(fromMs);
      expect(toMs).toBeLessThanOrEqual(clock.now() + CLOCKS_DIFFER_MS);
    }
  });

  promise('each effect of a moment and of its cure is told once, before the moment is answered', async (bench, act) => {
    const { clock, engine } = bench;
    const { kill } = EVERY_VERB;
    const steps = [
      act.step('web-a', FREEZE),
      act.step('nobody', FREEZE),
      act.step('none', kill),
      act.step('keeper-a', kill),
    ];
    for (const does of ['perform', 'cure'] as const) {
      const told: Effect[] = [];
      const effects = await engine[does](steps, clock.now(), (effect) => told.push(effect));
      expect(told).toHaveLength(steps.length);
      expect(told).toEqual(expect.arrayContaining([...effects]));
    }
    await act.mendAll();
  });

  promise(
    'a step for no unit is an effect with its error, and the others take hold',
    async ({ clock, engine }, act) => {
      const steps = [act.step('nobody', { verb: 'kill' }), act.step('web-a', FREEZE)] as const;
      const effects = await act.perform(steps);
      expect(errorOf(effects, steps[0])).toMatch(/nobody/);
      expect(errorOf(effects, steps[1])).toBeNull();
      expect(await act.look('web-a', 'http')).toEqual(TIMEOUT);
      const cures = await engine.cure(steps, clock.now());
      expect(errorOf(cures, steps[0])).toMatch(/nobody/);
      expect(errorOf(cures, steps[1])).toBeNull();
    },
  );
}

function errorOf(effects: readonly Effect[], step: Step): string | null | undefined {
  return effects.find((effect) => effect.step === step.id)?.error;
}

function promisePowerOff(promise: Promised): void {
  promise('power-off: each unit of the moment answers until then, and is silent from then on', async (bench, act) => {
    const { clock } = bench;
    const steps = UNITS.map((unit) => act.step(unit, POWER_OFF));
    let over = false;
    const done = act.perform(steps).finally(() => {
      over = true;
    });
    const looks: Promise<{ sentMs: number; endedMs: number; reading: Reading }>[] = [];
    for (let after = 0; after < 3; after += over ? 1 : 0) {
      for (const unit of UNITS) {
        const sentMs = clock.now();
        looks.push(act.look(unit, 'http').then((reading) => ({ sentMs, endedMs: clock.now(), reading })));
      }
      await act.pass(50);
    }
    const effects = await done;
    expect(effects.map((effect) => effect.error)).toEqual(UNITS.map(() => null));
    const fromMs = Math.min(...effects.map((effect) => effect.fromMs)) - CLOCKS_DIFFER_MS;
    const toMs = Math.max(...effects.map((effect) => effect.toMs)) + CLOCKS_DIFFER_MS;
    const seen = await Promise.all(looks);
    for (const { reading } of seen.filter((look) => look.endedMs < fromMs)) expect(reading).toEqual(GOOD);
    const afterwards = seen.filter((look) => look.sentMs > toMs);
    expect(afterwards.length).toBeGreaterThanOrEqual(UNITS.length);
    for (const { reading } of afterwards) expect(reading).toEqual(TIMEOUT);
  });

  promise('power-off: nobody refuses a connection, nothing runs, no peer is answered', async (bench, act) => {
    await act.break('web-a', POWER_OFF);
    expect(await act.look('web-a', 'tcp')).toEqual(TIMEOUT);
    expect((await act.look('web-a', 'exec')).ok).toBe(false);
    expect(await bench.canReach('web-b', 'web-a')).toBe(false);
    expect(await bench.canReach('web-a', 'web-b')).toBe(false);
  });

  promise('power-off: no restart policy revives what has no power', async (_, act) => {
    await act.break('keeper-a', POWER_OFF);
    for (let looks = 0; looks < 4; looks += 1) {
      expect(await act.look('keeper-a', 'http')).toEqual(TIMEOUT);
      await act.pass(500);
    }
  });

  promise('power-off: cured, a unit starts anew, its memory lost; the others noticed nothing', async (bench, act) => {
    const [lost, kept] = [await bench.memoryOf('web-a'), await bench.memoryOf('web-b')];
    const steps = await act.break('web-a', POWER_OFF);
    expect(await act.look('web-b', 'http')).toEqual(GOOD);
    await act.cure(steps);
    await act.untilGood('web-a');
    expect(await bench.memoryOf('web-a')).not.toBe(lost);
    expect(await bench.memoryOf('web-b')).toBe(kept);
  });

  promise('looks do not wait for one another: a silent unit delays no answer of another', async (_, act) => {
    await act.break('web-a', POWER_OFF);
    const order: string[] = [];
    const silent = act.look('web-a', 'http').then(() => order.push('web-a'));
    await act.look('web-b', 'http').then(() => order.push('web-b'));
    await silent;
    expect(order).toEqual(['web-b', 'web-a']);
  });
}

function promiseProcesses(promise: Promised): void {
  promise('kill with restart no: refused until it is cured, its memory lost', async (bench, act) => {
    const lost = await bench.memoryOf('web-a');
    const steps = await act.break('web-a', EVERY_VERB.kill);
    for (let looks = 0; looks < 3; looks += 1) {
      expect(await act.look('web-a', 'http')).toEqual(REFUSED);
      expect(await act.look('web-a', 'tcp')).toEqual(REFUSED);
      await act.pass(1500);
    }
    await act.cure(steps);
    await act.untilGood('web-a');
    expect(await bench.memoryOf('web-a')).not.toBe(lost);
  });

  promise('kill with restart always: it answers again without a cure, its memory lost', async (bench, act) => {
    const lost = await bench.memoryOf('keeper-a');
    await act.break('keeper-a', EVERY_VERB.kill);
    await act.untilGood('keeper-a');
    expect(await bench.memoryOf('keeper-a')).not.toBe(lost);
  });

  promise('stop: refused until it is cured, and no restart policy applies', async (bench, act) => {
    const lost = await bench.memoryOf('keeper-a');
    const steps = await act.break('keeper-a', EVERY_VERB.stop);
    for (let looks = 0; looks < 3; looks += 1) {
      expect(await act.look('keeper-a', 'http')).toEqual(REFUSED);
      await act.pass(1500);
    }
    await act.cure(steps);
    await act.untilGood('keeper-a');
    expect(await bench.memoryOf('keeper-a')).not.toBe(lost);
  });

  promise('freeze: a connection is accepted, then silence; cured, it goes on with its memory', async (bench, act) => {
    const kept = await bench.memoryOf('web-a');
    const steps = await act.break('web-a', FREEZE);
    expect(await act.look('web-a', 'http')).toEqual(TIMEOUT);
    expect(await act.look('web-a', 'tcp')).toEqual(GOOD);
    await act.cure(steps);
    await act.untilGood('web-a');
    expect(await bench.memoryOf('web-a')).toBe(kept);
  });
}

function promiseNetwork(promise: Promised): void {
  for (const direction of ['both', 'in', 'out'] as const) {
    promise(`isolate (${direction}): no answer across the cut, and nobody else notices`, async (bench, act) => {
      const steps = await act.break('web-a', { verb: 'isolate', from: ['web-b'], direction });
      expect(await bench.canReach('web-a', 'web-b')).toBe(false);
      expect(await bench.canReach('web-b', 'web-a')).toBe(false);
      expect(await bench.canReach('web-a', 'keeper-a')).toBe(true);
      for (const unit of UNITS) expect(await act.look(unit, 'http')).toEqual(GOOD);
      await act.cure(steps);
      expect(await bench.canReach('web-a', 'web-b')).toBe(true);
    });
  }

  promise('shape with every packet lost: no answer comes back, and nobody else notices', async (bench, act) => {
    const steps = await act.break('web-a', EVERY_VERB.shape);
    expect(await bench.canReach('web-a', 'web-b')).toBe(false);
    expect(await bench.canReach('web-a', 'keeper-a')).toBe(true);
    for (const unit of UNITS) expect(await act.look(unit, 'http')).toEqual(GOOD);
    await act.cure(steps);
    expect(await bench.canReach('web-a', 'web-b')).toBe(true);
  });
}

function promiseCures(promise: Promised): void {
  for (const [verb, action] of Object.entries(EVERY_VERB)) {
    promise(`a cure of ${verb} may come without its fault, and twice, and does no harm`, async (bench, act) => {
      const before = await bench.memoryOf('web-a');
      await act.cure([act.step('web-a', action)]);
      expect(await act.look('web-a', 'http')).toEqual(GOOD);
      expect(await bench.memoryOf('web-a')).toBe(before);
      const steps = await act.break('web-a', action);
      await act.cure(steps);
      await act.untilGood('web-a');
      const after = await bench.memoryOf('web-a');
      await act.cure(steps);
      expect(await act.look('web-a', 'http')).toEqual(GOOD);
      expect(await bench.memoryOf('web-a')).toBe(after);
    });
  }

  promise('two faults on one unit: a cure takes its own away and leaves the other', async (_, act) => {
    const frozen = await act.break('web-a', FREEZE);
    const dark = await act.break('web-a', POWER_OFF);
    await act.cure(frozen);
    expect(await act.look('web-a', 'tcp')).toEqual(TIMEOUT);
    await act.cure(dark);
    await act.untilGood('web-a');
  });

  promise('power-off of a unit that is cut off: each cure takes its own away, in either order', async (bench, act) => {
    for (const first of ['power-off', 'isolate'] as const) {
      const cut = await act.break('web-a', EVERY_VERB.isolate);
      const dark = await act.break('web-a', POWER_OFF);
      await act.cure(first === 'isolate' ? cut : dark);
      if (first === 'isolate') expect(await act.look('web-a', 'tcp')).toEqual(TIMEOUT);
      else await act.untilGood('web-a');
      expect(await bench.canReach('web-b', 'web-a')).toBe(false);
      await act.cure(first === 'isolate' ? dark : cut);
      await act.untilGood('web-a');
      expect(await bench.canReach('web-b', 'web-a')).toBe(true);
    }
  });
}
