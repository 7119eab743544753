import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Clock } from '../../../src/clock.js';
import { blameDocker, sentenceOf } from '../../../src/engine/docker/api.js';
import { connect } from '../../../src/engine/docker/connect.js';
import { type Troubles, tellTroubles } from '../../../src/engine/docker/resilient.js';
import { EnvironmentError } from '../../../src/errors.js';

/** What the engine made of straw does with a call: a status and a body, or something worse. */
type Deed = readonly [status: number, body?: unknown] | 'drop' | 'half' | 'hang';

let folder = '';
let server: Server;
let asked: string[];
/** For each call (`POST /containers/x/start`), what comes of it, one after the other; the last one again and again. */
let deeds: Record<string, Deed[]>;
/** Called when a call is left hanging. */
let whenHanging: () => void;
let docker: Docker;
let troubles: Troubles;
let clock: StrawClock;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'firedrill-straw-'));
  asked = [];
  deeds = {};
  whenHanging = () => {};
  server = createServer(answerAs).listen(join(folder, 'docker.sock'));
  await once(server, 'listening');
  clock = strawClock();
  ({ docker, troubles } = await connect(`unix://${join(folder, 'docker.sock')}`, false, clock));
  asked = [];
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

describe('a call that finds Docker in trouble', () => {
  test('is sent again until its answer has come, and the troubles are told in one sentence', async () => {
    deeds['GET /containers/x/json'] = ['drop', [500, WRONG], 'half', [409, WRONG], [200, { Id: 'x' }]];
    expect(await docker.getContainer('x').inspect()).toEqual({ Id: 'x' });
    const told: unknown[] = [];
    tellTroubles(troubles, (progress) => told.push(progress));
    tellTroubles(troubles, (progress) => told.push(progress));
    const detail = '4 calls had to be sent again (1 × socket hang up, 1 × http 500, 1 × aborted, 1 × http 409)';
    expect(told).toEqual([{ what: 'docker', state: 'troubled', detail }]);
  });

  test('is given up at its deadline and sent again', async () => {
    whenHanging = clock.expire;
    deeds['POST /containers/x/pause'] = ['hang', [204]];
    await docker.getContainer('x').pause();
    expect(asked).toEqual(['POST /containers/x/pause', 'POST /containers/x/pause']);
  });

  test('that lasts is told as what Docker said, and that it cannot be had', async () => {
    deeds['GET /containers/x/json'] = [[500, { message: 'no space left on device' }]];
    const error = await blameDocker(docker.getContainer('x').inspect()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(sentenceOf(error)).toBe('no space left on device');
    expect(asked).toHaveLength(6);
  });

  test('with silence alone is told as the call that had no answer', async () => {
    deeds['GET /containers/x/json'] = ['drop'];
    await expect(docker.getContainer('x').inspect()).rejects.toThrow(
      /^Docker did not answer GET \/containers\/x\/json: socket hang up, \d+ times$/,
    );
  });

  test('is not sent again once nobody waits for it', async () => {
    const over = new AbortController();
    whenHanging = () => over.abort(new Error('gone on'));
    deeds['GET /containers/x/json'] = ['hang', [200, { Id: 'x' }]];
    await expect(docker.getContainer('x').inspect({ abortSignal: over.signal })).rejects.toThrow('gone on');
    expect({ asked: asked.length, pauses: clock.pauses }).toEqual({ asked: 1, pauses: 0 });
  });
});

describe('a refusal that waiting does not change', () => {
  test.each([
    ['no such container', 404, 'No such container: x'],
    ['a paused one', 409, 'Container x is paused, unpause the container before exec'],
    ['one that does not run', 409, 'Container x is not running'],
  ])('is told at once: %s', async (_, status, message) => {
    deeds['POST /containers/x/exec'] = [[status, { message }]];
    const made = docker.getContainer('x').exec({ Cmd: ['true'] });
    expect(sentenceOf(await made.catch((error: unknown) => error))).toBe(message);
    expect(asked).toHaveLength(1);
  });

  test('an engine that was never there is not waited for', async () => {
    await expect(connect(`unix://${folder}/nobody.sock`, false, clock)).rejects.toThrow('no Docker engine answers');
    expect(clock.pauses).toBe(0);
  });
});

describe('a call whose answer was lost', () => {
  test.each([
    ['start', [304]],
    ['stop', [304]],
    ['pause', [409, { message: 'Container x is already paused' }]],
    ['unpause', [500, { message: 'Container x is not paused' }]],
    ['kill', [409, { message: 'Cannot kill container: x: Container x is not running' }]],
  ] as const)('%s: that it is as asked says that it is done; the first time that is told', async (verb, refusal) => {
    const act: () => Promise<unknown> = docker.getContainer('x')[verb].bind(docker.getContainer('x'));
    deeds[`POST /containers/x/${verb}`] = ['drop', refusal];
    await act();
    expect(asked).toHaveLength(2);
    await expect(act()).rejects.toMatchObject({ statusCode: refusal[0] });
    expect(asked).toHaveLength(3);
  });

  test('remove: that it is not there says that it is done; the first time that is told', async () => {
    deeds['DELETE /containers/x'] = ['drop', [404, { message: 'No such container: x' }]];
    await docker.getContainer('x').remove();
    await expect(docker.getContainer('x').remove()).rejects.toMatchObject({ statusCode: 404 });
  });

  const NAMED = { name: 'x', Image: 'i', Labels: { 'firedrill.drill': 'd-1' } };
  const TAKEN = { message: 'Conflict. The container name "/x" is already in use by container "abc".' };

  test('create: what has the name and our labels is what was made, as soon as it can be seen', async () => {
    deeds['POST /containers/create'] = ['drop', [409, TAKEN]];
    const made = { Id: 'abc', Config: { Labels: { 'firedrill.drill': 'd-1', more: '1' } } };
    deeds['GET /containers/x/json'] = [
      [404, { message: 'No such container: x' }],
      [200, made],
    ];
    expect((await docker.createContainer(NAMED)).id).toBe('abc');
  });

  test('create: what has the name and the labels of somebody else is not taken', async () => {
    deeds['POST /containers/create'] = ['drop', [409, TAKEN]];
    deeds['GET /containers/x/json'] = [[200, { Id: 'abc', Config: { Labels: { 'firedrill.drill': 'd-2' } } }]];
    await expect(docker.createContainer(NAMED)).rejects.toMatchObject({ statusCode: 409 });
  });

  test('create without a name is sent once, because it would be made twice', async () => {
    deeds['POST /containers/create'] = ['drop'];
    await expect(docker.createContainer({ Image: 'i' })).rejects.toThrow(
      'Docker did not answer POST /containers/create',
    );
    expect(asked).toHaveLength(1);
  });

  test('create network: what has the name and our labels is what was made', async () => {
    deeds['POST /networks/create'] = ['drop', [409, { message: 'network with name n already exists' }]];
    deeds['GET /networks/n'] = [[200, { Id: 'net', Labels: { 'firedrill.drill': 'd-1' } }]];
    const network = await docker.createNetwork({ Name: 'n', CheckDuplicate: true, Labels: NAMED.Labels });
    expect(network.id).toBe('net');
  });

  test('of which nobody knows whether it may be repeated is sent once', async () => {
    deeds['POST /containers/x/rename'] = ['drop'];
    await expect(docker.getContainer('x').rename({ name: 'y' })).rejects.toThrow();
    expect(asked).toHaveLength(1);
  });
});

const WRONG = { message: 'something is wrong' };

function answerAs(call: IncomingMessage, answer: ServerResponse): void {
  call.resume();
  const name = `${call.method} ${call.url?.replace(/\?.*$/, '')}`;
  asked.push(name);
  const own = deeds[name] ?? [[200, {}]];
  const deed = (own.length > 1 ? own.shift() : own[0]) as Deed;
  if (deed === 'hang') {
    whenHanging();
    return;
  }
  if (deed === 'drop') {
    call.socket.destroy();
    return;
  }
  const [status, body] = deed === 'half' ? [200, { Id: 'x' }] : deed;
  const text = body === undefined ? '' : JSON.stringify(body);
  answer.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
  if (deed === 'half') answer.write(text.slice(0, 3), () => call.socket.destroy());
  else answer.end(text);
}

/** A clock on which a pause between two tries takes no time, and a deadline comes when the test says so. */
interface StrawClock extends Clock {
  /** How many pauses there were. */
  readonly pauses: number;
  /** Every deadline is over. */
  expire(): void;
}

/** Longer than any pause, shorter than any deadline. */
const PAUSE_MS = 5000;

function strawClock(): StrawClock {
  let nowMs = 0;
  let pauses = 0;
  const deadlines = new Set<() => void>();
  return {
    now: () => nowMs,
    epochOf: (atMs) => atMs,
    async sleepUntil(atMs, signal) {
      if (atMs - nowMs >= PAUSE_MS) {
        await new Promise<void>((resolve) => {
          deadlines.add(resolve);
          signal?.addEventListener('abort', () => resolve(), { once: true });
        });
        return;
      }
      nowMs = Math.max(nowMs, atMs);
      pauses += 1;
    },
    get pauses() {
      return pauses;
    },
    expire() {
      for (const end of deadlines) end();
    },
  };
}
