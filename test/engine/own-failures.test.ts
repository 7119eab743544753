import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { wallClock } from '../../src/clock.js';
import { execute } from '../../src/engine/docker/ability.js';
import type { Berth } from '../../src/engine/docker/berth.js';
import { openBook } from '../../src/engine/docker/book.js';
import { runInside } from '../../src/engine/docker/commands.js';
import { lookOnce } from '../../src/engine/docker/looks.js';
import { lookReady, whenReady } from '../../src/engine/docker/ready.js';
import { makeResilient } from '../../src/engine/docker/resilient.js';
import type { Reading } from '../../src/engine/engine.js';
import { OPEN_FATES } from '../../src/journal/journal.js';
import type { Ask, Probe } from '../../src/scenario/scenario.js';

const clock = wallClock();
const OURS = ['EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS', 'EADDRNOTAVAIL', 'EAI_AGAIN', 'EAGAIN', 'EPERM'];
const ASKS: readonly Ask[] = [
  { kind: 'http', method: 'GET', host: 'web', port: 80, path: '/', body: null, expect: null },
  { kind: 'tcp', host: 'web', port: 80 },
  { kind: 'exec', host: 'web', command: ['true'] },
  { kind: 'postgres', host: 'web', port: 5432, user: 'u', password: 'p', database: 'd', query: 'select 1' },
  { kind: 'redis', host: 'web', port: 6379, command: ['PING'] },
];
const READY = [
  { kind: 'http', port: 80, path: '/', withinMs: 1000 },
  { kind: 'tcp', port: 80, withinMs: 1000 },
  { kind: 'exec', command: ['true'], withinMs: 1000 },
] as const;
const LEDGER = { perSecond: 1, connections: 2, settleMs: 0, make: null, read: ['x'], readFrom: [] };

afterEach(() => void vi.restoreAllMocks());

/** No connection of this process can be made, for this reason. */
function failToConnect(code: string): void {
  vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket) {
    const error = Object.assign(new Error(`connect ${code} 10.0.0.1:80`), { code, syscall: 'connect' });
    process.nextTick(() => this.destroy(error));
    return this;
  });
}

function berthOf(ready: unknown = null): Berth {
  return { container: 'c1', address: '10.0.0.1', unit: { name: 'web' }, service: { ready } } as unknown as Berth;
}

function look(docker: Docker, ask: Ask, timeoutMs = 10_000): Promise<Reading> {
  return lookOnce(docker, clock, berthOf(), { ask } as Probe, 0, clock.now() + timeoutMs);
}

const away = new Docker({ socketPath: '/nowhere/docker.sock' });

describe.each(OURS)('%s', (code) => {
  test.each(ASKS)('is a hole in a look by $kind', async (ask) => {
    failToConnect(code);
    const reading = await look(away, ask);
    expect(reading).toMatchObject({ ok: false, hole: true });
    expect(reading.error).toMatch(new RegExp(`^(no|not) .* here|.*machine.* \\(${code}\\)$`));
  });

  test.each(ASKS.filter(({ kind }) => kind !== 'tcp'))('is a hole in a write by $kind, never sent', async (ask) => {
    failToConnect(code);
    const reach = {
      addressOf: () => '10.0.0.1',
      runIn: (_: string, ...[command, running]: [readonly string[], Parameters<typeof runInside>[4]]) =>
        runInside(away, clock, 'c1', command, running),
    };
    const book = openBook(clock, reach, ask, LEDGER);
    const reading = await book.write(1, clock.now() + 10_000);
    expect(reading).toMatchObject({ ok: false, hole: true });
    expect(OPEN_FATES).not.toContain(reading.error);
    const listing = await book.list({ host: 'web', port: null }, 0, clock.now() + 10_000);
    expect(listing.error).toContain(`(${code})`);
    book.close();
  });

  test.each(READY)('is a hole in a look whether a unit is ready, by $kind', async (ready) => {
    failToConnect(code);
    expect(await lookReady(away, clock, berthOf(ready), ready, undefined)).toMatchObject({ ok: false, hole: true });
  });
});

