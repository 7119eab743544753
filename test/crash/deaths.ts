import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wallClock } from '../../src/clock.js';
import { openSteps } from '../../src/drill/drill.js';
import { LABEL } from '../../src/engine/docker/api.js';
import { dockerEngine } from '../../src/engine/docker/docker.js';
import { type Census, compareCensus } from '../../src/engine/engine.js';
import { type Entry, readJournal } from '../../src/journal/journal.js';
import { BIN } from '../cli/built.js';
import { isAlive, type Seat, until } from './seats.js';

const SCENARIO = join(import.meta.dirname, 'scenario.yaml');

/** What dies: the runner alone; its watchdog too; both, and Docker is restarted; or Docker is restarted under the watchdog. */
export const VARIANTS = ['runner', 'watchdog too', 'both, Docker restarts', 'runner, Docker restarts'] as const;
export type Variant = (typeof VARIANTS)[number];

/** What came of one death. */
export interface Outcome {
  /** Where the runner died, in words. */
  readonly where: string;
  /** Everything that is not as it was before the drill, as sentences; empty is the proof. */
  readonly dirt: readonly string[];
}

/** What a command line gave. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

/** How many boundaries the drill of `scenario.yaml` has, by going through all of it once. */
export async function countBoundaries(seat: Seat): Promise<number> {
  const cwd = mkdtempSync(join(tmpdir(), 'firedrill-crash-'));
  const { err } = await runDrill(seat, cwd, 0);
  rmSync(cwd, { recursive: true });
  const count = Number(/^(\d+) boundaries$/m.exec(err)?.[1] ?? 0);
  if (count === 0) throw new Error(`no boundaries were counted: ${err}`);
  return count;
}

/** Lets a drill die at a boundary, lets what is left alive and then `firedrill recover` restore it, and looks for what is not as before. */
export async function dieAt(seat: Seat, boundary: number, variant: Variant): Promise<Outcome> {
  const cwd = mkdtempSync(join(tmpdir(), 'firedrill-crash-'));
  try {
    const before = await censusOf(seat);
    const died = await runDrill(seat, cwd, boundary);
    const watchdog = findWatchdog(cwd);
    const where = /^killed at (.*)$/m.exec(died.err)?.[1];
    if (where === undefined || died.signal !== 'SIGKILL') {
      return { where: `boundary ${boundary}`, dirt: [`the runner did not die there: ${died.code} ${died.err}`] };
    }
    const dirt: string[] = [];
    if (variant !== 'runner' && variant !== 'runner, Docker restarts') watchdog?.kill();
    else if (watchdog === null && !/boundary \d+: after writing end/.test(died.err)) dirt.push('there was no watchdog');
    if (variant.endsWith('Docker restarts')) await seat.restart?.(boundary % 4 < 2 ? 'SIGKILL' : 'SIGTERM');
    if (watchdog !== null) await until('the end of the watchdog', async () => !isAlive(watchdog.pid), 300_000);
    if (variant !== 'runner' && variant !== 'runner, Docker restarts') {
      const recovered = await firedrill(seat, cwd, ['recover']);
      if (recovered.code !== 0) dirt.push(`recover ended with ${recovered.code}: ${recovered.out}${recovered.err}`);
    }
    dirt.push(...(await findDirt(seat, cwd, before, variant)));
    return { where, dirt };
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

/** Runs the drill of `scenario.yaml` in `cwd`, killed at a boundary. */
export async function runDrill(seat: Seat, cwd: string, boundary: number): Promise<Ended> {
  return firedrill(seat, cwd, ['run', SCENARIO, '--engine', 'docker'], { FIREDRILL_KILL_AT: String(boundary) });
}

/** One command line on the engine of the seat. */
export function firedrill(seat: Seat, cwd: string, argv: string[], env: Record<string, string> = {}): Promise<Ended> {
  const [program = '', ...rest] = [...seat.prefix, process.execPath, BIN, ...argv];
  const host = seat.host === null ? {} : { DOCKER_HOST: seat.host };
  const child = spawn(program, rest, { cwd, env: { ...process.env, ...host, ...env, CI: '1' } });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, out, err })));
}

