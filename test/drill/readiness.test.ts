import { expect, test } from 'vitest';
import type { Unit } from '../../src/plan/plan.js';
import { cure, fault, prepare } from './rehearsal.js';

/** A drill whose units say that they are ready so long after they were asked; null: never. */
function drillWith(moments: Parameters<typeof prepare>[0]['moments'], afterMs: number | null, unit?: Unit) {
  const drill = prepare({
    ...(unit === undefined ? {} : { units: [unit] }),
    ...(moments === undefined ? {} : { moments }),
    engine: {
      whenReady: async (_unit, signal) => {
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
