import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { connect } from '../../../src/engine/docker/connect.js';
import { ensureImage } from '../../../src/engine/docker/images.js';
import type { Service } from '../../../src/scenario/scenario.js';

/** A client of an engine of straw that listens in a folder; both are gone after the test. */
async function clientOf(server: Server, folder: string) {
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });
  await once(server, 'listening');
  return (await connect(`unix://${join(folder, 'docker.sock')}`, false)).docker;
}

test('a build is broken off when its drill is stopped, is not begun again, and leaves no container', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'firedrill-slow-'));
  mkdirSync(join(folder, 'web'));
  writeFileSync(join(folder, 'web', 'Dockerfile'), 'FROM scratch\n');
  const builds: URL[] = [];
  let hungUp = () => {};
  const gone = new Promise<void>((resolve) => {
    hungUp = resolve;
  });
  // An engine of straw whose builds never end by themselves.
  const server = createServer((request, response) => {
    request.resume();
    if (request.url?.includes('/images/')) return void response.writeHead(404).end('{"message":"no such image"}');
    if (!request.url?.includes('/build')) return void response.end('{}');
    builds.push(new URL(request.url, 'http://docker'));
    response.on('close', hungUp);
    response.write('{"stream":"Step 1/2 : RUN sleep 300\\n"}\n');
  }).listen(join(folder, 'docker.sock'));
  const docker = await clientOf(server, folder);
  const stop = new AbortController();
  const service = { name: 'web', build: 'web', image: null } as Service;
  const building = ensureImage(docker, service, folder, {
    tell: () => stop.abort('stopped by SIGINT'),
    signal: stop.signal,
  });
  await expect(building).rejects.toBe('stopped by SIGINT');
  await gone;
  expect(builds.map(({ searchParams }) => searchParams.get('forcerm'))).toEqual(['true']);
});

/** An engine of straw that keeps the names of what it was told to build; its base image has the given id. */
async function engineOfStraw(folder: string, base: { id: string }) {
  const built: string[] = [];
  const server = createServer((request, response) => {
    request.resume();
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://docker');
    const name = decodeURIComponent(/\/images\/(.+)\/json$/.exec(pathname)?.[1] ?? '');
    if (pathname.endsWith('/build')) {
      built.push(searchParams.get('t') ?? '');
      request.on('end', () => response.end('{"stream":"done"}\n'));
    } else if (pathname.endsWith('/images/json')) response.end('[]');
    else if (name === 'base:1') response.end(JSON.stringify({ Id: base.id }));
    else if (name !== '' && !built.includes(name)) response.writeHead(404).end('{"message":"no such image"}');
    else response.end('{}');
  }).listen(join(folder, 'docker.sock'));
  const docker = await clientOf(server, folder);
  return { docker, built };
}

test('an image is built when there is none of its content, and otherwise only when that is asked for', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'firedrill-content-'));
  const base = { id: 'sha256:1' };
  const { docker, built } = await engineOfStraw(folder, base);
  const web = join(folder, 'web');
  mkdirSync(join(web, 'etc'), { recursive: true });
  writeFileSync(join(web, 'Dockerfile'), 'FROM base:1\nCOPY etc /etc\n');
  writeFileSync(join(web, 'etc', 'a'), 'one');
  const service = { name: 'web', build: 'web', image: null } as Service;
  const ensure = (rebuild = false) => ensureImage(docker, service, folder, { tell() {}, rebuild });
  const first = await ensure();
  expect(await ensure()).toBe(first);
  expect(built).toEqual([first]);
  expect(await ensure(true)).toBe(first);
  expect(built).toEqual([first, first]);
  const changes: (() => void)[] = [
    () => writeFileSync(join(web, 'etc', 'a'), 'two'),
    () => chmodSync(join(web, 'etc', 'a'), 0o755),
    () => renameSync(join(web, 'etc', 'a'), join(web, 'etc', 'b')),
    () => symlinkSync('b', join(web, 'etc', 'c')),
    () => writeFileSync(join(web, 'Dockerfile'), 'FROM base:1\nCOPY etc /srv\n'),
    () => {
      base.id = 'sha256:2';
    },
  ];
  for (const change of changes) {
    change();
    const image = await ensure();
    expect(built.slice(0, -1)).not.toContain(image);
    expect(built.at(-1)).toBe(image);
  }
  expect(built).toHaveLength(2 + changes.length);
});

test('an image whose registry cannot be found is asked for once, and the error says what it was', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'firedrill-pull-'));
  const pulls: string[] = [];
  const server = createServer((request, response) => {
    if (request.url?.includes('/images/create')) {
      pulls.push(request.url);
      return void response.writeHead(500).end('{"message":"lookup registry.example: no such host"}');
    }
    response.writeHead(request.url?.includes('/images/') ? 404 : 200).end('{"message":"none"}');
  }).listen(join(folder, 'docker.sock'));
  const docker = await clientOf(server, folder);
  const service = { name: 'web', build: null, image: 'registry.example/web:1' } as Service;
  const message = /registry.example\/web:1 .* cannot be pulled \(lookup registry.example: no such host\)/;
  await expect(ensureImage(docker, service, folder, { tell() {} })).rejects.toThrow(message);
  expect(pulls).toHaveLength(1);
});
