import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BIN, buildWhereStale } from '../cli/built.js';
import { describeOnDocker } from '../engine/docker/engine-or-skip.js';
import { published } from './published.js';

/** What is drilled here each time; the pairs take longer and have tests of their own. */
const DRILLED = ['hello-sites', 'datacenter-power-loss'];

/** A machine that stalls for longer than a user waits may make one drill miss its objective; two in a row it does not. */
const patiently = { timeout: 15 * 60_000, retry: 1 };

describeOnDocker('on Docker', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'firedrill-'));
  beforeAll(buildWhereStale, 180_000);
  afterAll(() => rmSync(cwd, { recursive: true }));

  test.each(published.filter(({ name }) => DRILLED.includes(name)))(
    'scenarios/$name meets its objectives, measured, and leaves nothing behind',
    patiently,
    async ({ folder }) => {
      const argv = [BIN, 'run', folder, '--engine', 'docker', '--json', 'verdict.json'];
      const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd, encoding: 'utf8' });
      expect(status, `${stdout}\n${stderr}`).toBe(0);
      const verdict = JSON.parse(readFileSync(join(cwd, 'verdict.json'), 'utf8'));
      expect(verdict).toMatchObject({ measured: true, outcome: 'met', exitCode: 0 });
      expect(verdict.engine).toMatch(/^docker \d/);
      const recovered = verdict.findings.filter(
        ({ measure, limit, value }: { measure: string; limit: number | null; value: number | null }) =>
          measure === 'recover' && limit !== null && value !== null && value > 0,
      );
      expect(recovered.length).toBeGreaterThan(0);
      for (const { low, value, high } of recovered) expect(low <= value && value <= high).toBe(true);
      expect(await left(verdict.drill)).toEqual([]);
    },
  );
});

async function left(drill: string): Promise<string[]> {
  const docker = new Docker();
  const filters = { label: [`firedrill.drill=${drill}`] };
  const containers = await docker.listContainers({ all: true, filters });
  const networks = await docker.listNetworks({ filters });
  const { Volumes } = await docker.listVolumes({ filters });
  return [
    ...containers.map(({ Names }) => Names.join()),
    ...networks.map(({ Name }) => Name),
    ...(Volumes ?? []).map(({ Name }) => Name),
  ];
}
