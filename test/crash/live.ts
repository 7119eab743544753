import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { BIN } from '../cli/built.js';
import { dockerHost } from '../engine/docker/engine-here.js';
import type { Ended } from './deaths.js';
import { IMAGE, until } from './seats.js';

/** A drill that runs in a process of its own, on the engine that the tests use. */
export interface Live {
  /** The folder that it was started in. */
  readonly cwd: string;
  readonly child: ChildProcess;
  /** Resolves when standard error has said this. */
  hears(words: string): Promise<void>;
  readonly ended: Promise<Ended>;
}

/** A folder of its own, gone after the test, with a scenario of two units at two sites. */
export function sceneOf(name: string, timeline: string, ends = '+60s'): string {
  const cwd = mkdtempSync(join(tmpdir(), 'firedrill-live-'));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  const text = `
version: 1
name: ${name}
begins: "10:00"
ends: ${ends}
lease: 5s
sites: { east: {}, west: {} }
services:
  web: { image: "${IMAGE}", command: [perl, /web.pl], at: [east, west], ready: { http: ":8080/" } }
probes:
  look: { http: "http://web-{site}:8080/", every: 100ms, timeout: 500ms }
steady: { for: 300ms, within: 20s }
timeline:
${timeline}
`;
  writeFileSync(join(cwd, 'scenario.yaml'), text);
  return cwd;
}

/** Starts a command line in a folder; with `through`, as words that another program runs. */
export function startLive(cwd: string, argv: readonly string[], through: readonly string[] = []): Live {
  const [program = '', ...rest] = through.length > 0 ? through : [process.execPath, BIN, ...argv];
  const host = dockerHost === null ? {} : { DOCKER_HOST: dockerHost };
  const child = spawn(program, rest, { cwd, env: { ...process.env, ...host, CI: '1', SHELL: '/bin/sh' } });
  const told = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    told.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    told.err += chunk;
  });
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal, ...told })),
  );
  return {
    ...{ cwd, child, ended },
    hears: (words) =>
      until(`"${words}" in ${JSON.stringify(told)}`, async () => (told.err + told.out).includes(words)).catch(() => {
        throw new Error(`nobody said "${words}": ${told.out}${told.err}`);
      }),
  };
}

/** What a file in the drill's folder says once it is there. */
export async function fileOf({ cwd }: Live, name: string): Promise<string> {
  const read = () => {
    try {
      return readFileSync(join(cwd, name), 'utf8');
    } catch {
      return '';
    }
  };
  await until(`a file ${name}`, async () => read() !== '');
  return read();
}
