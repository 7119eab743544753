import { expect } from 'vitest';
import { EVERY_VERB, FREEZE, POWER_OFF } from './acts.js';
import type { Promised } from './topologies.js';

const COMMAND_MS = 10_000;

/** What every engine promises to people and tools that stand in its units: who is able, and commands that are run there. */
export function promiseConsoles(promise: Promised): void {
  promise(
    'when all is well every unit and every service is able, and one that does not exist is not',
    async (bench) => {
      const { engine } = bench;
      for (const name of ['web-a', 'keeper-a', 'web', 'keeper']) expect(await engine.whyUnable(name)).toBeNull();
      expect(await engine.whyUnable('nobody')).toMatch(/nobody/);
    },
  );

  for (const [verb, why] of [
    ['power-off', 'has no power'],
    ['stop', 'is not running'],
    ['freeze', 'is frozen'],
  ] as const) {
    promise(`${verb}: why a unit is not able is told in words, and cured it is able again`, async (bench, act) => {
      const { engine } = bench;
      const steps = await act.break('web-a', EVERY_VERB[verb]);
      expect(await engine.whyUnable('web-a')).toBe(`web-a ${why}`);
      // The other unit of the service serves.
      expect(await engine.whyUnable('web')).toBeNull();
      await act.cure(steps);
      await act.untilGood('web-a');
      expect(await engine.whyUnable('web-a')).toBeNull();
    });
  }

  promise('a service of which no unit is able is down, and says why', async ({ engine }, act) => {
    await act.break('web-a', POWER_OFF);
    await act.break('web-b', POWER_OFF);
    expect(await engine.whyUnable('web')).toBe('web is down: each of its 2 units has no power');
    await act.break('keeper-a', FREEZE);
    expect(await engine.whyUnable('keeper')).toBe('keeper is down: keeper-a is frozen');
  });

  promise('a command is run in a unit that is able, and where none can be run that is told', async (bench, act) => {
    const { engine, clock } = bench;
    const run = (unit: string) => engine.execute(unit, ['true'], clock.now() + COMMAND_MS);
    expect(await run('web-a')).toEqual({ ok: true, error: null, output: '' });
    expect(await run('nobody')).toMatchObject({ ok: false, error: expect.stringMatching(/nobody/) });
    await act.break('web-a', POWER_OFF);
    await act.break('web-b', FREEZE);
    expect(await run('web-a')).toEqual({ ok: false, error: 'web-a has no power', output: '' });
    expect(await run('web-b')).toEqual({ ok: false, error: 'web-b is frozen', output: '' });
  });
}
