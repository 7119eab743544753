import { expect } from 'vitest';
import type { Progress } from '../../src/engine/engine.js';
import { GOOD, POWER_OFF, planOf, UNITS } from './acts.js';
import type { Promised } from './topologies.js';

/** What every engine promises of topologies that come and go. */
export function promiseLife(promise: Promised): void {
  promise('raise tells when every unit is ready; lower leaves nothing, and may come twice', async (bench, act) => {
    const told: Progress[] = [];
    await act.raise((progress) => told.push(progress));
    const ready = told.filter(({ state }) => state === 'ready').map(({ what }) => what);
    expect(ready.filter((what) => UNITS.includes(what)).sort()).toEqual([...UNITS].sort());
    for (const unit of UNITS) expect(await act.look(unit, 'http')).toEqual(GOOD);
    await act.break('web-a', POWER_OFF);
    expect(await bench.engine.lower((progress) => told.push(progress))).toEqual([]);
    expect(told.some(({ state }) => state === 'removed')).toBe(true);
    expect((await act.look('web-b', 'http')).ok).toBe(false);
    expect(await bench.engine.lower(() => {})).toEqual([]);
  });

  promise('a raise that is called off ends, and lower leaves nothing of it', async ({ engine }, act) => {
    const told: Progress[] = [];
    await act.raise((progress) => told.push(progress), AbortSignal.abort()).catch(() => {});
    expect(told.filter(({ what, state }) => state === 'ready' && UNITS.includes(what))).toEqual([]);
    expect(await engine.lower(() => {})).toEqual([]);
  });

  promise('examine has nothing to say about a plan that can be had, and says what another one lacks', async (bench) => {
    const good = planOf(bench.service);
    expect(await bench.engine.examine(good)).toEqual([]);
    const lacking = await bench.engine.examine(bench.lack(good));
    expect(lacking.length).toBeGreaterThan(0);
    for (const sentence of lacking) expect(sentence).toMatch(/\S \S/);
  });

  promise('what simulates says that it does not measure, and a moment is never announced late', async ({ engine }) => {
    expect(engine.measured).toBe(!engine.name.startsWith('sim'));
    expect(engine.leadMs(1)).toBeGreaterThanOrEqual(0);
    expect(engine.leadMs(50)).toBeGreaterThanOrEqual(engine.leadMs(1));
  });
}
