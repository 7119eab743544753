import type Docker from 'dockerode';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wallClock } from '../../../src/clock.js';
import { LABEL } from '../../../src/engine/docker/api.js';
import { runInside, runInsideAt } from '../../../src/engine/docker/commands.js';
import { connect } from '../../../src/engine/docker/connect.js';
import { dockerHost } from './engine-here.js';
import { describeOnDocker } from './engine-or-skip.js';
import { type Between, type Fate, SOCKET, startProxy } from './proxy.js';

const ONCE = { again: false };
const AGAIN = { again: true };
const COUNT_AND_SAY = ['sh', '-c', 'echo done >> /tmp/count; sleep 0.3; echo said; exit 3'];
const BROKEN: readonly Fate[] = ['drop request', 'drop answer', 'half answer'];

describeOnDocker('a command in a container', () => {
  const clock = wallClock();
  let direct: Docker;
  let proxy: Between;
  let docker: Docker;
  let id = '';
  /** What comes of the next starts of commands; the later ones pass. */
  let fates: Fate[] = [];

  beforeAll(async () => {
    ({ docker: direct } = await connect(dockerHost, false));
    proxy = await startProxy(
      SOCKET,
      () => 0.9,
      ({ path }) => (/^\/exec\/.*\/start$/.test(path) ? (fates.shift() ?? 'pass') : 'pass'),
    );
    ({ docker } = await connect(proxy.host, false));
    const Labels = { [LABEL.drill]: 'test-commands', [LABEL.role]: 'observer' };
    const made = await direct.createContainer({ Image: 'debian:bookworm-slim', Cmd: ['sleep', 'infinity'], Labels });
    await made.start();
    id = made.id;
  });

  afterAll(async () => {
    await direct.getContainer(id).remove({ force: true });
    await proxy.close();
  });

  const countOf = async () => {
    const { output } = await runInside(direct, clock, id, ['sh', '-c', 'cat /tmp/count; rm -f /tmp/count'], ONCE);
    return output.match(/^done$/gm)?.length ?? 0;
  };

  test('whose connection holds is heard to its end', async () => {
    expect(await runInside(docker, clock, id, COUNT_AND_SAY, ONCE)).toEqual({ code: 3, output: 'said\n', whole: true });
    expect(await countOf()).toBe(1);
  });

  test.each(BROKEN)('whose connection breaks (%s) is run once, and its status is known', async (fate) => {
    fates = [fate];
    expect(await runInside(docker, clock, id, COUNT_AND_SAY, ONCE)).toMatchObject({ code: 3 });
    expect(await countOf()).toBe(1);
  });

  test('whose words got lost is run again where it may be', async () => {
    fates = ['drop answer'];
    expect(await runInside(docker, clock, id, COUNT_AND_SAY, AGAIN)).toMatchObject({ output: 'said\n', whole: true });
    expect(await countOf()).toBe(2);
  });

  test('whose words got lost is timed by an interval that contains its instant', async () => {
    fates = ['drop answer'];
    const atMs = clock.now() + 700;
    const stamp = 'date +%s%N > /tmp/stamp';
    const ran = await runInsideAt(docker, clock, id, { atMs, limitMs: 10_000, what: 'stamp' }, stamp, []);
    const { output } = await runInside(direct, clock, id, ['cat', '/tmp/stamp'], ONCE);
    const ranMs = Number(BigInt(output.trim()) / 1000n) / 1000 - clock.epochOf(0);
    expect(ran.code).toBe(0);
    expect(ran.fromMs).toBeGreaterThanOrEqual(atMs);
    expect(ran.fromMs).toBeLessThanOrEqual(ranMs);
    expect(ran.toMs).toBeGreaterThanOrEqual(ranMs);
  });

  test('that comes after its sender has given up does nothing', async () => {
    fates = ['delay'];
    const timing = { atMs: clock.now(), limitMs: 1500, what: 'late' };
    // The call is still on its way, as one is whose connection nobody closed.
    const late = runInsideAt(docker, clock, id, timing, 'echo done >> /tmp/count', []);
    await expect(late).rejects.toThrow('late: no answer from Docker within 1.5 s');
    await clock.sleepUntil(clock.now() + 3000);
    expect(await countOf()).toBe(0);
    expect(proxy.fates.delay).toBe(1);
  });
});
