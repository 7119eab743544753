import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wallClock } from '../../src/clock.js';
import { connect } from '../../src/engine/docker/connect.js';
import { type Entry, readJournal } from '../../src/journal/journal.js';
import { BIN, buildWhereStale } from '../cli/built.js';
import { dockerHost } from '../engine/docker/engine-here.js';
import { describeOnDocker } from '../engine/docker/engine-or-skip.js';

const LIMIT_MS = 120_000;
const BASE = 'debian:bookworm-slim';

describeOnDocker('on Docker, a guard', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'firedrill-'));
  beforeAll(buildWhereStale, 180_000);
  afterAll(() => rmSync(cwd, { recursive: true }));

  test(
    'stops a drill that went too far, ends the fault, and the exit code is 3',
    async () => {
      const ran = await drill(cwd, '{ down: { look: 2s } }', 70);
      expect(ran.code, ran.err).toBe(3);
      expect(ran.err).toContain('drill interrupted: guard: look was down for longer than 2 s; everything is restored');
      expect(ran.out).toContain('! the drill was interrupted: guard: look was down for longer than 2 s');
      const cured = ran.entries.find((entry) => entry.entry === 'effect' && entry.does === 'cure');
      expect(cured).toMatchObject({ effects: [{ error: null }] });
      expect(ran.entries.at(-1)?.atMs).toBeLessThan(20_000);
    },
    LIMIT_MS,
  );

  test(
    'lets bystanders change by themselves or by their owner, with one remark each and the outcome that it would have been',
    async () => {
      const { docker } = await connect(dockerHost, false, wallClock());
      const owner = await ownBystanders(docker);
      try {
        const ran = await drill(cwd, '{}', 20, (err) => err.includes('power-loss') && owner.stir());
        expect(ran.code, ran.err).toBe(0);
        const { left } = ran.entries.at(-1) as Extract<Entry, { entry: 'end' }>;
        expect(left).toEqual([]);
        const remarks = ran.entries.flatMap((entry) => (entry.entry === 'warning' ? [entry.message] : []));
        const about = (name: string) => remarks.filter((remark) => remark.includes(`${owner.prefix}-${name} `));
        for (const name of ['looper', 'started', 'stopped', 'removed', 'flapping', 'passing']) {
          expect(about(name), name).toHaveLength(1);
        }
        expect(about('looper')[0]).toMatch(/ was restarting already before the drill/);
        expect(about('removed')[0]).toMatch(/ changed by itself or by somebody else: died, was removed$/);
        expect(about('flapping')[0]).toMatch(/became unhealthy/);
        expect(about('passing')[0]).toMatch(/^network .* was made, was removed$/);
        expect(ran.out).toContain(`${owner.prefix}-stopped changed by itself or by somebody else: died`);
      } finally {
        await owner.leave();
      }
    },
    LIMIT_MS,
  );

  test(
    'stops a drill in which firedrill itself kills a bystander, names it, leaves it as it is, and the exit code is 4',
    async () => {
      const { docker } = await connect(dockerHost, false, wallClock());
      const bystander = await docker.createContainer({ Image: BASE, Cmd: ['sleep', '600'] });
      try {
        await bystander.start();
        const name = (await bystander.inspect()).Name.slice(1);
        writeFileSync(join(cwd, 'mistake.mjs'), mistakeAbout(bystander.id));
        const ran = await drill(cwd, '{}', 70, () => {}, { NODE_OPTIONS: `--import=${join(cwd, 'mistake.mjs')}` });
        expect(ran.code, ran.err).toBe(4);
        expect(ran.err).toMatch(
          new RegExp(`drill interrupted: guard: a bystander is not as before: container ${name} died`),
        );
        expect(ran.entries.at(-1)).toMatchObject({ left: [expect.stringMatching(`container ${name} was: running`)] });
        expect((await bystander.inspect()).State.Status).toBe('exited');
      } finally {
        await bystander.remove({ force: true });
      }
    },
    LIMIT_MS,
  );
});

