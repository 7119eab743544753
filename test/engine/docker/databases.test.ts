import { join } from 'node:path';
import Docker from 'dockerode';
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wallClock } from '../../../src/clock.js';
import type { Berth } from '../../../src/engine/docker/berth.js';
import { lookOnce } from '../../../src/engine/docker/looks.js';
import type { Ask, Probe } from '../../../src/scenario/scenario.js';
import { describeOnDocker } from './engine-or-skip.js';

// The image of its reaper cannot be pulled where no registry is reached; what is started here is stopped here.
process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';

describeOnDocker('a look at a real database', () => {
  const docker = new Docker();
  const clock = wallClock();
  let databases: StartedTestContainer;
  let address = '';

  beforeAll(async () => {
    const image = await GenericContainer.fromDockerfile(join(import.meta.dirname, 'images/databases')).build(
      'firedrill-test-databases:1',
      { deleteOnExit: false },
    );
    databases = await image.withWaitStrategy(Wait.forLogMessage(/Ready to accept connections/)).start();
    const { NetworkSettings } = await docker.getContainer(databases.getId()).inspect();
    address = Object.values(NetworkSettings.Networks)[0]?.IPAddress ?? '';
  }, 300_000);
  afterAll(() => databases?.stop());

  const look = (ask: Ask, count = 0, withinMs = 5000) => {
    const probe: Probe = { name: 'p', site: null, family: 'p', does: 'read', everyMs: 100, timeoutMs: withinMs, ask };
    return lookOnce(docker, clock, { address } as Berth, probe, count, clock.now() + withinMs);
  };
  const postgres = (query: string, more: { password?: string; port?: number } = {}): Ask => ({
    ...{ kind: 'postgres', host: 'db', port: 5432, user: 'probe', password: 'drill', database: 'postgres', query },
    ...more,
  });
  const redis = (...command: string[]): Ask => ({ kind: 'redis', host: 'cache', port: 6379, command });

  test('postgres is good when the query was answered, and each look writes its own number', async () => {
    expect(await look(postgres('insert into seen values ({n})'), 41)).toEqual({ ok: true, error: null });
    expect(await look(postgres('insert into seen values ({n})'), 42)).toEqual({ ok: true, error: null });
    const both = 'select 1 / (count(*) - 1) from seen where n in (41, 42)';
    expect(await look(postgres(both))).toEqual({ ok: true, error: null });
  });

  test('postgres is not good when the query fails, the password is wrong, nobody listens, or no answer comes in time', async () => {
    expect((await look(postgres('select nothing'))).ok).toBe(false);
    expect((await look(postgres('select 1', { password: 'wrong' }))).ok).toBe(false);
    expect(await look(postgres('select 1', { port: 5433 }))).toEqual({ ok: false, error: 'refused' });
    expect(await look(postgres('select pg_sleep(3)'), 0, 300)).toEqual({ ok: false, error: 'timeout' });
  });

  test('redis is good when the command was answered, and not when it fails or does not answer in time', async () => {
    expect(await look(redis('SET', 'k{n}', 'v'), 7)).toEqual({ ok: true, error: null });
    expect(await look(redis('GET', 'k7'))).toEqual({ ok: true, error: null });
    expect((await look(redis('LPUSH', 'k7', 'v'))).error).toMatch(/WRONGTYPE/);
    expect(await look(redis('BLPOP', 'nothing', '3'), 0, 300)).toEqual({ ok: false, error: 'timeout' });
    expect(await look({ kind: 'redis', host: 'cache', port: 6380, command: ['PING'] })).toEqual({
      ok: false,
      error: 'refused',
    });
  });
});
