import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { runInside } from '../../../src/engine/docker/commands.js';
import type { Action, Step } from '../../../src/plan/plan.js';
import { raiseTestDrill, type TestDrill } from './drills.js';
import { describeOnDocker } from './engine-or-skip.js';
import { msOf } from './observers.js';

const LOOP = ['perl', '-e', 'select undef, undef, undef, 0.1; exit 1'];
const STAMPS = { command: ['perl', '/stamps.pl', '/data'], volumes: ['/data'] };
const KILL: Action = { verb: 'kill' };
const DARK: Action = { verb: 'power-off', volumes: 'kept' };

describeOnDocker('what a fault finds in a unit, told by the unit itself', () => {
  let drill: TestDrill;
  let steps = 0;
  beforeAll(async () => {
    drill = await raiseTestDrill(
      [
        { name: 'looper', site: 'a', restart: 'always', command: LOOP, ready: null },
        { name: 'stamper', site: 'a', ...STAMPS },
        { name: 'stubborn', site: 'a', ...STAMPS, environment: { STUBBORN: '1' } },
        { name: 'far', site: 'b' },
      ],
      { name: 'plights' },
    );
  });
  afterEach(() => drill.tidy());
  afterAll(() => drill?.close());

  const stepOf = (unit: string, action: Action): Step => {
    steps += 1;
    return { id: `p${steps}`, fault: 'p', unit, action };
  };
  const perform = (ms: number, ...given: Step[]) => {
    const { clock, engine } = drill;
    return engine.perform(given, clock.now() + engine.leadMs(given.length) + ms);
  };
  /** The last instant that the processes of a unit wrote to its volume, now or in the life before. */
  const lastStamp = async (unit: string, life: 'stamp' | 'old') => {
    const script = `tail -q -n 1 /data/${life}-1 /data/${life}-2 | sort -n | tail -n 1`;
    const { output } = await runInside(drill.docker, drill.clock, await drill.containerOf(unit), ['sh', '-c', script], {
      again: true,
    });
    return msOf(output.trim()) - drill.clock.epochOf(0);
  };

  test('what waits for its restart policy cannot crash or freeze, and is told as such; a stop ends the waiting', async () => {
    const inspect = async () =>
      (await drill.docker.getContainer(await drill.containerOf('looper')).inspect()).RestartCount;
    // By then the policy waits for longer than a crash takes.
    while ((await inspect()) < 7) await drill.clock.sleepUntil(drill.clock.now() + 100);
    const effects = await perform(0, stepOf('looper', KILL), stepOf('looper', { verb: 'freeze' }));
    for (const { error, untouched } of effects) {
      expect(error).toMatch(/^looper was not running, since its restart policy was waiting: nothing runs there/);
      expect(untouched).toBe(true);
    }
    const stop = stepOf('looper', { verb: 'stop', graceMs: 1000 });
    expect(await perform(0, stop)).toMatchObject([{ error: null }]);
    const { State } = await drill.docker.getContainer(await drill.containerOf('looper')).inspect();
    expect(State).toMatchObject({ Running: false, Restarting: false });
    await drill.engine.cure([stop], drill.clock.now());
  });

  test('a power loss: no instruction of any process after what is told, at a fraction of a second too', async () => {
    const dark = stepOf('stamper', DARK);
    const [effect] = await perform(371, dark);
    const { halted } = effect ?? {};
    if (halted === undefined) throw new Error(`nothing was told of it: ${effect?.error}`);
    await drill.engine.cure([dark], drill.clock.now());
    const last = await lastStamp('stamper', 'old');
    expect(last).toBeLessThanOrEqual(halted.toMs);
    expect(last).toBeGreaterThan(halted.fromMs - 1000);
    console.log(
      `the last instruction ${(last - halted.fromMs).toFixed(1)} ms after the first signal, told ${(halted.toMs - halted.fromMs).toFixed(1)} ms`,
    );
  });

  test('a crash of one program leaves the first process alone; where none runs it hits nothing', async () => {
    const container = drill.docker.getContainer(await drill.containerOf('far'));
    const before = await container.inspect();
    const kill = (): Step => stepOf('far', { verb: 'kill', program: 'pour.pl' });
    expect(await perform(0, kill())).toMatchObject([{ error: null }]);
    expect(await perform(0, kill())).toMatchObject([{ error: 'no process pour.pl runs in far', untouched: true }]);
    expect((await container.inspect()).State.StartedAt).toBe(before.State.StartedAt);
  });

  test('a stop of a dark and of a frozen unit wakes nobody: not one instruction runs', async () => {
    const dark = stepOf('stamper', DARK);
    const frozen = stepOf('stubborn', { verb: 'freeze' });
    const [one, other] = await perform(0, dark, frozen);
    const stops = [
      stepOf('stamper', { verb: 'stop', graceMs: 800 }),
      stepOf('stubborn', { verb: 'stop', graceMs: 800 }),
    ];
    const [none, killed] = await perform(0, ...stops);
    expect(none?.error).toBe('stamper has no power: nothing runs there that could be stopped');
    expect(killed).toMatchObject({ error: null, ended: { by: 'SIGKILL' } });
    await drill.engine.cure([dark, frozen, ...stops], drill.clock.now());
    expect(await lastStamp('stamper', 'old')).toBeLessThanOrEqual(one?.halted?.toMs ?? 0);
    expect(await lastStamp('stubborn', 'old')).toBeLessThanOrEqual(other?.toMs ?? 0);
  });

  test('a frozen unit that was asked to stop ends by itself when it goes on within the grace', async () => {
    const freeze = stepOf('stamper', { verb: 'freeze' });
    await perform(0, freeze);
    const stop = stepOf('stamper', { verb: 'stop', graceMs: 20_000 });
    const { clock, engine } = drill;
    let asked = () => {};
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const stopping = engine.perform([stop], clock.now() + engine.leadMs(1), asked);
    await isAsked;
    await engine.cure([freeze], clock.now());
    const [stopped] = await stopping;
    expect(stopped).toMatchObject({ error: null, ended: { by: 'itself' } });
    await engine.cure([stop], clock.now());
  });

  test('a stop takes hold when its signal is sent, and tells when each process ended, and how', async () => {
    const stops = [
      stepOf('stamper', { verb: 'stop', graceMs: 5000 }),
      stepOf('stubborn', { verb: 'stop', graceMs: 300 }),
    ];
    const told: string[] = [];
    const { clock, engine } = drill;
    const [polite, deaf] = await engine.perform(stops, clock.now() + engine.leadMs(2), ({ step, ended }) =>
      told.push(`${step} ${ended === undefined ? 'took hold' : 'ended'}`),
    );
    expect(told.slice(0, 2).sort()).toEqual(stops.map(({ id }) => `${id} took hold`).sort());
    expect(polite).toMatchObject({ error: null, ended: { by: 'itself' } });
    expect(deaf).toMatchObject({ error: null, ended: { by: 'SIGKILL' } });
    expect(deaf?.ended?.fromMs).toBeGreaterThanOrEqual((deaf?.fromMs ?? 0) + 300);
    expect(deaf?.toMs).toBeLessThan(deaf?.ended?.fromMs ?? 0);
    console.log(
      `a grace of 300 ms: killed ${((deaf?.ended?.fromMs ?? 0) - (deaf?.fromMs ?? 0)).toFixed(0)} ms after its signal`,
    );
    await engine.cure(stops, clock.now());
  });
});
