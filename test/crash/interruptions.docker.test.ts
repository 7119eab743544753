import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareCensus } from '../../src/engine/engine.js';
import { BIN, buildWhereStale } from '../cli/built.js';
import { describeOnDocker } from '../engine/docker/engine-or-skip.js';
import { censusOf, drillIn, findWatchdog, firedrill, journalIn } from './deaths.js';
import { fileOf, type Live, sceneOf, startLive } from './live.js';
import { type Seat, sharedSeat, until } from './seats.js';

const LIMIT_MS = 120_000;
const DARK = '  - { at: "+1s", power-loss: east }';
const RUN = ['run', '.', '--engine', 'docker'];

describeOnDocker('a drill on Docker', () => {
  let seat: Seat;
  beforeAll(async () => {
    buildWhereStale();
    seat = await sharedSeat();
  }, 300_000);
  afterAll(() => seat?.close());

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
