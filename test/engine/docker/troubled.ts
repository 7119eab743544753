import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { wallClock } from '../../../src/clock.js';
import { LABEL } from '../../../src/engine/docker/api.js';
import { dockerEngine } from '../../../src/engine/docker/docker.js';
import { chanceOf } from '../../../src/engine/sim/chance.js';
import { type Entry, readJournal } from '../../../src/journal/journal.js';
import { dockerHost } from './engine-here.js';
import { type Fate, fatesOf, type Seen, SOCKET, startProxy, TROUBLES } from './proxy.js';

/** The share of all calls that each trouble takes. */
const SHARE = 0.05;
/** No drill of ten seconds takes longer, whatever happens to its calls. */
export const DEADLINE_MS = 240_000;
/** The exit codes that a drill may have which began well. */
export const DOCUMENTED = [0, 1, 2, 3, 4, 69];

/** A drill to be run in trouble. `folder` has the images of the tests and takes its files. */
export interface Troubled {
  readonly docker: Docker;
  readonly cli: string;
  readonly folder: string;
  readonly number: number;
  readonly seed: number;
}

/** What came of it. */
export interface Ended {
  readonly number: number;
  readonly seed: number;
  /** null: it was still there at its deadline, or was killed. */
  readonly exitCode: number | null;
  readonly tookMs: number;
  readonly fates: Readonly<Record<Fate, number>>;
  /** How often firedrill sent a call again, as its journal says. */
  readonly sentAgain: number;
  /** What carried the drill's label after its end, and after everything was removed once more. */
  readonly left: readonly string[];
  readonly leftAfterRecovery: readonly string[];
  readonly entries: readonly Entry[];
  readonly told: string;
}

/** What differs from the usual trouble: who decides on each call, and what happens. */
export interface Special {
  decide(call: Seen): Fate;
  /** The scenario's timeline; web-a and web-b are its units, 12:00:00 to 12:00:10 its time. */
  readonly scenario: string;
  /** Its probes and objectives, where they are not the usual ones. */
  readonly looks?: string;
}

/** Two sites with a web server each. */
const HEAD = `begins: "12:00:00"
ends: "12:00:10"
sites: { a: {}, b: {} }
services:
  web: { build: images/peers, command: [perl, /web.pl], at: [a, b], restart: always, ready: { http: ":8080/", within: 60s } }
steady: { for: 1s, within: 60s }
guard: { bystanders: false }
`;

const LOOKS = `probes:
  web: { http: "http://web-{site}:8080/", every: 200ms, timeout: 500ms }
slo: { web: { recover: 5s } }
`;

/** Every way of breaking something, in ten seconds. */
const TIMELINE = `timeline:
  - { at: "12:00:02", power-loss: a, for: 3s }
  - { at: "12:00:03", crash: web-b }
  - { at: "12:00:06", partition: { groups: [a, b] }, for: 2s }
  - { at: "12:00:07", freeze: web-b, for: 1s }
`;

/** Runs a drill behind a proxy that gives every call its fate, and looks at what is left of it without the proxy. */
export async function runTroubled(troubled: Troubled, special?: Special): Promise<Ended> {
  const { docker, cli, folder, number, seed } = troubled;
  const draw = chanceOf(seed, 'proxy', 0);
  const proxy = await startProxy(SOCKET, draw, special?.decide ?? fatesOf(draw, SHARE));
  const file = join(folder, `trouble-${number}.yaml`);
  const journal = join(folder, `trouble-${number}.journal.jsonl`);
  writeFileSync(
    file,
    `version: 1\nname: Trouble ${number} of ${process.pid}\n${HEAD}${special?.looks ?? LOOKS}${special?.scenario ?? TIMELINE}`,
  );
  const startMs = performance.now();
  try {
    const child = spawn(process.execPath, [cli, 'run', file, '--engine', 'docker', '--journal', journal], {
      cwd: folder,
      env: { ...process.env, DOCKER_HOST: proxy.host, FIREDRILL_DEBUG: '1' },
    });
    const { exitCode, told } = await endOf(child);
    const tookMs = performance.now() - startMs;
    const entries = readEntries(journal);
    const left = await leftOf(docker, entries);
    if (left.length > 0) await removeAll(entries);
    const leftAfterRecovery = await leftOf(docker, entries);
    const sentAgain = sentAgainOf(entries);
    return {
      number,
      seed,
      exitCode,
      tookMs,
      fates: { ...proxy.fates },
      sentAgain,
      left,
      leftAfterRecovery,
      entries,
      told,
    };
  } finally {
    await proxy.close();
  }
}

