import { expect } from 'vitest';
import { POWER_OFF } from './acts.js';
import type { Promised } from './topologies.js';

/** What every engine promises of units that come back. */
export function promiseReturns(promise: Promised): void {
  promise(
    'power-off: the engine says when a unit is ready again, and of a dark one never',
    async ({ clock, engine }, act) => {
      const steps = await act.break('web-a', POWER_OFF);
      const over = new AbortController();
      const dark = engine.whenReady?.('web-a', clock.now(), over.signal);
      await act.pass(1500);
      over.abort();
      expect(await dark).toBeNull();
      const beforeMs = clock.now();
      await act.cure(steps);
      const ready = await engine.whenReady?.('web-a', beforeMs, new AbortController().signal);
      expect(ready?.fromMs).toBeGreaterThanOrEqual(beforeMs);
      expect(ready?.toMs).toBeGreaterThanOrEqual(ready?.fromMs ?? Number.NaN);
      expect(ready?.toMs).toBeLessThanOrEqual(clock.now());
    },
  );
}
