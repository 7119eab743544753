import { describe, expect, test } from 'vitest';
import { virtualClock } from '../../../src/clock.js';
import { simEngine } from '../../../src/engine/sim/sim.js';
import type { Action, Step } from '../../../src/plan/plan.js';
import { type Cast, onStage, planFor, probeOf } from './stage.js';

const DARK: Action = { verb: 'power-off', volumes: 'kept' };
const STOP: Action = { verb: 'stop', graceMs: 5000 };
const FREEZE: Action = { verb: 'freeze' };
const KILL: Action = { verb: 'kill' };
const shape = (to: string, traits: Partial<Extract<Action, { verb: 'shape' }>>): Action => ({
  ...{ verb: 'shape', to: [to], latencyMs: 0, jitterMs: 0, loss: 0, bandwidthBps: null },
  ...traits,
});

describe('time', () => {
  test('the waves start one after another, each when the one before is ready', async () => {
    const clock = virtualClock();
    const engine = simEngine({ clock, seed: 1 });
    const told: string[] = [];
    const cast: Cast[] = [{ name: 'db', units: 2, model: { bootMs: 5000 } }, { name: 'app' }];
    await clock.run(() =>
      engine.raise({
        plan: planFor(cast),
        drill: 'd',
        tell: ({ what, state }) => told.push(`${clock.now()} ${what} ${state}`),
        signal: new AbortController().signal,
      }),
    );
    expect(told).toEqual([
      '0 db-1 starting',
      '0 db-2 starting',
      '5000 db-1 ready',
      '5000 db-2 ready',
      '5000 app-1 starting',
      '7000 app-1 ready',
    ]);
  });

  test('within a wave each unit is told ready at its own instant, and none any more after the raise is called off', async () => {
    const clock = virtualClock();
    const told: string[] = [];
    const cast: Cast[] = [
      { name: 'slow', model: { bootMs: 900 } },
      { name: 'quick', model: { bootMs: 300 } },
      { name: 'middle', model: { bootMs: 600 } },
    ];
    const off = new AbortController();
    const raise = {
      plan: { ...planFor(cast), startWaves: [['slow', 'quick', 'middle'], ['late']] },
      drill: 'd',
      tell: ({ what, state }: { what: string; state: string }) => told.push(`${clock.now()} ${what} ${state}`),
      signal: off.signal,
    };
    await clock.run(async () => {
      const raised = simEngine({ clock, seed: 1 }).raise(raise);
      await clock.sleepUntil(700);
      off.abort();
      await raised;
      expect(clock.now()).toBe(700);
    });
    expect(told.slice(3)).toEqual(['300 quick-1 ready', '600 middle-1 ready']);
  });

  test('steps and cures take hold at their very instant, or at once when that is past', async () => {
    const clock = virtualClock();
    const engine = simEngine({ clock, seed: 1 });
    const signal = new AbortController().signal;
    const steps: Step[] = [{ id: 's', fault: 'f', unit: 'app-1', action: STOP }];
    await clock.run(async () => {
      await engine.raise({ plan: planFor([{ name: 'app' }]), drill: 'd', tell: () => {}, signal });
      expect(await engine.perform(steps, 3333)).toEqual([{ step: 's', fromMs: 3333, toMs: 3333, error: null }]);
      expect(await engine.cure(steps, 1000)).toEqual([{ step: 's', fromMs: 3333, toMs: 3333, error: null }]);
    });
  });

  test('silence lasts until the deadline and no longer; a refusal comes at once', () =>
    onStage([{ name: 'app' }], async ({ lay, time }) => {
      const cure = await lay('app-1', DARK);
      expect(await time('app')).toBe(1000);
      await cure();
      expect(await time('app')).toBeCloseTo(0.1);
    }));

  test('an answer that would come after the deadline is a timeout, at the deadline', () =>
    onStage([{ name: 'app', model: { latencyMs: 1001 } }], async ({ see, time }) => {
      expect(await see('app')).toBe('timeout');
      expect(await time('app')).toBe(1000);
    }));
});

