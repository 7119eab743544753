import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Comparison } from '../../src/comparison/comparison.js';
import { compareCensus } from '../../src/engine/engine.js';
import { describeOnDocker } from '../engine/docker/engine-or-skip.js';
import { censusOf } from './deaths.js';
import { startLive } from './live.js';
import { pairOf } from './pair.js';
import { seatHere } from './seats.js';

const LIMIT_MS = 180_000;

describeOnDocker('a comparison of two runs each, on Docker', () => {
  const seat = seatHere();

  test(
    'drills both sides in turns and says by how much the second one is better',
    async () => {
      const before = await censusOf(seat);
      const { late, soon } = pairOf('In turns');
      const argv = ['compare', '.', soon, '--engine', 'docker', '--repeat', '2', '--json', 'both.json'];
      const { code, out, err } = await startLive(late, argv).ended;
      expect(code, err).toBe(0);
      expect(err.match(/^[AB], run \d of 2/gm)).toEqual(
        ['A', 'B', 'A', 'B'].map((side, index) => `${side}, run ${index < 2 ? 1 : 2} of 2`),
      );
      expect(out.split('\n')[0]).toMatch(/^firedrill compare · docker \S+ · measured$/);
      const { objectives } = JSON.parse(readFileSync(join(late, 'both.json'), 'utf8')) as Comparison;
      const recover = objectives.find(({ probe, measure }) => probe === 'look@east' && measure === 'recover');
      expect(recover).toMatchObject({ better: 'b', a: { runs: 2, met: 2 }, b: { runs: 2, met: 2 } });
      // Restored five seconds sooner; how long a container takes to start is not known to a tenth.
      expect(recover?.difference).toBeGreaterThan(-7);
      expect(recover?.difference).toBeLessThan(-3);
      expect(out).toContain('NO REGRESSION');
      expect(compareCensus(before, await censusOf(seat))).toEqual([]);
    },
    LIMIT_MS,
  );
});
