import { expect, test } from 'vitest';
import type { Effect } from '../../src/engine/engine.js';
import type { Action, Moment, Step, Unit } from '../../src/plan/plan.js';
import { cure, fault, prepare, tookHold } from './rehearsal.js';

/** A drill whose units say that they are ready so long after they were asked; null: never. */
function drillWith(moments: Parameters<typeof prepare>[0]['moments'], afterMs: number | null, unit?: Unit) {
  const drill = prepare({
    ...(unit === undefined ? {} : { units: [unit] }),
    ...(moments === undefined ? {} : { moments }),
    engine: {
      whenReady: async (_unit, _sinceMs, signal) => {
        const fromMs = drill.clock.now();
        await drill.clock.sleepUntil(fromMs + (afterMs ?? Number.POSITIVE_INFINITY), signal);
        return signal.aborted ? null : { fromMs, toMs: drill.clock.now() };
      },
    },
  });
  return drill;
}

test('when a unit is ready again after its cure is in the journal', async () => {
  const drill = drillWith([fault(1000, 'f1'), cure(2000, 'f1')], 1500);
  await drill.run();
  const returns = drill.of('ready');
  expect(returns.at(-1)).toMatchObject({ unit: 'db-pangyo', highMs: 3500 });
});

test('a unit that is not ready by the end of the story is told as one', async () => {
  const drill = drillWith([fault(1000, 'f1'), cure(4000, 'f1')], null);
  await drill.run();
  expect(drill.of('ready')).toMatchObject([{ unit: 'db-pangyo', lowMs: 5000, highMs: null }]);
});

test("a spare is told as not ready until it was started, and its end is nobody's cure", async () => {
  const start = { atMs: 2000, title: 'start db', cures: ['s1'], steps: [] };
  for (const [moments, highMs] of [
    [[start], 3500],
    [[], null],
  ] as const) {
    const drill = drillWith(moments, 1500, { name: 'db-ansan', service: 'db', site: 'ansan', spare: true });
    await drill.run();
    expect(drill.of('ready')).toMatchObject([{ unit: 'db-ansan', highMs }]);
    expect(drill.of('intent').map(({ title }) => title)).toEqual(moments.map(({ title }) => title));
    expect(drill.of('end')).toMatchObject([{ why: 'completed', left: [] }]);
  }
});

test('an engine that cannot say it is not asked', async () => {
  const drill = prepare({ moments: [fault(1000, 'f1'), cure(2000, 'f1')] });
  await drill.run();
  expect(drill.of('ready')).toEqual([]);
});

/** One moment that breaks these units, one step each. */
function breakAll(atMs: number, id: string, action: Action, units: readonly string[]): Moment {
  const steps = units.map((unit, index): Step => ({ id: `${id}.${index + 1}`, fault: id, unit, action }));
  return { atMs, title: `fault ${id}`, cures: [], steps };
}

const STOP = { verb: 'stop', graceMs: 0 } as const;

test('a unit that is cured beside a slow one is ready when it is, and not when the slow one is cured', async () => {
  const slowMs = 3000;
  const drill = prepare({
    moments: [
      breakAll(1000, 'f1', STOP, ['fast', 'slow']),
      { atMs: 2000, title: 'restore', cures: ['f1.1', 'f1.2'], steps: [] },
    ],
    durationMs: 8000,
    units: ['fast', 'slow'].map((name) => ({ name, service: name, site: null })),
    engine: {
      async cure(steps, _atMs, tell) {
        const [fast, slow] = steps.map((step) => tookHold([step], drill.clock.now())[0] as Effect);
        tell?.(fast as Effect);
        await drill.clock.sleepUntil(drill.clock.now() + slowMs);
        const late = { ...(slow as Effect), toMs: drill.clock.now() };
        tell?.(late);
        return [fast as Effect, late];
      },
      async whenReady(unit, sinceMs) {
        const fromMs = sinceMs + (unit === 'slow' ? slowMs : 0);
        await drill.clock.sleepUntil(fromMs + 300);
        return { fromMs, toMs: drill.clock.now() };
      },
    },
  });
  await drill.run();
  expect(drill.of('ready')).toMatchObject([
    { unit: 'fast', lowMs: 2000, highMs: 2300, after: ['f1.1'] },
    { unit: 'slow', lowMs: 5000, highMs: 5300, after: ['f1.2'] },
  ]);
});

test('what an engine told of one unit stays known, although it never answers for the other', async () => {
  const drill = prepare({
    moments: [breakAll(1000, 'f1', STOP, ['fast', 'slow'])],
    durationMs: 130_000,
    units: ['fast', 'slow'].map((name) => ({ name, service: name, site: null })),
    engine: {
      perform(steps, atMs, tell) {
        tell?.(tookHold(steps.slice(0, 1), atMs)[0] as Effect);
        return new Promise(() => {});
      },
    },
  });
  await drill.run();
  const [effect] = drill.of('effect');
  expect(effect?.effects).toMatchObject([
    { step: 'f1.1', error: null },
    { step: 'f1.2', error: expect.stringContaining('did not answer') },
  ]);
});
