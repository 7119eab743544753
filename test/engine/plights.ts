import { expect } from 'vitest';
import { type Action, FINDS, type Plight } from '../../src/plan/plan.js';
import { type Acts, type Bench, EVERY_VERB, FREEZE, POWER_OFF, REFUSED, TIMEOUT } from './acts.js';
import type { Promised } from './topologies.js';

const STOP: Action = { verb: 'stop', graceMs: 1000 };
const KILL: Action = { verb: 'kill' };

/** What brings a unit into each state; what runs needs nothing, and what waits for its restart policy is only there for an instant. */
const INTO: Readonly<Record<Exclude<Plight, 'running' | 'waiting'>, Action>> = {
  dark: POWER_OFF,
  stopped: STOP,
  frozen: FREEZE,
};

/**
 * The table of faults and states, cell by cell, in as few breaks as can be: what a fault finds nothing of is told at once and
 * changes nothing, so that all of those come together.
 */
export function promiseFinds(promise: Promised): void {
  for (const [plight, action] of Object.entries(INTO) as [keyof typeof INTO, Action][]) {
    promise(`${plight}: what cannot act on it is told as such, and changes nothing`, async (bench, act) => {
      const into = await act.break('keeper-a', action);
      const silent = plight === 'stopped' ? REFUSED : TIMEOUT;
      expect(await act.look('keeper-a', 'http')).toEqual(silent);
      const verbs = Object.values(EVERY_VERB).filter(({ verb }) => FINDS[plight][verb] === 'nothing');
      const effects = await act.perform(verbs.map((one) => act.step('keeper-a', one)));
      for (const { error, untouched } of effects) {
        expect(error).toMatch(/^keeper-a (has no power|was not running).*: nothing runs there that could /);
        expect(untouched).toBe(true);
      }
      expect(await act.look('keeper-a', 'http')).toEqual(silent);
      await act.cure(into);
      await act.untilGood('keeper-a');
      expect(await bench.engine.whyUnable('keeper-a')).toBeNull();
    });
  }
}

/** What becomes of a unit on which several faults lie, and what is seen of it meanwhile. */
export function promiseLayers(promise: Promised): void {
  promise(
    'a second power-off, a second freeze: told as no news, and each holds until both are cured',
    async (_, act) => {
      for (const [action, already] of [
        [FREEZE, 'web-a is frozen already'],
        [POWER_OFF, 'web-a has no power already'],
      ] as const) {
        const first = await act.break('web-a', action);
        const second = [act.step('web-a', action)];
        expect(await act.perform(second)).toMatchObject([{ error: already }]);
        await act.cure(first);
        expect(await act.look('web-a', 'http')).toEqual(TIMEOUT);
        await act.cure(second);
        await act.untilGood('web-a');
      }
    },
  );

  promise(
    'stop of a frozen unit: it never answers, is killed after its grace, and starts by its cure',
    async (bench, act) => {
      const frozen = await act.break('web-a', FREEZE);
      const { clock, engine } = bench;
      const step = act.step('web-a', { verb: 'stop', graceMs: 1200 });
      const stopping = act.perform([step]);
      await act.pass(engine.leadMs(1) + 200);
      expect(await act.look('web-a', 'http')).toEqual(TIMEOUT);
      expect(await stopping).toMatchObject([{ error: null }]);
      await act.pass(500);
      expect(await act.look('web-a', 'http')).toEqual(REFUSED);
      await act.cure(frozen);
      expect(await act.look('web-a', 'http')).toEqual(REFUSED);
      const beforeMs = clock.now();
      await act.cure([step]);
      await act.untilGood('web-a');
      expect(clock.now()).toBeGreaterThanOrEqual(beforeMs);
    },
  );

  promise('crash of a frozen unit: it dies at the instant, and what comes back is frozen', async (bench, act) => {
    const lost = await bench.memoryOf('keeper-a');
    const frozen = await act.break('keeper-a', FREEZE);
    await act.break('keeper-a', KILL);
    await neverAnswers(bench, act, 'keeper-a');
    await act.cure(frozen);
    await act.untilGood('keeper-a');
    expect(await bench.memoryOf('keeper-a')).not.toBe(lost);
  });

  promise(
    'the return of power and the end of a stop, while a freeze is open: it comes back frozen',
    async (bench, act) => {
      for (const action of [POWER_OFF, STOP]) {
        const lost = await bench.memoryOf('web-b');
        const frozen = await act.break('web-b', FREEZE);
        const other = await act.break('web-b', action);
        await act.cure(other);
        await neverAnswers(bench, act, 'web-b');
        await act.cure(frozen);
        await act.untilGood('web-b');
        expect(await bench.memoryOf('web-b')).not.toBe(lost);
      }
    },
  );

  promise(
    'power-off of a stopped unit: it is dark, and after the return of its power still stopped',
    async (_, act) => {
      const stopped = await act.break('keeper-a', STOP);
      const dark = await act.break('keeper-a', POWER_OFF);
      expect(await act.look('keeper-a', 'tcp')).toEqual(TIMEOUT);
      await act.cure(dark);
      expect(await act.look('keeper-a', 'http')).toEqual(REFUSED);
      await act.cure(stopped);
      await act.untilGood('keeper-a');
    },
  );
}

/** For as long as it would need to boot and answer. */
async function neverAnswers({ clock, answerMs }: Bench, act: Acts, unit: string): Promise<void> {
  const untilMs = clock.now() + 2 * answerMs;
  while (clock.now() < untilMs) {
    expect((await act.look(unit, 'http')).ok).toBe(false);
    await act.pass(50);
  }
}
