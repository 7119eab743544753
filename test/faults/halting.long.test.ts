import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { runInside } from '../../src/engine/docker/commands.js';
import type { Action, Step } from '../../src/plan/plan.js';
import { raiseTestDrill, type TestDrill } from '../engine/docker/drills.js';
import { describeOnDocker } from '../engine/docker/engine-or-skip.js';
import { msOf } from '../engine/docker/observers.js';

const UNITS = ['one', 'two', 'three', 'four', 'five', 'six'];
const ROUNDS = 6;
const DARK: Action = { verb: 'power-off', volumes: 'kept' };
/** A stamp a millisecond, and the time that a write takes. */
const BETWEEN_STAMPS_MS = 3;

describeOnDocker('the last instruction of what loses its power, by the stamps of its own processes', () => {
  let drill: TestDrill;
  let load: ChildProcess[] = [];
  let steps = 0;
  beforeAll(async () => {
    const stamping = { command: ['perl', '/stamps.pl', '/data'], volumes: ['/data'] };
    drill = await raiseTestDrill(
      UNITS.map((name) => ({ name, site: 'a', ...stamping })),
      { name: 'halting' },
    );
  });
  afterEach(() => {
    for (const one of load) one.kill('SIGKILL');
    load = [];
  });
  afterAll(() => drill?.close());

  test.each([
    ['quiet', 0, 5],
    ['under a load of 20', 20, 20],
  ] as const)('%s', { timeout: 300_000 }, async (_, busy, mostMs) => {
    load = Array.from({ length: busy }, () => spawn('sh', ['-c', 'while :; do :; done']));
    const { clock, engine } = drill;
    const late: number[] = [];
    const told: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      steps += 1;
      const losses = UNITS.map((unit): Step => ({ id: `h${steps}.${unit}`, fault: 'h', unit, action: DARK }));
      // A fraction of a second, another one each time.
      const atMs = clock.now() + engine.leadMs(losses.length) + 137 * round;
      const effects = await engine.perform(losses, atMs);
      const cures = await engine.cure(losses, clock.now());
      expect(cures.map(({ error, warning }) => error ?? warning)).toEqual(UNITS.map(() => undefined));
      for (const [index, unit] of UNITS.entries()) {
        const { halted } = effects[index] ?? {};
        if (halted === undefined) throw new Error(`${unit}: ${effects[index]?.error ?? 'nothing was told of it'}`);
        const last = await lastStamp(drill, unit);
        expect(last).toBeLessThanOrEqual(halted.toMs);
        expect(last).toBeGreaterThan(halted.fromMs - 1000);
        late.push(last - atMs);
        told.push(halted.toMs - atMs);
      }
    }
    const [worst, worstTold] = [Math.max(...late), Math.max(...told)].map((ms) => ms.toFixed(1));
    console.log(
      `load ${busy}: ${late.length} stops, the last instruction ${worst} ms after the instant, told as ${worstTold} ms`,
    );
    expect(Math.max(...late)).toBeLessThanOrEqual(mostMs + BETWEEN_STAMPS_MS);
    expect(Math.max(...told)).toBeLessThanOrEqual(mostMs);
  });
});

/** The last instant that the processes of a unit's former life wrote to its volume. */
async function lastStamp({ docker, clock, containerOf }: TestDrill, unit: string): Promise<number> {
  const script =
    'until [ -s /data/stamp-1 ]; do sleep 0.02; done; tail -q -n 1 /data/old-1 /data/old-2 | sort -n | tail -n 1';
  const { output } = await runInside(docker, clock, await containerOf(unit), ['sh', '-c', script], { again: true });
  return msOf(output.trim()) - clock.epochOf(0);
}
