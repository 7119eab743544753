import { expect } from 'vitest';
import { compareCensus } from '../../src/engine/engine.js';
import { type Plan, sparesOf } from '../../src/plan/plan.js';
import { GOOD, POWER_OFF, planOf, REFUSED } from './acts.js';
import type { Promised } from './topologies.js';

/** What every engine promises of units that are made and not started. */
export function promiseSpares(promise: Promised): void {
  promise(
    'a spare is not started until somebody does, and not by the return of its power either',
    async (bench, act) => {
      const { engine, clock } = bench;
      const plan = withSpare(planOf(bench.service));
      const ready: string[] = [];
      const drill = `spare-${clock.epochOf(0).toString(36)}`;
      const tell = ({ what, state }: { what: string; state: string }) => void (state === 'ready' && ready.push(what));
      await engine.raise({ plan, drill, tell, signal: new AbortController().signal });
      expect(ready).toContain('web-a');
      expect(ready).not.toContain('web-b');
      const raised = await engine.census();
      const asleep = async () => {
        expect(await act.look('web-b', 'http')).toEqual(REFUSED);
        expect(await engine.whyUnable('web-b')).toBe('web-b is not running');
      };
      await asleep();
      await act.cure(await act.break('web-b', POWER_OFF));
      await asleep();
      await act.cure(sparesOf(plan));
      await act.untilGood('web-b');
      expect(await act.look('web-a', 'http')).toEqual(GOOD);
      // That it runs now is what was wanted, and nothing that a drill has left behind.
      expect(compareCensus(raised, await engine.census())).toEqual([]);
      expect(await engine.lower(() => {})).toEqual([]);
    },
  );
}

function withSpare(plan: Plan): Plan {
  return { ...plan, units: plan.units.map((unit) => (unit.name === 'web-b' ? { ...unit, spare: true } : unit)) };
}
