import { expect, test } from 'vitest';
import { readHistory } from '../../src/judge/history.js';
import { prepare } from './rehearsal.js';

const MEASURED = { kind: 'measured', aheadMs: -3000.4, unsureMs: 0.31, fastPpm: 10_000 } as const;

test('how the clocks stand is in the journal, and the report says so once', async () => {
  const drill = prepare({
    moments: [],
    engine: {
      async raise({ tellClocks }) {
        tellClocks?.(MEASURED);
        tellClocks?.({ ...MEASURED, aheadMs: -3000.2 });
      },
    },
  });
  await drill.run();
  expect(drill.of('clock')).toMatchObject([
    { aheadMs: -3000.4, unsureMs: 0.31, fastPpm: 10_000 },
    { aheadMs: -3000.2 },
  ]);
  const { warnings } = readHistory(drill.entries);
  expect(warnings.filter((one) => /clock/.test(one))).toEqual([
    "the engine's clock is 3 s behind this machine's (known to 0.3 ms): every instant is on the engine's clock",
    "this machine's clock goes 1 % faster than the engine's: every time is the engine's",
  ]);
});

test('a step is in the journal with its size; where the runner lost its time, nobody looked', async () => {
  const drill = prepare({
    moments: [],
    engine: {
      async raise({ tellClocks }) {
        void drill.clock.sleepUntil(4000).then(() => {
          tellClocks?.({ kind: 'stepped', whose: 'engine', byMs: 5000, fromMs: 3600, toMs: 3900 });
          tellClocks?.({ kind: 'stepped', whose: 'between', byMs: -5000, fromMs: 3500, toMs: 3950 });
        });
      },
    },
  });
  await drill.run();
  const [engine, between] = drill.of('clock-step');
  expect(engine).toMatchObject({ whose: 'engine', byMs: 5000 });
  const { fromMs, toMs } = between ?? { fromMs: 0, toMs: 0 };
  expect(toMs - fromMs).toBe(450);
  expect(drill.of('standstill')).toMatchObject([{ fromMs, toMs }]);
  const { warnings } = readHistory(drill.entries);
  expect(warnings.join('\n')).toMatch(/the engine's clock was set forward by 5 s at .*: what its kernel holds/);
  expect(warnings.join('\n')).toMatch(/went back by 5 s against the engine's .* is not counted/);
});
