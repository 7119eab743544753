import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { connect } from '../../../src/engine/docker/connect.js';
import { ensureImage } from '../../../src/engine/docker/images.js';
import type { Service } from '../../../src/scenario/scenario.js';

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
    if (!request.url?.includes('/build')) return void response.end('{}');
    builds.push(new URL(request.url, 'http://docker'));
    response.on('close', hungUp);
    response.write('{"stream":"Step 1/2 : RUN sleep 300\\n"}\n');
  }).listen(join(folder, 'docker.sock'));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });
  await once(server, 'listening');
  const { docker } = await connect(`unix://${join(folder, 'docker.sock')}`, false);
  const stop = new AbortController();
  const service = { name: 'web', build: 'web', image: null } as Service;
  const building = ensureImage(docker, service, folder, () => stop.abort('stopped by SIGINT'), stop.signal);
  await expect(building).rejects.toBe('stopped by SIGINT');
  await gone;
  expect(builds.map(({ searchParams }) => searchParams.get('forcerm'))).toEqual(['true']);
});