/** Why this drill did not end as it must, as sentences; empty when it did. */
export function complaintsOf({ exitCode, left, leftAfterRecovery, entries, told }: Ended): string[] {
  const complaints: string[] = [];
  if (exitCode === null) complaints.push('it did not end');
  else if (!DOCUMENTED.includes(exitCode)) complaints.push(`exit code ${exitCode}: ${told.slice(-2000)}`);
  const end = entries.findLast((entry) => entry.entry === 'end');
  if (exitCode !== 69 && end === undefined) complaints.push('its journal has no end');
  if (left.length > 0 && exitCode !== 4 && exitCode !== 69) complaints.push(`it said nothing of ${left.join(', ')}`);
  if (leftAfterRecovery.length > 0) complaints.push(`left after a recovery: ${leftAfterRecovery.join(', ')}`);
  return complaints;
}

/** One drill as a line. */
export function tellEnded(ended: Ended): string {
  const { number, seed, exitCode, tookMs, fates, sentAgain, left } = ended;
  const troubles = TROUBLES.map((trouble) => `${fates[trouble]} ${trouble}`).join(', ');
  const calls = Object.values(fates).reduce((sum, count) => sum + count, 0);
  const dirty = left.length === 0 ? '' : `; left: ${left.join(', ')}`;
  const why = complaintsOf(ended).length > 0 || exitCode === 69 || exitCode === 4 ? `\n  ${whyOf(ended)}` : '';
  return `drill ${number}, seed ${seed}: exit code ${exitCode} after ${(tookMs / 1000).toFixed(1)} s; ${calls} calls (${troubles}), ${sentAgain} sent again${dirty}${why}`;
}

/** All drills as a table. */
export function tableOf(all: readonly Ended[]): string {
  const codes = [...new Set(all.map(({ exitCode }) => exitCode))].sort();
  const sum = (of: (ended: Ended) => number) => all.reduce((total, ended) => total + of(ended), 0);
  const rows = [
    ['drills', String(all.length)],
    ...codes.map((code) => [`exit code ${code}`, String(all.filter(({ exitCode }) => exitCode === code).length)]),
    ['calls', String(sum(({ fates }) => Object.values(fates).reduce((total, count) => total + count, 0)))],
    ...TROUBLES.map((trouble) => [`  ${trouble}`, String(sum(({ fates }) => fates[trouble]))]),
    ['calls sent again', String(sum(({ sentAgain }) => sentAgain))],
    ['longest, s', (Math.max(...all.map(({ tookMs }) => tookMs)) / 1000).toFixed(1)],
    ['median, s', ((all.map(({ tookMs }) => tookMs).sort((a, b) => a - b)[all.length >> 1] ?? 0) / 1000).toFixed(1)],
    ['left something at first', String(all.filter(({ left }) => left.length > 0).length)],
    ['left something after a recovery', String(all.filter((one) => one.leftAfterRecovery.length > 0).length)],
    ['complaints', String(sum((ended) => complaintsOf(ended).length))],
  ];
  return rows.map(([what = '', value = '']) => `${what.padEnd(34)}${value.padStart(8)}`).join('\n');
}

function whyOf({ entries, told }: Ended): string {
  const end = entries.findLast((entry) => entry.entry === 'end');
  return end?.entry === 'end' ? `${end.why}: ${end.because}; left: ${end.left.join(', ')}` : told.trim().slice(-500);
}

function endOf(child: ChildProcess): Promise<{ exitCode: number | null; told: string }> {
  let told = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      told += chunk;
    });
  }
  const late = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS);
  return new Promise((resolve) =>
    child.on('exit', (exitCode) => {
      clearTimeout(late);
      resolve({ exitCode, told });
    }),
  );
}

function readEntries(journal: string): Entry[] {
  try {
    return readJournal(readFileSync(journal, 'utf8'), journal);
  } catch {
    // It ended before there was a drill.
    return [];
  }
}

function sentAgainOf(entries: readonly Entry[]): number {
  const details = entries.flatMap((entry) =>
    entry.entry === 'progress' && entry.progress.state === 'troubled' ? [entry.progress.detail] : [],
  );
  return details.reduce((sum, detail) => sum + Number.parseInt(detail, 10), 0);
}

async function leftOf(docker: Docker, entries: readonly Entry[]): Promise<string[]> {
  const [head] = entries;
  if (head?.entry !== 'drill') return [];
  const filters = { label: [`${LABEL.drill}=${head.drill}`] };
  const [containers, networks, volumes] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
  ]);
  const named = [...networks, ...(volumes.Volumes ?? [])].map(({ Name }) => Name);
  return [...containers.map(({ Names, Id }) => Names[0] ?? Id), ...named];
}

async function removeAll(entries: readonly Entry[]): Promise<void> {
  const [head] = entries;
  if (head?.entry !== 'drill') return;
  const engine = await dockerEngine({ clock: wallClock(), folder: '/', host: dockerHost, allowRemote: false });
  await engine.adopt(head.drill, head.plan);
  await engine.lower(() => {});
}