/** Containers of somebody else: one that crashes again and again, and some to whom their owner does something on `stir`. */
async function ownBystanders(docker: Docker) {
  const prefix = `firedrill-test-${randomUUID().slice(0, 8)}`;
  const make = (name: string, script: string, more: Docker.ContainerCreateOptions = {}) =>
    docker.createContainer({ name: `${prefix}-${name}`, Image: BASE, Cmd: ['sh', '-c', script], ...more });
  const restart = { HostConfig: { RestartPolicy: { Name: 'unless-stopped' } } };
  const check = { Test: ['CMD-SHELL', 'test ! -e /sick'], Interval: 1e9, Timeout: 1e9, Retries: 1 };
  const looper = await make('looper', 'sleep 0.2; exit 1', restart);
  const flapping = await make('flapping', 'sleep 600', { Healthcheck: check });
  const [started, stopped, removed] = await Promise.all(
    ['started', 'stopped', 'removed'].map((name) => make(name, 'exec sleep 600')),
  );
  const all = [looper, flapping, started, stopped, removed] as Docker.Container[];
  for (const one of [looper, flapping, stopped, removed]) await one?.start();
  await expect.poll(async () => (await looper.inspect()).RestartCount, { timeout: 20_000 }).toBeGreaterThan(0);
  await expect.poll(async () => (await flapping.inspect()).State.Health?.Status, { timeout: 20_000 }).toBe('healthy');
  let stirred: Promise<unknown> | null = null;
  const stir = async () => {
    await Promise.all([started?.start(), stopped?.kill(), removed?.remove({ force: true })]);
    const sicken = await flapping.exec({ Cmd: ['touch', '/sick'] });
    await sicken.start({ Detach: true });
    const network = await docker.createNetwork({ Name: `${prefix}-passing` });
    await network.remove();
  };
  return {
    prefix,
    stir() {
      stirred ??= stir();
    },
    async leave() {
      await stirred;
      await Promise.all(all.map((one) => one.remove({ force: true }).catch(() => {})));
    },
  };
}

/** A module that has every pause of a unit kill somebody else's container as well, by the very client that pauses. */
function mistakeAbout(id: string): string {
  const client = createRequire(import.meta.url).resolve('dockerode');
  return `
import Docker from ${JSON.stringify(client)};
const { constructor: Container } = new Docker().getContainer('x');
const { pause, kill } = Container.prototype;
Container.prototype.pause = async function (...args) {
  await kill.call(new Container(this.modem, ${JSON.stringify(id)}));
  return pause.apply(this, args);
};
`;
}

interface Ran {
  readonly code: unknown;
  readonly out: string;
  readonly err: string;
  readonly entries: readonly Entry[];
}

/** So many seconds, nearly all without power for the one unit, unless a guard says otherwise; `hear` gets all that standard error said so far. */
async function drill(
  cwd: string,
  guard: string,
  seconds: number,
  hear: (err: string) => void = () => {},
  env: Record<string, string> = {},
): Promise<Ran> {
  writeFileSync(join(cwd, 'scenario.yaml'), scenarioOf(guard, seconds));
  const argv = [BIN, 'run', '.', '--engine', 'docker', '--journal', 'journal'];
  const child = spawn(process.execPath, argv, { cwd, env: { ...process.env, ...env } });
  const told = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    told.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    told.err += chunk;
    hear(told.err);
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  const unwrapped = told.out.replace(/\s*\n\s+/g, ' ');
  return {
    code,
    err: told.err,
    out: unwrapped,
    entries: readJournal(readFileSync(join(cwd, 'journal'), 'utf8'), 'journal'),
  };
}

function scenarioOf(guard: string, seconds: number): string {
  return `
version: 1
name: A guarded drill
begins: "10:00"
ends: +${seconds}s
services:
  web:
    image: debian:bookworm-slim
    at: outside
    command: exec sleep infinity
probes:
  look: { exec: { in: web, command: "true" }, every: 200ms, timeout: 1s }
steady: { for: 1s, within: 10s }
slo: { look: { availability: 1% } }
guard: ${guard}
timeline:
  - { at: +2s, power-loss: web }
`;
}
