import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Finding, Verdict } from '../../src/judge/judge.js';
import { BIN, buildWhereStale } from '../cli/built.js';
import { describeOnDocker } from '../engine/docker/engine-or-skip.js';
import { published } from './published.js';

/** One drill of four minutes, on a machine that may stall once. */
const patiently = { timeout: 10 * 60_000, retry: 1 };

describeOnDocker('a site that burns down, on Docker', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'firedrill-'));
  beforeAll(buildWhereStale, 180_000);
  afterAll(() => rmSync(cwd, { recursive: true }));

  test('loses no row, and is as safe as before when the spare has copied all of them', patiently, () => {
    const folder = published.find(({ name }) => name === 'fire')?.folder ?? '';
    const argv = [BIN, 'run', folder, '--engine', 'docker', '--json', 'v.json'];
    const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd, encoding: 'utf8' });
    expect(status, `${stdout}\n${stderr}`).toBe(0);
    const { findings } = JSON.parse(readFileSync(join(cwd, 'v.json'), 'utf8')) as Verdict;
    const found = (measure: string, probe: string) =>
      findings.find((one) => one.measure === measure && one.probe === probe) as Finding;
    expect(found('lose', 'write')).toMatchObject({ outcome: 'met', value: 0, high: 0 });
    const [recover, reprotect] = [found('recover', 'write'), found('reprotect', 'db')];
    // Service comes back by itself; safety waits for people, who take 45 s until they have started the spare.
    expect(recover.high).toBeLessThan(45);
    expect(reprotect.low).toBeGreaterThan(45);
    expect(reprotect.because).toContain('db-ansan was the last to be ready in place of db-pangyo');
    expect(found('reprotect', 'etcd')).toMatchObject({ censored: true });
    expect(stdout).toMatch(/✓ see that ansan has every row and is waited for/);
  });
});