test('what the other side does stays bad', async () => {
  for (const code of ['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ETIMEDOUT']) {
    failToConnect(code);
    for (const ask of ASKS.filter(({ kind }) => kind !== 'exec')) {
      const reading = await look(away, ask);
      expect(reading.ok).toBe(false);
      expect(reading).not.toHaveProperty('hole');
    }
    vi.restoreAllMocks();
  }
});

/** A Docker that answers as it is told, by the end of the path. */
async function withDocker<T>(
  answer: (path: string, response: ServerResponse, request: IncomingMessage) => void,
  use: (docker: Docker) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'firedrill-fake-'));
  const socketPath = join(folder, 'docker.sock');
  const server = createServer((request, response) => {
    request.resume();
    answer((request.url ?? '').replace(/\?.*/, ''), response, request);
  });
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => sockets.add(socket));
  server.on('upgrade', (request, socket) => {
    socket.on('error', () => {});
    answer(request.url ?? '', { upgraded: socket } as unknown as ServerResponse, request);
  });
  await once(server.listen(socketPath), 'listening');
  const docker = new Docker({ socketPath });
  makeResilient(docker, clock);
  try {
    return await use(docker);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const EXEC: Ask = { kind: 'exec', host: 'web', command: ['true'] };
const say = (response: ServerResponse, status: number, value: unknown) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));

/** A Docker whose exec is made, and whose start does what it is told with the connection. */
function starting(then: (socket: Socket) => void, inspected: unknown = { Running: true, ExitCode: null }) {
  return (path: string, response: ServerResponse) => {
    if (path.endsWith('/exec')) return say(response, 201, { Id: 'e1' });
    if (path.endsWith('/json')) return inspected === null ? undefined : say(response, 200, inspected);
    const socket = (response as unknown as { upgraded: Socket }).upgraded;
    then(socket);
  };
}

function begin(socket: Socket): void {
  socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
}

