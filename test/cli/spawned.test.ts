import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { BIN, buildWhereStale } from './built.js';

const ROOT = join(import.meta.dirname, '../..');
const HELLO = join(ROOT, 'scenarios/hello-sites');

beforeAll(buildWhereStale, 180_000);

test('the version is the package’s', () => {
  const { stdout, status } = firedrill('--version');
  expect({ stdout, status }).toEqual({
    stdout: `${JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version}\n`,
    status: 0,
  });
});

test('before it is known which command is meant, nothing but commander and what every line goes through is loaded', () => {
  const { stderr } = spawnSync(process.execPath, ['--import', PRINT_LOADS, BIN, '--version'], { encoding: 'utf8' });
  const loaded = stderr.match(/(?<=^loads ).*/gm) ?? [];
  const strangers = loaded.filter(
    (url) => !/^node:|\/dist\/(cli\/(cli|io|program|version)|printable)\.js$|\/node_modules\/commander\//.test(url),
  );
  expect(loaded.length).toBeGreaterThan(4);
  expect(strangers).toEqual([]);
});

test('a simulation loads neither the Docker client nor a database client', () => {
  const argv = ['--import', PRINT_LOADS, BIN, 'run', HELLO, '--engine', 'sim', '--journal', '-'];
  const { stderr, status } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
  expect(status).toBe(0);
  expect(stderr).toContain('/engine/sim/sim.js');
  expect(stderr).not.toMatch(/dockerode|ioredis|node_modules\/pg\/|engine\/docker/);
});

test('a scenario from standard input that is wrong ends with 64 and its places, without a stack', () => {
  const { status, stdout, stderr } = firedrillWith('version: 1\n', 'run', '-', '--engine', 'sim');
  expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
  expect(stderr).toMatch(/^standard input:1:1/);
  expect(stderr).not.toContain('    at ');
});

test('a reader that goes away is no error', async () => {
  const child = spawn(process.execPath, [BIN, 'run', HELLO, '--engine', 'sim', '--journal', '-']);
  child.stdout.destroy();
  let err = '';
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(code).toBe(0);
  expect(err).not.toMatch(/EPIPE|bug/);
});

test.skipIf(!existsSync('/dev/full'))(
  'a report for which there is no room ends with 69, not as if it had been read',
  () => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [BIN, 'check', HELLO], {
      ...{ encoding: 'utf8', stdio: ['ignore', full, 'pipe'] },
    });
    closeSync(full);
    expect(status).toBe(69);
    expect(stderr).toContain('could not all be written (ENOSPC)');
    expect(stderr).not.toContain('bug');
  },
);

/** Prints the address of every module that is loaded. */
const HOOKS = `export async function load(url, context, next) {
  process._rawDebug('loads ' + url);
  return next(url, context);
}`;
const HOOKS_URL = `data:text/javascript,${encodeURIComponent(HOOKS)}`;
const REGISTER = `import { register } from 'node:module'; register(${JSON.stringify(HOOKS_URL)});`;
const PRINT_LOADS = `data:text/javascript,${encodeURIComponent(REGISTER)}`;

function firedrill(...argv: string[]) {
  return firedrillWith('', ...argv);
}

function firedrillWith(input: string, ...argv: string[]) {
  return spawnSync(process.execPath, [BIN, ...argv], { encoding: 'utf8', input });
}
