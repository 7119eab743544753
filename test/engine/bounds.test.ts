import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keepEnds, readFrames, readLines } from '../../src/engine/docker/bounds.js';
import { buildWhereStale } from '../cli/built.js';

function frame(payload: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header[0] = 1;
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

/** The same bytes in parts of any lengths. */
function inParts(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const parts: Buffer[] = [];
  let at = 0;
  for (const length of [...lengths, bytes.length]) {
    parts.push(bytes.subarray(at, at + length));
    at += length;
  }
  return parts;
}

const LENGTHS = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 40 });

test('of what is kept the beginning and the end are right and the rest is counted, however it comes', () => {
  const ends = fc.record({ first: fc.nat(20), last: fc.nat(20) });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), LENGTHS, ends, (given, lengths, { first, last }) => {
      const bytes = Buffer.from(given);
      const kept = keepEnds({ first, last });
      for (const part of inParts(bytes, lengths)) kept.take(part);
      const leftOut = Math.max(0, bytes.length - first - last);
      expect(kept.leftOut()).toBe(leftOut);
      const end = leftOut > 0 ? bytes.subarray(bytes.length - last) : bytes.subarray(Math.min(first, bytes.length));
      expect(kept.bytes()).toEqual(Buffer.concat([bytes.subarray(0, first), end]));
    }),
  );
});

test('frames are taken apart, however they come', () => {
  const payloads = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 10 });
  fc.assert(
    fc.property(payloads, LENGTHS, fc.nat(7), (given, lengths, cut) => {
      const whole = Buffer.concat(given.map((payload) => frame(Buffer.from(payload))));
      const heard: Buffer[] = [];
      const frames = readFrames((part) => heard.push(Buffer.from(part)));
      for (const part of inParts(whole, lengths)) frames.take(part);
      expect(Buffer.concat(heard)).toEqual(Buffer.concat(given));
      expect(frames.isWhole()).toBe(true);
      if (cut > 0) frames.take(Buffer.alloc(cut));
      expect(frames.isWhole()).toBe(cut === 0);
    }),
  );
});

test('a line that is far too long is not heard, and the next one is', () => {
  const heard: string[] = [];
  const lines = readLines((line) => heard.push(line));
  for (const text of ['one\ntw', 'o\n', 'x'.repeat(50_000), 'x'.repeat(50_000), '\nthree\nfour']) {
    lines.take(Buffer.from(text));
  }
  expect(heard).toEqual(['one', 'two', 'three']);
  lines.end();
  expect(heard).toEqual(['one', 'two', 'three', 'four']);
});

/** What looks and listings give, and the most memory that they took, in a process of its own. */
const SCRIPT = `
import Docker from 'dockerode';
const at = (path) => new URL(path, '${new URL('../../dist/', import.meta.url)}').href;
const { wallClock } = await import(at('clock.js'));
const { lookOnce } = await import(at('engine/docker/looks.js'));
const { openBook } = await import(at('engine/docker/book.js'));
const { waitUntilReady } = await import(at('engine/docker/ready.js'));
const { runInside } = await import(at('engine/docker/commands.js'));
const { makeResilient } = await import(at('engine/docker/resilient.js'));
const { ensureImage } = await import(at('engine/docker/images.js'));
const [what, kind, socketPath, port] = process.argv.slice(1);
const clock = wallClock();
// A command goes on, the rest is known to have no end long before.
const withinMs = kind === 'exec' ? 1500 : 30_000;
const docker = new Docker({ socketPath });
makeResilient(docker, clock);
const to = { host: 'web', port: Number(port) };
const ask = {
  http: { kind, method: 'GET', path: '/', body: null, expect: 200, ...to },
  exec: { kind, host: 'web', command: ['yes'] },
  postgres: { kind, user: 'u', password: 'p', database: 'd', query: 'select', ...to },
  redis: { kind, command: ['GET', 'x'], ...to },
}[kind];
const service = { ready: { kind: 'tcp', port: 1, withinMs: 0 }, build: null, image: 'x:1', name: 'web' };
const berth = { container: 'c1', address: '127.0.0.1', unit: { name: 'web' }, service };
const acts = {
  look: () => lookOnce(docker, clock, berth, { ask }, 0, clock.now() + withinMs),
  list() {
    const reach = { addressOf: () => '127.0.0.1', runIn: (_, ...rest) => runInside(docker, clock, 'c1', ...rest) };
    const ledger = { perSecond: 1, connections: 1, settleMs: 0, make: null, read: ['/x'], readFrom: [] };
    return openBook(clock, reach, ask, ledger).list({ host: 'web', port: null }, 0, clock.now() + withinMs);
  },
  log: () => waitUntilReady(docker, clock, berth, new AbortController().signal),
  pull: () => ensureImage(docker, service, '/', { tell() {}, signal: AbortSignal.timeout(2000) }),
};
const answer = await acts[what]().catch((error) => ({ error: error.message.slice(0, 200) }));
const { maxRSS } = process.resourceUsage();
console.log(JSON.stringify({ answer, megabytes: Math.round(maxRSS / 1024) }));
process.exit(0);
`;

