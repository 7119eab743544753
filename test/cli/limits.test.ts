import { type StdioOptions, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { BIN, buildWhereStale } from './built.js';

const HELLO = join(import.meta.dirname, '../../scenarios/hello-sites');

beforeAll(buildWhereStale, 180_000);

function withFiles(files: number, argv: readonly string[]) {
  return ['-c', `ulimit -n ${files} && exec "$@"`, 'sh', process.execPath, ...argv];
}

test.each([['run', HELLO], ['check', HELLO], ['recover']])(
  'with too few files to load a command, %s says so at once',
  (...argv) => {
    const { status, stderr, stdout } = spawnSync('sh', withFiles(64, [BIN, ...argv]), {
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect({ status, stdout }).toEqual({ status: 69, stdout: '' });
    expect(stderr).toBe(
      'firedrill: this process may have 64 open files, and firedrill needs 128 to begin at all\nRaise it with `ulimit -n 1024`.\n',
    );
  },
);

test('plan says what a scenario needs, and warns where this process may not have it', () => {
  const argv = withFiles(128, [BIN, 'plan', HELLO]);
  const { status, stderr, stdout } = spawnSync('sh', argv, { encoding: 'utf8', timeout: 60_000 });
  expect(status).toBe(0);
  expect(stdout).toMatch(/at worst 18 looks are under way at once, and firedrill needs about 64 open files/);
  expect(stderr).toBe('');
});

test('a journal whose line has no end, and a scenario without an end, are refused without taking the memory', () => {
  const peak = `process.on('exit', () => console.error(Math.round(process.resourceUsage().maxRSS / 1024)))`;
  const watched = ['--import', `data:text/javascript,${encodeURIComponent(peak)}`, BIN];
  for (const argv of [
    ['judge', '/dev/zero'],
    ['judge', '-'],
    ['check', '/dev/zero'],
  ]) {
    const stdio: StdioOptions = [openSync('/dev/zero', 'r'), 'pipe', 'pipe'];
    const options = { encoding: 'utf8', timeout: 60_000, stdio } as const;
    const { status, stderr } = spawnSync(process.execPath, [...watched, ...argv], options);
    expect(status).toBe(64);
    expect(stderr).toMatch(/a line has more than 16777216 bytes|too long for a scenario|character/);
    expect(Number(stderr.trim().split('\n').at(-1))).toBeLessThan(250);
  }
}, 180_000);

/** Looks at a server that never answers and at one that does, as a drill that was not refused: prints what came of the second. */
const LOOK = `
import { wallClock } from '${new URL('../../dist/clock.js', import.meta.url)}';
import { lookOnce } from '${new URL('../../dist/engine/docker/looks.js', import.meta.url)}';
const [silent, healthy] = process.argv.slice(1).map(Number);
const clock = wallClock();
const counts = {};
const look = async (port, name) => {
  const ask = { kind: 'http', method: 'GET', host: 'web', port, path: '/', body: null, expect: 200 };
  const reading = await lookOnce(null, clock, { address: '127.0.0.1' }, { ask }, 0, clock.now() + 2000);
  const what = name + ' ' + (reading.hole ? 'hole: ' : '') + (reading.error ?? 'good');
  counts[what] = (counts[what] ?? 0) + 1;
};
const looks = [];
for (let n = 0; n < 400; n += 1) {
  looks.push(look(silent, 'silent'), look(healthy, 'healthy'));
  await clock.sleepUntil(clock.now() + 5);
}
await Promise.all(looks);
console.log(JSON.stringify(counts));
process.exit(0);
`;

test('a process that has run out of sockets sees no outage of a healthy server', async () => {
  const servers = [createServer(() => {}), createServer((_request, response) => response.end('well'))];
  const ports = await Promise.all(servers.map(portOf));
  const script = ['--input-type=module', '-e', LOOK, ...ports.map(String)];
  const child = spawn('sh', withFiles(150, script), { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  await once(child, 'close');
  for (const server of servers) server.closeAllConnections();
  for (const server of servers) server.close();
  const counts = JSON.parse(said) as Record<string, number>;
  expect(counts['healthy hole: no free socket here (EMFILE)']).toBeGreaterThan(10);
  expect(counts['healthy good']).toBeGreaterThan(10);
  const others = Object.keys(counts).filter(
    (what) => !/hole: no free socket here \(EMFILE\)$|^healthy good$/.test(what),
  );
  expect(others).toEqual(['silent timeout']);
}, 60_000);

async function portOf(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1', 1024), 'listening');
  return (server.address() as AddressInfo).port;
}
