import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Finding, Verdict } from '../../src/judge/judge.js';
import { BIN, buildWhereStale } from '../cli/built.js';
import { describeOnDocker } from '../engine/docker/engine-or-skip.js';

const LIMIT_MS = 10 * 60_000;

describeOnDocker('the same power loss', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'firedrill-'));
  beforeAll(buildWhereStale, 180_000);
  afterAll(() => rmSync(cwd, { recursive: true }));

  function drill(name: string): { status: number | null; verdict: Verdict } {
    const folder = join(import.meta.dirname, '../../scenarios/capacity', name);
    const argv = [BIN, 'run', folder, '--engine', 'docker', '--json', `${name}.json`];
    const { status } = spawnSync(process.execPath, argv, { cwd, encoding: 'utf8' });
    return { status, verdict: JSON.parse(readFileSync(join(cwd, `${name}.json`), 'utf8')) };
  }

  const findingOf = ({ findings }: Verdict, measure: Finding['measure']) =>
    findings.find((finding) => finding.measure === measure && finding.probe === 'page' && finding.limit !== null);

  test(
    'on survivors that are too small misses the latency that users accept, and is reported as overload, not as down',
    () => {
      const { status, verdict } = drill('tight');
      expect(status).toBe(1);
      const latency = findingOf(verdict, 'latency');
      expect(latency?.outcome).toBe('missed');
      expect(latency?.because).toContain('overloaded rather than down');
      const goodput = findingOf(verdict, 'goodput');
      expect(goodput?.outcome).toBe('missed');
      // Two sites of 18 pages a second: what they can carry they do carry.
      expect(goodput?.value).toBeGreaterThan(30);
      expect(goodput?.value).toBeLessThanOrEqual(36.5);
    },
    LIMIT_MS,
  );

  test(
    'on survivors with room for one lost site is met',
    () => {
      const { status, verdict } = drill('spare');
      expect(status).toBe(0);
      expect(findingOf(verdict, 'latency')).toMatchObject({ outcome: 'met' });
    },
    LIMIT_MS,
  );
});