describe('processes', () => {
  test('a killed unit with a restart policy is back after a tenth of a second and its boot', () =>
    onStage([{ name: 'app', restart: 'on-failure' }], async ({ lay, see, at }) => {
      await lay('app-1', KILL);
      await at(2050);
      expect(await see('app')).toBe('refused');
      await at(2100);
      expect(await see('app')).toBe('ok');
    }));

  test('what is frozen in the middle of its boot needs the rest of it when it thaws', () =>
    onStage([{ name: 'app' }], async ({ lay, see, at }) => {
      const start = await lay('app-1', STOP);
      await start();
      await at(500);
      const thaw = await lay('app-1', FREEZE);
      await at(10_000);
      expect(await see('app')).toBe('refused');
      await at(20_000);
      await thaw();
      await at(21_490);
      expect(await see('app')).toBe('refused');
      await at(21_500);
      expect(await see('app')).toBe('ok');
    }));

  test.each([
    [DARK, 'app-1 has no power already'],
    [FREEZE, 'app-1 is frozen already'],
  ])('a second $verb does not take hold anew, and holds when the first is cured', (action, already) =>
    onStage([{ name: 'app' }], async ({ lay, see, at }) => {
      const [first, second] = [await lay('app-1', action), await lay('app-1', action, already)];
      await first();
      await at(60_000);
      expect(await see('app')).not.toBe('ok');
      await second();
      await at(120_000);
      expect(await see('app')).toBe('ok');
    }),
  );

  test('the return of power does not start what was stopped', () =>
    onStage([{ name: 'app', restart: 'always' }], async ({ lay, see, at }) => {
      const start = await lay('app-1', STOP);
      const light = await lay('app-1', DARK);
      await light();
      await at(10_000);
      expect(await see('app')).toBe('refused');
      await start();
      await at(12_100);
      expect(await see('app')).toBe('ok');
    }));

  test('what has no power cannot crash, and starts with the power', () =>
    onStage([{ name: 'app' }], async ({ lay, see, at }) => {
      const light = await lay('app-1', DARK);
      await lay('app-1', KILL, 'app-1 has no power: nothing runs there that could crash');
      expect(await see('app')).toBe('timeout');
      await at(10_000);
      await light();
      expect(await see('app')).toBe('refused');
      await at(12_000);
      expect(await see('app')).toBe('ok');
    }));

  test('a unit that was frozen when it lost its power does not boot until it thaws', () =>
    onStage([{ name: 'app' }], async ({ lay, see, at }) => {
      const thaw = await lay('app-1', FREEZE);
      const light = await lay('app-1', DARK);
      await light();
      await at(30_000);
      expect(await see('app')).toBe('refused');
      await at(31_000);
      await thaw();
      await at(32_990);
      expect(await see('app')).toBe('refused');
      await at(33_000);
      expect(await see('app')).toBe('ok');
    }));

  test('a boot that is frozen twice goes on when both are over', () =>
    onStage([{ name: 'app', restart: 'always' }], async ({ lay, see, at }) => {
      await lay('app-1', KILL);
      await at(200);
      const [first, second] = [await lay('app-1', FREEZE), await lay('app-1', FREEZE, 'app-1 is frozen already')];
      await first();
      await at(30_000);
      expect(await see('app')).toBe('refused');
      await second();
      await at(33_000);
      expect(await see('app')).toBe('ok');
    }));

  test('a unit that does not run cannot freeze, and the step says so', async () => {
    const clock = virtualClock();
    const engine = simEngine({ clock, seed: 1 });
    const signal = new AbortController().signal;
    const step = (id: string, action: Action): Step => ({ id, fault: 'f', unit: 'app-1', action });
    await clock.run(async () => {
      await engine.raise({ plan: planFor([{ name: 'app' }]), drill: 'd', tell: () => {}, signal });
      const effects = await engine.perform([step('1', STOP), step('2', FREEZE)], clock.now());
      expect(effects.map((effect) => effect.error)).toEqual([
        null,
        'app-1 was not running: nothing runs there that could be frozen',
      ]);
    });
  });

  test('a console inside a unit that does not run says so instead of refusing', () =>
    onStage([{ name: 'app' }], async ({ lay, engine }) => {
      await lay('app-1', STOP);
      expect(await engine.read(probeOf('app', 'exec'), 0, 1e9)).toEqual({ ok: false, error: 'not running' });
    }));
});