const NOISE = Buffer.alloc(65_536, '12345678 ');

/** Writes for ever, as fast as it is read, after a first part. */
function pour(
  socket: { write(chunk: Buffer): boolean; on(event: string, act: () => void): unknown },
  first: Buffer,
  again: Buffer,
) {
  const more = () => {
    for (let room = true; room && (socket as Socket).writable; ) room = socket.write(again);
  };
  socket.on('drain', more);
  socket.on('error', () => {});
  socket.write(first);
  more();
}

/** A Docker of which everything that can be without end is. */
function endlessDocker(): Server {
  const server = createHttpServer((request, response) => {
    const path = (request.url ?? '').replace(/\?.*/, '');
    const say = (status: number, value: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (path.endsWith('/exec')) return say(201, { Id: 'e1' });
    if (path.endsWith('/exec/e1/json')) return say(200, { Running: true, ExitCode: null });
    if (path.endsWith('/containers/c1/json')) return say(200, { State: { Running: false, ExitCode: 1 } });
    if (path.includes('/images/x')) return say(404, { message: 'no such image' });
    response.writeHead(200);
    if (path.endsWith('/logs')) return pour(response, Buffer.alloc(0), frame(NOISE));
    return pour(response, Buffer.from('{"status":"pulling"}\n{"status":"'), NOISE);
  });
  server.on('upgrade', (_request, socket) => {
    socket.on('error', () => {});
    pour(socket, Buffer.from('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n'), frame(NOISE));
  });
  return server;
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** A PostgreSQL that lets everybody in and whose every answer has rows without end. */
function endlessPostgres(): Server {
  const ready = Buffer.concat([message('R', Buffer.alloc(4)), message('Z', Buffer.from('I'))]);
  const column = Buffer.concat([Buffer.from([0, 1]), Buffer.from('n\0'), Buffer.alloc(18)]);
  const value = Buffer.from([0, 1, 0, 0, 0, 4, ...Buffer.from('1234')]);
  const rows = Buffer.concat(Array.from({ length: 1000 }, () => message('D', value)));
  return createServer((socket) => {
    let asked = 0;
    socket.on('error', () => {});
    socket.on('data', () => {
      asked += 1;
      if (asked === 1) socket.write(ready);
      if (asked === 2) pour(socket, message('T', column), rows);
    });
  });
}

/** A Redis whose value has no end. */
function endlessRedis(): Server {
  return createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      if (/get/i.test(String(chunk)) || /\n\/x\r\n/.test(String(chunk)))
        pour(socket, Buffer.from('$999999999\r\n'), NOISE);
      else socket.write('+OK\r\n');
    });
  });
}

describe('what has no end takes no memory', () => {
  const folder = mkdtempSync(join(tmpdir(), 'firedrill-bounds-'));
  const socketPath = join(folder, 'docker.sock');
  const http = createHttpServer((_request, response) => {
    response.writeHead(200);
    pour(response, Buffer.alloc(0), NOISE);
  });
  const servers = { exec: endlessDocker(), http, postgres: endlessPostgres(), redis: endlessRedis() };
  const open = new Set<Socket>();

  beforeAll(async () => {
    buildWhereStale();
    for (const server of Object.values(servers)) server.on('connection', (socket: Socket) => open.add(socket));
    await once(servers.exec.listen(socketPath), 'listening');
    for (const server of [http, servers.postgres, servers.redis]) {
      await once(server.listen(0, '127.0.0.1'), 'listening');
    }
  }, 180_000);

  afterAll(() => {
    for (const socket of open) socket.destroy();
    for (const server of Object.values(servers)) server.close();
    rmSync(folder, { recursive: true });
  });

  async function take(what: string, kind: keyof typeof servers) {
    const address = servers[kind].address();
    const port = String(typeof address === 'string' ? 0 : (address as AddressInfo).port);
    const argv = ['--input-type=module', '-e', SCRIPT, what, kind, socketPath, port];
    const child = spawn(process.execPath, argv, { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
    });
    await once(child, 'close');
    return JSON.parse(said) as { answer: unknown; megabytes: number };
  }

  test.each([
    ['look', 'http', { ok: true, error: null }],
    ['look', 'postgres', { ok: true, error: null }],
    ['look', 'redis', { ok: true, error: null }],
    ['look', 'exec', { ok: false, error: 'timeout' }],
    ['list', 'http', { numbers: [], error: 'it shows more than was ever written' }],
    ['list', 'postgres', { numbers: [], error: 'it shows more than was ever written' }],
    ['list', 'redis', { numbers: [], error: 'it shows more than was ever written' }],
    ['list', 'exec', { numbers: [], error: 'timeout' }],
    ['log', 'exec', { error: expect.stringMatching(/^unit web ended by itself with status 1/) }],
    ['pull', 'exec', { error: expect.stringMatching(/abort/i) }],
  ] as const)(
    '%s by %s',
    async (what, kind, answer) => {
      const took = await take(what, kind);
      expect(took.answer).toEqual(answer);
      expect(took.megabytes).toBeLessThan(250);
    },
    60_000,
  );
});
