import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { describeOnDocker } from '../engine/docker/engine-or-skip.js';
import { BIN, buildWhereStale } from './built.js';

const HELLO = join(import.meta.dirname, '../../scenarios/hello-sites');

beforeAll(buildWhereStale, 180_000);

describeOnDocker('a drill that cannot fit into its process', () => {
  test('is refused in one sentence before anything is made', () => {
    const folder = mkdtempSync(join(tmpdir(), 'firedrill-limits-'));
    cpSync(HELLO, folder, { recursive: true });
    const text = readFileSync(join(folder, 'scenario.yaml'), 'utf8');
    writeFileSync(join(folder, 'scenario.yaml'), text.replace('every: 250ms, timeout: 1s', 'every: 10ms, timeout: 4s'));
    const argv = ['-c', 'ulimit -n 200 && exec "$@"', 'sh', process.execPath, BIN, 'run', folder, '--journal', '-'];
    const { status, stdout, stderr } = spawnSync('sh', argv, { encoding: 'utf8', timeout: 60_000 });
    rmSync(folder, { recursive: true });
    expect({ status, stdout }).toEqual({ status: 69, stdout: '' });
    expect(stderr).toMatch(
      /^firedrill: this scenario may have 810 looks under way at once and needs about \d+ open files; this process may have 200: raise it with `ulimit -n 1024`, or give its probes a longer `every` or a shorter `timeout`\n$/,
    );
  });
});
