import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wallClock } from '../../src/clock.js';
import { connect } from '../../src/engine/docker/connect.js';
import { type Entry, readJournal } from '../../src/journal/journal.js';
import { BIN, buildWhereStale } from '../cli/built.js';
import { dockerHost } from '../engine/docker/engine-here.js';
import { describeOnDocker } from '../engine/docker/engine-or-skip.js';

const LIMIT_MS = 120_000;

describeOnDocker('on Docker, a guard', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'firedrill-'));
  beforeAll(buildWhereStale, 180_000);
  afterAll(() => rmSync(cwd, { recursive: true }));

  test(
    'stops a drill that went too far, ends the fault, and the exit code is 3',
    async () => {
      const ran = await drill(cwd, '{ down: { look: 2s } }');
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
    'stops a drill during which a bystander dies, names it, and leaves it as it is',
    async () => {
      const { docker } = await connect(dockerHost, false, wallClock());
      const bystander = await docker.createContainer({ Image: 'debian:bookworm-slim', Cmd: ['sleep', '600'] });
      try {
        await bystander.start();
        const name = (await bystander.inspect()).Name.slice(1);
        const ran = await drill(cwd, '{}', (err) => {
          if (err.includes('power-loss')) void bystander.kill().catch(() => {});
        });
        expect(ran.code, ran.err).toBe(4);
        expect(ran.err).toMatch(
          new RegExp(`drill interrupted: guard: a bystander is not as before: container ${name} was`),
        );
        expect((await bystander.inspect()).State.Status).toBe('exited');
      } finally {
        await bystander.remove({ force: true });
      }
    },
    LIMIT_MS,
  );
});

interface Ran {
  readonly code: unknown;
  readonly out: string;
  readonly err: string;
  readonly entries: readonly Entry[];
}

/** A minute without power for the one unit, unless a guard says otherwise; `hear` gets all that standard error said so far. */
async function drill(cwd: string, guard: string, hear: (err: string) => void = () => {}): Promise<Ran> {
  writeFileSync(join(cwd, 'scenario.yaml'), scenarioOf(guard));
  const child = spawn(process.execPath, [BIN, 'run', '.', '--engine', 'docker', '--journal', 'journal'], { cwd });
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

function scenarioOf(guard: string): string {
  return `
version: 1
name: A guarded drill
begins: "10:00"
ends: +70s
services:
  web:
    image: debian:bookworm-slim
    at: outside
    command: exec sleep infinity
probes:
  look: { exec: { in: web, command: "true" }, every: 200ms, timeout: 1s }
steady: { for: 1s, within: 10s }
guard: ${guard}
timeline:
  - { at: +2s, power-loss: web }
`;
}