function frame(text: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = 1;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

describe('a command that is a look', () => {
  test('is a hole when Docker is there and says nothing', async () => {
    const reading = await withDocker(
      () => {},
      (docker) => look(docker, EXEC, 400),
    );
    expect(reading).toEqual({ ok: false, hole: true, error: 'Docker did not run it in time' });
  });

  test.each([500, 502, 503])('is a hole when Docker answers %d', async (status) => {
    const answer = (_: string, response: ServerResponse) => say(response, status, { message: 'containerd is away' });
    expect(await withDocker(answer, (docker) => look(docker, EXEC, 400))).toMatchObject({ hole: true });
  });

  test('is a hole when nobody is at the socket', async () => {
    const reading = await look(away, EXEC);
    expect(reading).toMatchObject({ hole: true, error: expect.stringMatching(/^Docker did not run it: /) });
  });

  test('is a hole when Docker hangs up after it began it, or forgot it', async () => {
    const lost = (path: string, response: ServerResponse) =>
      path.endsWith('/json')
        ? say(response, 404, { message: 'No such exec instance: e1' })
        : starting((socket) => {
            begin(socket);
            socket.destroy();
          })(path, response);
    expect(await withDocker(lost, (docker) => look(docker, EXEC, 2000))).toMatchObject({ hole: true });
  });

  test('is a hole when Docker falls silent while it runs, and bad when Docker says that it runs', async () => {
    const silent = await withDocker(starting(begin, null), (docker) => look(docker, EXEC, 2000));
    expect(silent).toMatchObject({ hole: true, error: 'Docker did not say what became of it' });
    expect(await withDocker(starting(begin), (docker) => look(docker, EXEC, 2000))).toEqual({
      ok: false,
      error: 'timeout',
    });
  });

  test('is bad when the unit does not run it, and silent when it is paused', async () => {
    const refusing = (message: string, status = 409, timeoutMs = 10_000) =>
      withDocker(
        (_, response) => say(response, status, { message }),
        (docker) => look(docker, EXEC, timeoutMs),
      );
    expect(await refusing('Container c1 is not running')).toEqual({ ok: false, error: 'not running' });
    expect(await refusing('No such container: c1', 404)).toEqual({ ok: false, error: 'not running' });
    const restarting = 'Container c1 is restarting, wait until the container is running';
    expect(await refusing(restarting)).toMatchObject({ ok: false, error: 'not running' });
    const paused = 'Container c1 is paused, unpause the container before exec';
    expect(await refusing(paused, 409, 2000)).toEqual({ ok: false, error: 'timeout' });
  });

  test('has the status of its command, but for one that Docker could not begin', async () => {
    const ended = (ExitCode: number, text: string) =>
      withDocker(
        starting(
          (socket) => {
            begin(socket);
            socket.end(frame(text));
          },
          { Running: false, ExitCode },
        ),
        (docker) => look(docker, EXEC),
      );
    expect(await ended(0, 'well')).toEqual({ ok: true, error: null });
    expect(await ended(7, 'ill')).toEqual({ ok: false, error: 'exit 7' });
    expect(await ended(126, 'exec: "x": permission denied')).toEqual({ ok: false, error: 'exit 126' });
    expect(await ended(126, 'ttrpc: closed: unknown\r\n')).toMatchObject({ hole: true });
  });
});

test('of the writes under way as a drill ends only those that waited are known not to be stored', async () => {
  const server = createServer(() => {});
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const ask: Ask = { kind: 'http', method: 'POST', host: 'web', port, path: '/', body: null, expect: 200 };
  const reach = { addressOf: () => '127.0.0.1', runIn: () => Promise.reject(new Error('no units')) };
  const book = openBook(clock, reach, ask, LEDGER);
  const writes = [1, 2, 3].map((number) => book.write(number, clock.now() + 5000));
  await once(server, 'request');
  book.close();
  const [first, second, third] = await Promise.all(writes);
  expect(OPEN_FATES).toContain(first?.error);
  expect(OPEN_FATES).toContain(second?.error);
  expect(third).toEqual({ ok: false, hole: true, error: 'the drill ended before it was sent' });
  server.closeAllConnections();
  server.close();
});

test('what a runbook runs is told of when Docker did not run it', async () => {
  const faults = { lies: () => false };
  const topology = { berths: new Map([['web', berthOf()]]) };
  const ground = { docker: away, clock, topology, faults } as unknown as Parameters<typeof execute>[0];
  const executed = await execute(ground, 'web', ['true'], clock.now() + 400, (text) => text);
  expect(executed).toMatchObject({ ok: false, hole: true, error: expect.stringMatching(/^Docker did not run it/) });
});

test('a unit that nobody could look at may have been ready before: its interval begins with the last look that failed', async () => {
  const startMs = clock.now();
  const answer = (_: string, response: ServerResponse) => {
    const sinceMs = clock.now() - startMs;
    if (sinceMs < 300) return say(response, 200, { State: { Running: false, Paused: false } });
    if (sinceMs < 900) return say(response, 500, { message: 'containerd is away' });
    return say(response, 200, { State: { Running: true, Paused: false } });
  };
  const berth = { ...berthOf(), letGoMs: startMs };
  const ready = await withDocker(answer, (docker) =>
    whenReady(docker, clock, berth, startMs, AbortSignal.timeout(20_000)),
  );
  expect(ready?.toMs).toBeGreaterThanOrEqual(startMs + 900);
  expect(ready?.fromMs).toBeLessThanOrEqual(startMs + 300);
});

test('a server that answers for ever has answered', async () => {
  const server = createServer((_request, response) => {
    response.writeHead(200);
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536)));
    };
    response.on('drain', more);
    more();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const ask: Ask = { kind: 'http', method: 'GET', host: 'web', port, path: '/', body: null, expect: 200 };
  const berth = { ...berthOf(), address: '127.0.0.1' };
  const reading = await lookOnce(away, clock, berth, { ask } as Probe, 0, clock.now() + 5000);
  expect(reading).toEqual({ ok: true, error: null });
  server.closeAllConnections();
  server.close();
});