/** The watchdog over a drill whose journal is in `cwd`; it is found by its command line, whoever is its parent now. */
export function findWatchdog(cwd: string): { pid: number; kill(): void } | null {
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const pid = Number(name);
    const words = wordsOf(pid);
    if (!words.includes('watchdog') || !words.some((word) => word.startsWith(`${cwd}/`)) || !isAlive(pid)) continue;
    return { pid, kill: () => void process.kill(pid, 'SIGKILL') };
  }
  return null;
}

function wordsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** Looks without firedrill's own lists where that can be, and asks firedrill as well. */
async function findDirt(seat: Seat, cwd: string, before: Census, variant: Variant): Promise<string[]> {
  const dirt = [...compareCensus(before, await censusOf(seat)), ...(await thingsLeft(seat, drillIn(cwd)))];
  const status = await firedrill(seat, cwd, ['status']);
  if (!status.out.includes('no drill is running, and none left anything here')) dirt.push(`status: ${status.out}`);
  const again = await firedrill(seat, cwd, ['recover']);
  if (again.code !== 0 || !again.out.includes('nothing to recover'))
    dirt.push(`recover again: ${again.out}${again.err}`);
  return [...dirt, ...openInJournal(cwd, variant)];
}

/** What carries a drill's label, by the engine's own account. */
async function thingsLeft({ docker }: Seat, drill: string): Promise<string[]> {
  const filters = { label: [`${LABEL.drill}=${drill}`] };
  const [containers, networks, volumes] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
  ]);
  const count = containers.length + networks.length + (volumes.Volumes ?? []).length;
  return count === 0 ? [] : [`${count} containers, networks and volumes are left of ${drill}`];
}

function openInJournal(cwd: string, variant: Variant): string[] {
  const entries = journalIn(cwd);
  const [head] = entries;
  // A drill that died before its first line had done nothing.
  if (head?.entry !== 'drill') return [];
  const end = entries.at(-1);
  if (end?.entry !== 'end') return ['the journal has no end'];
  const dirt = end.left.map((what) => `left, by the journal: ${what}`);
  const open = openSteps(head.plan, entries).map((step) => step.id);
  const told = open.map((step) => ({ step, words: lastWords(entries, step) }));
  // A unit that died with its runner, being made anew, has nothing that could be cured; that its rest is removed is seen.
  // A Docker that takes all containers down leaves as little.
  const uncured = told.filter(({ words }) => !/^there is no unit/.test(words) && !isDown(words, variant));
  return [...dirt, ...uncured.map(({ step, words }) => `${step} was never cured, by the journal: ${words}`)];
}

function isDown(words: string, variant: Variant): boolean {
  return variant.endsWith('Docker restarts') && words !== NOBODY;
}

const NOBODY = 'nobody tried';

function lastWords(entries: readonly Entry[], step: string): string {
  const effects = entries.flatMap((entry) => (entry.entry === 'effect' && entry.does === 'cure' ? entry.effects : []));
  return effects.findLast((effect) => effect.step === step)?.error ?? NOBODY;
}

/** The id of the one drill that was run in `cwd`. */
export function drillIn(cwd: string): string {
  const [name = ''] = readdirSync(join(cwd, '.firedrill')).filter((file) => file.endsWith('.journal.jsonl'));
  return name.replace('.journal.jsonl', '');
}

/** The journal of the one drill that was run in `cwd`; empty when its first line was never written. */
export function journalIn(cwd: string): Entry[] {
  const path = join(cwd, '.firedrill', `${drillIn(cwd)}.journal.jsonl`);
  const text = readFileSync(path, 'utf8');
  return text === '' ? [] : readJournal(text, path);
}

/** What stands on the seat's engine, but for what drills made. */
export async function censusOf(seat: Seat): Promise<Census> {
  const engine = await dockerEngine({ clock: wallClock(), folder: '.', host: seat.host, allowRemote: false });
  return engine.census();
}
