import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compareCensus } from '../../src/engine/engine.js';
import { BIN } from '../cli/built.js';
import { describeOnDocker } from '../engine/docker/engine-or-skip.js';
import { censusOf, drillIn, findWatchdog, firedrill, journalIn } from './deaths.js';
import { fileOf, type Live, sceneOf, startLive } from './live.js';
import { IMAGE, seatHere, until } from './seats.js';

const LIMIT_MS = 120_000;
const DARK = '  - { at: "+1s", power-loss: east }';
const RUN = ['run', '.', '--engine', 'docker'];

describeOnDocker('a drill on Docker', () => {
  const seat = seatHere();

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(
      `that is stopped by ${signal} cures, removes, says so, and ends with 3`,
      async () => {
        const live = startLive(sceneOf(`Stopped by ${signal}`, DARK), RUN);
        await live.hears('took hold');
        live.child.kill(signal);
        await expectRestored(live, await live.ended, signal);
      },
      LIMIT_MS,
    );
  }

  test(
    'that is stopped twice still cures everything and ends with 3',
    async () => {
      const live = startLive(sceneOf('Stopped twice', DARK), RUN);
      await live.hears('took hold');
      live.child.kill('SIGINT');
      await live.hears('SIGINT: stopping');
      live.child.kill('SIGINT');
      const ended = await live.ended;
      expect(ended.err).toContain('SIGINT: still curing and removing, which is never skipped');
      await expectRestored(live, ended, 'SIGINT');
    },
    LIMIT_MS,
  );

  test(
    'whose terminal is closed cures, removes, and ends with 3, also under a shell that keeps the signal to itself',
    async () => {
      const before = await censusOf(seat);
      const run = `'${process.execPath}' '${BIN}' ${RUN.join(' ')}`;
      const shells = { plain: `exec ${run}`, keeping: `trap : HUP; ${run}; echo $? > code` };
      const closed = Object.entries(shells).map(async ([name, command]) => {
        const cwd = sceneOf(`A closed terminal, ${name}`, DARK);
        const live = startLive(cwd, [], ['script', '--quiet', '--flush', '--command', command, '/dev/null']);
        await live.hears('took hold');
        live.child.kill('SIGKILL');
        await live.ended;
        await until('an end', async () => journalIn(cwd).at(-1)?.entry === 'end');
        expect(journalIn(cwd).at(-1)).toMatchObject({ entry: 'end', because: 'stopped by SIGHUP', left: [] });
        return live;
      });
      const [, keeping] = await Promise.all(closed);
      expect(await fileOf(keeping as Live, 'code')).toBe('3\n');
      expect(compareCensus(before, await censusOf(seat))).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'keeps out a second one of the same scenario, which names it and ends with 69',
    async () => {
      const live = startLive(sceneOf('The same twice', DARK), RUN);
      await live.hears('took hold');
      const second = startLive(sceneOf('The same twice', DARK), RUN);
      const refused = await second.ended;
      expect(refused.code, refused.err).toBe(69);
      expect(refused.err).toContain(`${drillIn(live.cwd)} is drilling the same scenario on this engine`);
      expect(journalIn(second.cwd).at(-1)).toMatchObject({ entry: 'end', left: [] });
      // Nor does the second one's end, or a recovery, touch the first.
      const recovery = await firedrill(seat, live.cwd, ['recover']);
      expect(recovery.out).toMatch(new RegExp(`${drillIn(live.cwd)} .* is running .* left alone`));
      live.child.kill('SIGINT');
      await expectRestored(live, await live.ended, 'SIGINT');
    },
    LIMIT_MS,
  );

  test(
    'whose journal is lost is recovered by its labels',
    async () => {
      const before = await censusOf(seat);
      const live = startLive(sceneOf('A lost journal', DARK), RUN);
      await live.hears('took hold');
      findWatchdog(live.cwd)?.kill();
      live.child.kill('SIGKILL');
      await live.ended;
      rmSync(join(live.cwd, '.firedrill'), { recursive: true });
      const recovery = await firedrill(seat, live.cwd, ['recover']);
      expect(recovery.out).toContain('A lost journal');
      expect(recovery.code, recovery.out).toBe(0);
      expect((await firedrill(seat, live.cwd, ['status'])).out).not.toContain('A lost journal');
      expect(compareCensus(before, await censusOf(seat))).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'whose journal went to standard output is restored by its watchdog all the same',
    async () => {
      const before = await censusOf(seat);
      const live = startLive(sceneOf('A journal that is gone', DARK), [...RUN, '--journal', '-']);
      await live.hears('took hold');
      live.child.kill('SIGKILL');
      await live.ended;
      await until('everything as before', async () => compareCensus(before, await censusOf(seat)).length === 0);
    },
    LIMIT_MS,
  );

  test(
    'that is stopped while an image is built breaks the build off and leaves none of its containers',
    async () => {
      const before = await censusOf(seat);
      const cwd = sceneOf('A slow image', DARK);
      const scenario = join(cwd, 'scenario.yaml');
      writeFileSync(scenario, readFileSync(scenario, 'utf8').replace(/image: "[^"]+"/, 'build: slow'));
      mkdirSync(join(cwd, 'slow'));
      writeFileSync(join(cwd, 'slow', 'Dockerfile'), `FROM ${IMAGE}\nRUN echo ${cwd} && sleep 300\n`);
      const live = startLive(cwd, RUN);
      await live.hears('building slow');
      const steps = async () => {
        const all = await seat.docker.listContainers({ all: true });
        return all.filter(({ Command }) => Command.includes(cwd));
      };
      await until('the build', async () => (await steps()).length > 0);
      live.child.kill('SIGINT');
      await expectRestored(live, await live.ended, 'SIGINT');
      await until('the end of the build', async () => (await steps()).length === 0);
      expect(compareCensus(before, await censusOf(seat))).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'that stood still for longer than its lease says that its fault ended by itself, and is unknown',
    async () => {
      const partition = '  - { at: "+1s", partition: { groups: [[east], [west]] } }';
      // What is looked at is never touched: without the lapse this would be met.
      const cwd = sceneOf('Standing still', `${partition}\nslo: { look: { availability: 1% } }`, '+14s');
      const live = startLive(cwd, RUN);
      await live.hears('took hold');
      live.child.kill('SIGSTOP');
      const stoppedMs = Date.now();
      await until('the lease and more', async () => Date.now() > stoppedMs + 8000);
      live.child.kill('SIGCONT');
      const { code, out, err } = await live.ended;
      expect(code, err).toBe(2);
      expect(out).toMatch(/web-east: its network fault ended by itself up to \d s ago/);
    },
    LIMIT_MS,
  );

  async function expectRestored(live: Live, { code, err }: { code: number | null; err: string }, signal: string) {
    expect(code, err).toBe(3);
    expect(err).toContain(`${signal}: stopping; what was broken is cured and what was made is removed`);
    expect(err).toContain(`drill interrupted: stopped by ${signal}; everything is restored`);
    expect(journalIn(live.cwd).at(-1)).toMatchObject({ entry: 'end', why: 'interrupted', left: [] });
    const { docker } = seat;
    const filters = { label: [`firedrill.drill=${drillIn(live.cwd)}`] };
    expect(await docker.listContainers({ all: true, filters })).toEqual([]);
  }
});
