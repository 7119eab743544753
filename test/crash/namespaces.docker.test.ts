import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { compareCensus } from '../../src/engine/engine.js';
import { BIN } from '../cli/built.js';
import { describeOnDocker } from '../engine/docker/engine-or-skip.js';
import { censusOf, drillIn, type Ended, findWatchdog, journalIn } from './deaths.js';
import { sceneOf, startLive } from './live.js';
import { seatHere, until } from './seats.js';

const LIMIT_MS = 120_000;
/** A namespace of processes of its own, as a container has one; the engine is the same, and the host's name too. */
const ELSEWHERE = ['unshare', '--pid', '--fork', '--mount-proc'];
const isPossible = spawnSync(ELSEWHERE[0] ?? '', [...ELSEWHERE.slice(1), 'true']).status === 0;

describeOnDocker('from another namespace of processes', () => {
  const seat = seatHere();
  const ask = (cwd: string, ...argv: string[]): Promise<Ended> =>
    startLive(cwd, [], [...ELSEWHERE, process.execPath, BIN, ...argv]).ended;

  test.skipIf(!isPossible)(
    'a drill that runs, or whose runner is only suspended, is left alone, and one whose runner died is recovered',
    async () => {
      const before = await censusOf(seat);
      const live = startLive(sceneOf('Seen from elsewhere', '  - { at: "+1s", freeze: east }'), [
        ...['run', '.', '--engine', 'docker'],
      ]);
      await live.hears('took hold');
      const drill = drillIn(live.cwd);
      const leftAlone = new RegExp(
        `${drill} .* is running: its runner, process ${live.child.pid} of .* holds its lock`,
      );
      for (const signal of ['SIGCONT', 'SIGSTOP', 'SIGCONT'] as const) {
        live.child.kill(signal);
        const recovery = await ask(live.cwd, 'recover');
        expect(recovery.out, signal).toMatch(leftAlone);
        expect(recovery.code).toBe(0);
        expect((await ask(live.cwd, 'status')).out).toMatch(/: running, process \d+ of /);
      }
      expect(journalIn(live.cwd).at(-1)?.entry).not.toBe('end');
      findWatchdog(live.cwd)?.kill();
      live.child.kill('SIGKILL');
      await live.ended;
      await until('its runner gone', async () => /its runner is gone/.test((await ask(live.cwd, 'status')).out));
      const recovery = await ask(live.cwd, 'recover');
      expect(recovery.out).toMatch(new RegExp(`${drill} .*: cured: freeze on web-east; .* removed`));
      expect(recovery.code, recovery.out).toBe(0);
      expect(compareCensus(before, await censusOf(seat))).toEqual([]);
    },
    LIMIT_MS,
  );
});