describe('the network', () => {
  const PAIR: Cast[] = [{ name: 'db' }, { name: 'app', needs: ['db'] }];
  const many = Array.from({ length: 200 }, (_, count) => count);

  test('latency is added once each way that is slow', () =>
    onStage(PAIR, async ({ lay, time }) => {
      await lay('app-1', shape('db-1', { latencyMs: 40 }));
      expect(await time('app')).toBeCloseTo(44);
      await lay('db-1', shape('app-1', { latencyMs: 7 }));
      expect(await time('app')).toBeCloseTo(51);
      expect(await time('db')).toBeCloseTo(2);
    }));

  test('jitter goes both ways from the latency, within its bounds, and differs from look to look', () =>
    onStage(PAIR, async ({ lay, time }) => {
      await lay('app-1', shape('db-1', { latencyMs: 40, jitterMs: 10 }));
      const took: number[] = [];
      for (const count of many) took.push((await time('app', count)) - 4);
      expect(Math.min(...took)).toBeGreaterThanOrEqual(29.99);
      expect(Math.min(...took)).toBeLessThan(32);
      expect(Math.max(...took)).toBeGreaterThan(48);
      expect(Math.max(...took)).toBeLessThanOrEqual(50.01);
    }));

  test('a lost packet is sent again, each time after twice as long, so a little loss fails few looks', () =>
    onStage(PAIR, async ({ lay, time }) => {
      await lay('app-1', shape('db-1', { loss: 0.2 }));
      const took: number[] = [];
      for (const count of many) took.push(await time('app', count));
      expect([...new Set(took.map(Math.round))].sort((a, b) => a - b)).toEqual([4, 204, 604, 1000]);
      const late = took.filter((ms) => ms > 200).length;
      expect(late / many.length).toBeGreaterThan(0.1);
      expect(late / many.length).toBeLessThan(0.3);
      expect(took.filter((ms) => ms >= 1000).length).toBeLessThan(10);
    }));

  test('a narrow link takes its time for each packet', () =>
    onStage(PAIR, async ({ lay, time }) => {
      await lay('app-1', shape('db-1', { bandwidthBps: 120_000 }));
      expect(await time('app')).toBeCloseTo(104);
    }));
});

describe('one seed, one outcome', () => {
  const PAIR: Cast[] = [{ name: 'db' }, { name: 'app', needs: ['db'] }];

  async function lookOften(seed: number, distraction: boolean): Promise<number[]> {
    const took: number[] = [];
    await onStage(
      PAIR,
      async ({ lay, time, engine, at }) => {
        await lay('app-1', shape('db-1', { latencyMs: 50, jitterMs: 50, loss: 0.1 }));
        for (let count = 0; count < 50; count += 1) {
          await at(count * 2000);
          if (distraction) await engine.read({ ...probeOf('app', 'http'), name: 'another' }, count, 1e9);
          took.push(await time('app', count));
        }
      },
      seed,
    );
    return took;
  }

  test('the same seed gives the same answers, whoever else asks in between', async () => {
    const alone = await lookOften(7, false);
    expect(await lookOften(7, false)).toEqual(alone);
    const rounded = (all: number[]) => all.map((ms) => ms.toFixed(6));
    expect(rounded(await lookOften(7, true))).toEqual(rounded(alone));
  });

  test('another seed gives other answers', async () => {
    expect(await lookOften(8, false)).not.toEqual(await lookOften(7, false));
  });
});

describe('what is missing', () => {
  test('is named one by one, each with what to do about it', async () => {
    const plan = planFor([{ name: 'app', units: 2, needs: ['db'] }]);
    const step: Step = { id: 'f1.1', fault: 'f1', unit: 'web-9', action: KILL };
    const sentences = await simEngine({ clock: virtualClock(), seed: 1 }).examine({
      ...plan,
      units: [...plan.units, { name: 'cache-1', service: 'cache', site: null }],
      probes: [probeOf('app', 'http'), probeOf('app-2', 'http')],
      faults: [{ id: 'f1', title: '', kind: 'crash', atMs: 0, steps: [step] }],
    });
    expect(sentences).toEqual([
      'The unit cache-1 is of a service cache, which the plan does not have; add it.',
      'The service app needs db, which the plan does not have; add it.',
      'The probe probe asks app: name a unit, or a service with one unit.',
      'The step f1.1 is for web-9, which is no unit of the plan; name one that is.',
    ]);
  });
});
