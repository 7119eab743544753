import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ComparedObjective, Comparison } from '../../src/comparison/comparison.js';
import { BIN, buildWhereStale } from '../cli/built.js';
import { describeOnDocker } from '../engine/docker/engine-or-skip.js';
import { published } from './published.js';

/** Two drills of three minutes, on a machine that may stall once. */
const patiently = { timeout: 20 * 60_000, retry: 1 };

describeOnDocker('the same fault before and after on Docker', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'firedrill-'));
  beforeAll(buildWhereStale, 180_000);
  afterAll(() => rmSync(cwd, { recursive: true }));

  test('ten hours against seconds, no acknowledged row lost, and what nobody could act for', patiently, () => {
    const folderOf = (name: string) => published.find((one) => one.name === `redundancy/${name}`)?.folder ?? '';
    const argv = [BIN, 'compare', folderOf('before'), folderOf('after'), '--engine', 'docker', '--json', 'c.json'];
    const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd, encoding: 'utf8' });
    expect(status, `${stdout}\n${stderr}`).toBe(0);
    const { a, b, objectives } = JSON.parse(readFileSync(join(cwd, 'c.json'), 'utf8')) as Comparison;
    expect([a.measured, b.measured]).toEqual([true, true]);
    const objectiveOf = (probe: string, measure: string) =>
      objectives.find((one) => one.probe === probe && one.measure === measure) as ComparedObjective;
    const recover = objectiveOf('write', 'recover');
    expect(recover.better).toBe('b');
    expect(recover.a?.low).toBeGreaterThan(36_000);
    expect(recover.a?.skipped).toBeGreaterThan(35_000);
    expect(recover.b?.high).toBeLessThan(60);
    expect(objectiveOf('write', 'lose').b).toMatchObject({ median: 0, met: 1 });
    const [wait] = a.waits;
    expect(wait?.blocked).toBeGreaterThan(35_000);
    expect(wait?.blockedBy.join()).toMatch(
      /console-pangyo has no power.*etcd is down: each of its 3 units has no power/,
    );
    expect(b.waits).toEqual([]);
  });
});
