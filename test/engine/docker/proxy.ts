import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type ClientRequest, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { dockerHost } from './engine-here.js';

/** The socket of the engine on which the tests run. */
export const SOCKET = /^unix:\/\/(.+)$/.exec(dockerHost ?? '')?.[1] ?? '/var/run/docker.sock';

/** What can happen to a call between its caller and Docker. */
export const TROUBLES = ['delay', '500', '409', 'drop request', 'drop answer', 'half answer'] as const;

/** What happens to one call; what hangs is neither forwarded nor answered. */
export type Fate = 'pass' | 'hang' | (typeof TROUBLES)[number];

/** A call as the proxy sees it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
}

/** A socket in front of another one. */
export interface Between {
  /** As in DOCKER_HOST. */
  readonly host: string;
  /** How many calls met each fate until now. */
  readonly fates: Readonly<Record<Fate, number>>;
  close(): Promise<void>;
}

/** A proxy before the Docker socket at `target`: `decide` gives each call its fate, `draw` numbers from 0 to 1 for the rest. */
export async function startProxy(target: string, draw: () => number, decide: (call: Seen) => Fate): Promise<Between> {
  const folder = mkdtempSync(join(tmpdir(), 'firedrill-proxy-'));
  const path = join(folder, 'docker.sock');
  const fates = { pass: 0, hang: 0, delay: 0, 500: 0, 409: 0, 'drop request': 0, 'drop answer': 0, 'half answer': 0 };
  const open = new Set<Duplex>();
  const fateOf = async ({ method = '', url = '' }: IncomingMessage, socket: Duplex): Promise<Fate> => {
    const fate = decide({ method, path: url });
    fates[fate] += 1;
    if (fate === 'delay') await wait(200 + draw() * 2800);
    if (fate === 'drop request') socket.destroy();
    return fate;
  };
  const server = createServer(async (call, answer) => {
    const fate = await fateOf(call, call.socket);
    if (fate === '500' || fate === '409') {
      call.resume();
      answer.writeHead(Number(fate), { 'Content-Type': 'application/json' }).end(TROUBLE);
    } else if (fate !== 'drop request' && fate !== 'hang') forward(target, call, answer, fate);
  });
  server.on('upgrade', async (call: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.on('error', () => {});
    const fate = await fateOf(call, socket);
    if (fate === '500' || fate === '409') socket.end(`HTTP/1.1 ${fate} Trouble\r\n${HEADERS}\r\n\r\n${TROUBLE}`);
    else if (fate !== 'drop request' && fate !== 'hang') tunnel(target, call, socket, head, fate, draw() < 0.5 ? 0 : 1);
  });
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  server.listen(path);
  await once(server, 'listening');
  return {
    host: `unix://${path}`,
    fates,
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Each trouble takes its share of all calls, the rest passes. */
export function fatesOf(draw: () => number, share: number): () => Fate {
  return () => TROUBLES[Math.floor(draw() / share)] ?? 'pass';
}

const TROUBLE = '{"message":"trouble made by the test"}\n';
const HEADERS = `Content-Type: application/json\r\nContent-Length: ${TROUBLE.length}\r\nConnection: close`;

function forward(target: string, call: IncomingMessage, answer: ServerResponse, fate: Fate): void {
  const { method, url, headers } = call;
  const onward = request({ socketPath: target, method, path: url, headers, agent: false });
  const giveUp = () => {
    onward.destroy();
    call.socket.destroy();
  };
  onward.on('error', giveUp);
  // Docker stops a build when the one who asked for it is gone.
  answer.on('close', () => {
    if (fate === 'pass' && !answer.writableFinished) onward.destroy();
  });
  void passOn(call, onward);
  onward.on('response', (response) => {
    response.on('error', giveUp);
    if (fate === 'drop answer') {
      response.resume();
      call.socket.destroy();
    } else if (fate === 'half answer') {
      response.once('end', () => call.socket.destroy());
      response.once('data', (chunk: Buffer) => {
        answer.writeHead(response.statusCode ?? 500, response.headers);
        answer.write(chunk.subarray(0, chunk.length / 2), () => call.socket.destroy());
        response.resume();
      });
    } else {
      answer.writeHead(response.statusCode ?? 500, response.headers);
      response.pipe(answer);
    }
  });
}

/** What is small goes in one piece: Docker closes a connection once it has answered, also on somebody who is still writing. */
async function passOn(call: IncomingMessage, onward: ClientRequest): Promise<void> {
  if (call.headers['content-length'] === undefined) {
    call.pipe(onward);
    return;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of call) chunks.push(chunk);
  onward.end(Buffer.concat(chunks));
}

/** From the upgrade on nobody can say what is a call and what an answer: bytes go to and fro. */
function tunnel(target: string, call: IncomingMessage, socket: Socket, head: Buffer, fate: Fate, whole: number): void {
  const onward = connect(target);
  onward.on('error', () => socket.destroy());
  onward.on('close', () => socket.end());
  socket.on('close', () => fate === 'pass' && onward.destroy());
  const lines = call.rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [`${name}: ${call.rawHeaders[index + 1]}`] : [],
  );
  onward.write([`${call.method} ${call.url} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
  onward.write(head);
  socket.pipe(onward, { end: fate === 'pass' });
  let chunks = 0;
  onward.on('data', (chunk: Buffer) => {
    chunks += 1;
    if (fate === 'drop answer') socket.destroy();
    else if (fate === 'half answer' && chunks > whole)
      socket.write(chunk.subarray(0, chunk.length / 2), () => socket.destroy());
    else if (!socket.destroyed) socket.write(chunk);
  });
}
