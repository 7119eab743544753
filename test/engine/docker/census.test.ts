import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { raiseTestDrill, type TestDrill } from './drills.js';
import { describeOnDocker } from './engine-or-skip.js';

const LIMIT_MS = 60_000;
const BASE = 'debian:bookworm-slim';

describeOnDocker('a census', () => {
  let drill: TestDrill;
  beforeAll(async () => {
    drill = await raiseTestDrill([{ name: 'a', site: 'here' }], { name: 'census' });
  }, LIMIT_MS);
  afterAll(() => drill.close(), LIMIT_MS);

  test(
    'counts everybody’s containers, but not the steps of an image that somebody builds',
    async () => {
      const { docker, engine } = drill;
      const foreign = await docker.createContainer({ Image: BASE, Cmd: ['/bin/sh', '-c', 'sleep 60'] });
      const { Name } = await foreign.inspect();
      const context = mkdtempSync(join(tmpdir(), 'firedrill-census-'));
      writeFileSync(join(context, 'Dockerfile'), `FROM ${BASE}\nRUN sleep 5\n`);
      const known = (await docker.listContainers({ all: true })).map(({ Id }) => Id);
      const built = await docker.buildImage({ context, src: ['Dockerfile'] }, { nocache: true });
      try {
        const over = new Promise((resolve) => docker.modem.followProgress(built, resolve));
        const step = await findNew(drill, known);
        const names = Object.keys(await engine.census('bystanders'));
        expect(names).toContain(`container ${Name.slice(1)}`);
        expect(names).not.toContain(`container ${step.slice(1)}`);
        await over;
      } finally {
        await foreign.remove({ force: true });
        rmSync(context, { recursive: true });
      }
    },
    LIMIT_MS,
  );
});

/** The name of the first running container that was not there before. */
async function findNew({ docker, clock }: TestDrill, known: readonly string[]): Promise<string> {
  for (;;) {
    const found = (await docker.listContainers()).find(({ Id }) => !known.includes(Id));
    if (found !== undefined) return found.Names[0] ?? '';
    await clock.sleepUntil(clock.now() + 50);
  }
}
