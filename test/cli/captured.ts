import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Io, openVeil } from '../../src/cli/io.js';
import { main } from '../../src/cli/program.js';
import { printed } from '../../src/printable.js';

/** Two sites, one service, one probe; twelve seconds with a short power loss. */
export const SMALL = `
version: 1
name: A small outage
begins: "10:00"
ends: "10:00:12"
sites: { seoul: {}, busan: {} }
services:
  web: { image: "web:1", at: [seoul, busan], model: { boot: 500ms, latency: 2ms } }
probes:
  read: { http: "http://web-seoul:80/", every: 100ms, timeout: 500ms }
steady: { for: 1s, within: 10s }
slo:
  read: { recover: 5s }
timeline:
  - { at: "+2s", power-loss: seoul }
  - { at: "+4s", restore: seoul }
`;

/** A journal's text without the numbers and checksums of its lines, as those that were written before there were any. */
export function unsealed(text: string): string {
  return text.replace(/,"n":\d+,"sum":"[0-9a-f]{8}"\}$/gm, '}');
}

export interface Captured extends Io {
  readonly cwd: string;
  readonly output: { out: string; err: string };
  /** The listeners of `onStop`: calling them is what a signal does. */
  readonly stops: ((reason: string, error?: unknown) => void)[];
  write(name: string, text: string): void;
}

interface Wishes {
  readonly env?: Record<string, string>;
  readonly input?: string;
  readonly columns?: number | null;
  readonly rows?: number | null;
}

/** A command line in an empty folder of its own, whose output is kept. No Docker engine can be reached from it. */
export function captureIo({ env = {}, input = '', columns = null, rows = null }: Wishes = {}): Captured {
  const cwd = mkdtempSync(join(tmpdir(), 'firedrill-'));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  const output = { out: '', err: '' };
  const stops: Captured['stops'] = [];
  const veil = openVeil();
  return {
    ...veil,
    ...{ cwd, output, stops, outColumns: columns, errColumns: columns, errRows: rows },
    env: { DOCKER_HOST: `unix://${cwd}/no-engine.sock`, ...env },
    out(text) {
      output.out += printed(veil.redact(text));
    },
    err(text) {
      output.err += printed(veil.redact(text));
    },
    draw(text) {
      output.err += veil.redact(text);
    },
    readInput: async () => Buffer.from(input),
    awaitEnter: null,
    onStop(stop) {
      stops.push(stop);
      return () => void stops.splice(stops.indexOf(stop), 1);
    },
    write: (name, text) => writeFileSync(join(cwd, name), text),
  };
}

/** What one command line gave. */
export async function firedrill(io: Captured, ...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  io.output.out = '';
  io.output.err = '';
  const code = await main(argv, io);
  return { code, ...io.output };
}

/** A captured run with a small scenario in it, as it is or changed. */
export function captureSmall(change: (text: string) => string = (text) => text, columns: number | null = null) {
  const io = captureIo({ columns });
  io.write('small.yaml', change(SMALL));
  return io;
}
