import { randomInt, randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wallClock } from '../../../src/clock.js';
import { forEachOf, LABEL } from '../../../src/engine/docker/api.js';
import { connect } from '../../../src/engine/docker/connect.js';
import { BIN, buildWhereStale } from '../../cli/built.js';
import { IMAGES } from './drills.js';
import { dockerHost } from './engine-here.js';
import { describeOnDocker } from './engine-or-skip.js';
import type { Fate, Seen } from './proxy.js';
import { complaintsOf, DEADLINE_MS, type Ended, runTroubled, tableOf, tellEnded } from './troubled.js';

const DRILLS = Number(process.env.FIREDRILL_DRILLS ?? 4);
const SEED = Number(process.env.FIREDRILL_SEED ?? randomInt(2 ** 31));
const WIDTH = 2;
const AWAY_MS = 8000;

/** A freeze, and a second later a crash of another unit. */
const HANGING = `timeline:
  - { at: "12:00:02", freeze: web-a, for: 5s }
  - { at: "12:00:03", crash: web-b }
`;

describeOnDocker('when Docker is in trouble', () => {
  let docker: Docker;
  let folder = '';
  let bystander: Docker.Container;
  const all: Ended[] = [];

  beforeAll(async () => {
    ({ docker } = await connect(dockerHost, false));
    buildWhereStale();
    folder = mkdtempSync(join(tmpdir(), 'firedrill-trouble-'));
    cpSync(IMAGES, join(folder, 'images'), { recursive: true });
    bystander = await docker.createContainer({
      name: `bystander-${randomUUID().slice(0, 8)}`,
      Image: 'debian:bookworm-slim',
      Cmd: ['sleep', 'infinity'],
      Labels: { 'com.docker.compose.project': 'of somebody else' },
      HostConfig: { RestartPolicy: { Name: 'unless-stopped' } },
    });
    await bystander.start();
  }, 180_000);

  afterAll(async () => {
    await bystander.remove({ force: true });
    const built = all.flatMap(({ entries }) =>
      entries.flatMap((entry) => (entry.entry === 'progress' && entry.progress.state === 'built' ? [entry] : [])),
    );
    const images = new Set(built.map(({ progress }) => progress.detail));
    for (const image of images) await docker.getImage(image).remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = async (number: number, seed: number, how?: Parameters<typeof runTroubled>[1]): Promise<Ended> => {
    const ended = await runTroubled({ docker, cli: BIN, folder, number, seed }, how);
    all.push(ended);
    return ended;
  };

  test(
    `calls that are slow, refused, dropped or half answered: each of ${DRILLS} drills ends well and leaves nothing`,
    async () => {
      const before = await bystander.inspect();
      const examined = await examinations(docker);
      const ended: Ended[] = [];
      const numbers = Array.from({ length: DRILLS }, (_, index) => index + 1);
      await forEachOf(numbers, WIDTH, async (number) => {
        const one = await run(number, SEED + number);
        ended.push(one);
        console.log(tellEnded(one));
      });
      console.log(tableOf(ended));
      expect(ended.flatMap((one) => complaintsOf(one).map((complaint) => `seed ${one.seed}: ${complaint}`))).toEqual(
        [],
      );
      // Without trouble nothing would have been tested, and with trouble that nobody answered nothing would have been done.
      expect(ended.every(({ fates, sentAgain }) => fates['drop answer'] + sentAgain > 0)).toBe(true);
      expect(ended.filter(({ exitCode }) => exitCode !== 69).length).toBeGreaterThan(DRILLS / 2);
      expect(await bystander.inspect()).toEqual(before);
      expect(await examinationsLeft(docker, examined)).toEqual([]);
    },
    DEADLINE_MS * Math.ceil(DRILLS / WIDTH),
  );

  test(
    'a verb that hangs delays no later moment, and how late each one was is in the journal',
    async () => {
      const ended = await run(1001, SEED, {
        scenario: HANGING,
        decide: ({ path }) => (/\/pause$/.test(path) ? 'hang' : 'pass'),
      });
      const effects = ended.entries.flatMap((entry) => (entry.entry === 'effect' ? [entry] : []));
      const freeze = effects.find(({ title, does }) => does === 'fault' && title.startsWith('freeze'));
      const crash = effects.find(({ title, does }) => does === 'fault' && title.startsWith('crash'));
      expect(freeze?.effects[0]?.error).toMatch(/Docker|no answer/);
      expect(crash?.effects[0]).toMatchObject({ error: null });
      // The freeze is given up after ten seconds at the earliest, and the crash is due one second after it.
      expect(crash?.lateMs).toBeLessThan(5000);
      expect(freeze?.atMs).toBeGreaterThan(crash?.atMs ?? Number.POSITIVE_INFINITY);
      expect(complaintsOf(ended)).toEqual([]);
    },
    DEADLINE_MS,
  );

  test(
    'Docker goes away in the middle of a drill and comes back with every container stopped: the drill says so and leaves nothing',
    async () => {
      let goneUntilMs = 0;
      let stopping: Promise<void> | null = null;
      const decide = ({ path }: Seen): Fate => {
        const paused = /\/containers\/([^/]+)\/pause$/.exec(path)?.[1];
        if (goneUntilMs === 0 && paused !== undefined) {
          goneUntilMs = performance.now() + AWAY_MS;
          stopping = stopDrillOf(docker, paused);
        }
        return performance.now() < goneUntilMs ? 'drop request' : 'pass';
      };
      const ended = await run(1002, SEED, { scenario: HANGING, decide });
      await stopping;
      expect(goneUntilMs).toBeGreaterThan(0);
      expect(complaintsOf(ended)).toEqual([]);
      expect(ended.left).toEqual([]);
      expect([2, 4]).toContain(ended.exitCode);
      expect(ended.sentAgain).toBeGreaterThan(0);
    },
    DEADLINE_MS,
  );
});

/** Stops every container of the drill to which this one belongs, as a Docker that is started anew finds them. */
async function stopDrillOf(docker: Docker, id: string): Promise<void> {
  const { Config } = await docker.getContainer(id).inspect();
  const label = [`${LABEL.drill}=${Config.Labels[LABEL.drill]}`];
  const containers = await docker.listContainers({ filters: { label } });
  await Promise.all(containers.map(({ Id }) => docker.getContainer(Id).stop({ t: 0 })));
}

/** The containers in which a kernel is examined. */
async function examinations(docker: Docker): Promise<string[]> {
  const found = await docker.listContainers({ all: true, filters: { label: [`${LABEL.role}=examination`] } });
  return found.map(({ Id }) => Id);
}

/** The containers in which kernels were examined since then and that nobody removed. Another drill may have one for a moment. */
async function examinationsLeft(docker: Docker, before: readonly string[]): Promise<string[]> {
  const clock = wallClock();
  const untilMs = clock.now() + 20_000;
  for (;;) {
    const found = (await examinations(docker)).filter((id) => !before.includes(id));
    if (found.length === 0 || clock.now() > untilMs) return found;
    await clock.sleepUntil(clock.now() + 200);
  }
}
