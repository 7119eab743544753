import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compareCensus } from '../../src/engine/engine.js';
import { describeOnDocker } from '../engine/docker/engine-or-skip.js';
import { censusOf } from './deaths.js';
import { startLive } from './live.js';
import { pairOf } from './pair.js';
import { IMAGE, seatHere, until } from './seats.js';

const LIMIT_MS = 180_000;

describeOnDocker('a comparison on Docker', () => {
  const seat = seatHere();

  const journalsIn = (cwd: string) => {
    const [folder = ''] = readdirSync(join(cwd, '.firedrill'));
    return readdirSync(join(cwd, '.firedrill', folder)).sort();
  };

  test(
    'that is stopped in the second drill cures, removes, begins no other, and ends with 3',
    async () => {
      const before = await censusOf(seat);
      const { late, soon } = pairOf('Stopped');
      const live = startLive(soon, ['compare', '.', late, '--engine', 'docker', '--repeat', '2']);
      await live.hears('B, run 1 of 2');
      const journal = join(soon, '.firedrill', ...readdirSync(join(soon, '.firedrill')), 'b-1.journal.jsonl');
      await until(
        'a fault',
        async () => existsSync(journal) && readFileSync(journal, 'utf8').includes('"does":"fault"'),
      );
      live.child.kill('SIGINT');
      const { code, out, err } = await live.ended;
      expect([code, out], err).toEqual([3, '']);
      expect(err).not.toContain('run 2 of 2');
      expect(journalsIn(soon)).toEqual(['a-1.journal.jsonl', 'b-1.journal.jsonl']);
      expect(compareCensus(before, await censusOf(seat))).toEqual([]);
    },
    LIMIT_MS,
  );

  test.each([
    [
      'an image that no registry has',
      'image: "localhost:1/firedrill-none:1"',
      /the image localhost:1\/firedrill-none:1 of service web .* cannot be pulled/,
    ],
    ['a folder without a Dockerfile', 'build: empty', /The service web is built from empty, where no Dockerfile is/],
    ['an image that cannot be built', 'build: broken', /the image \S+ cannot be built/],
  ])(
    'whose second side has %s says so before a drill of the first',
    async (_what, image, words) => {
      const { late, soon } = pairOf('Lacking');
      const file = join(soon, 'scenario.yaml');
      writeFileSync(file, readFileSync(file, 'utf8').replace(/image: "[^"]+"/, image));
      for (const folder of ['empty', 'broken']) mkdirSync(join(soon, folder));
      writeFileSync(join(soon, 'broken', 'Dockerfile'), `FROM ${IMAGE}\nRUN exit 7\n`);
      const { code, out, err } = await startLive(late, ['compare', '.', soon, '--engine', 'docker']).ended;
      expect([code, out], err).toEqual([69, '']);
      expect(err).toMatch(words);
      expect(err).not.toContain('run 1 of 1');
      expect(existsSync(join(late, '.firedrill'))).toBe(false);
    },
    LIMIT_MS,
  );
});
