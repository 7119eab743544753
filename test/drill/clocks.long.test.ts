import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { connect } from '../../src/engine/docker/connect.js';
import type { Entry } from '../../src/journal/journal.js';
import { judge } from '../../src/judge/judge.js';
import { BIN, buildWhereStale } from '../cli/built.js';
import { dockerHost } from '../engine/docker/engine-here.js';
import { describeOnDocker } from '../engine/docker/engine-or-skip.js';
import { type Knock, knockUntil } from '../engine/docker/knocks.js';

const SCENARIO = join(import.meta.dirname, '../../scenarios/hello-sites');
/** The story's instant of the restore, and how long before it all that is compared is over. */
const RESTORE_MS = 17_000;
const ENOUGH_MS = 500;
const EVERY_MS = 50;
const TIMEOUT_MS = 1000;
/** So many drills at once do not hinder each other much. */
const AT_ONCE = Number(process.env.FIREDRILL_AT_ONCE ?? 3);
/** How long all looks are good before an outage counts as over. */
const STABLE_MS = 5000;
/** The last look of two observers that was sent the wrong way may lie so far apart. */
const APART_MS = 300;
/** This process reads its clock to whole milliseconds. */
const HAIR_MS = 3;

/** A look of the test's own through the entrance, by its own clock: milliseconds since 1970. */
interface Look {
  readonly sentMs: number;
  readonly endedMs: number;
  readonly ok: boolean;
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A drill, its story's zero by the engine's clock, and what the test saw of it until the restore. */
interface Ran {
  readonly entries: readonly Entry[];
  readonly zeroMs: number;
  readonly looks: readonly Look[];
  readonly knocks: readonly Knock[];
}

/** What the runner's clocks do: how they are off from the start, and how they are set at an instant of the story. */
interface Case {
  readonly title: string;
  readonly off: string;
  readonly monotonic: boolean;
  readonly set?: { readonly atMs: number; readonly to: string };
}

const offsets = ['+3s', '-3s', '+1h', '-1h'].flatMap((off): Case[] => [
  { title: `${off} off, its time of day alone`, off, monotonic: false },
  { title: `${off} off, its monotonic time too`, off, monotonic: true },
]);
const phases = { 'before the fault': 3000, 'in the dark': 6500, 'at the restore': RESTORE_MS, 'after it': 20_000 };
const steps = Object.entries(phases).flatMap(([phase, atMs]) =>
  ['+5', '-5'].map((to): Case => {
    return { title: `set by ${to} s ${phase}`, off: '+0', monotonic: true, set: { atMs, to } };
  }),
);
const cases: readonly Case[] = [
  ...offsets,
  { title: '1 % fast', off: '+0 x1.01', monotonic: true },
  ...steps,
  {
    ...{ title: 'set by +5 s in the dark (its time of day alone)', off: '+0', monotonic: false },
    set: { atMs: phases['in the dark'], to: '+5' },
  },
];

describeOnDocker('a drill whose runner’s clock is', () => {
  let library = '';
  beforeAll(() => {
    buildWhereStale();
    library = findLibrary() ?? install();
  });

  const places = Array.from({ length: AT_ONCE }, () => Promise.resolve());
  cases.forEach((one, index) => {
    const place = index % AT_ONCE;
    test.concurrent(`${one.title}: its figures are what an observer with the engine’s clock saw`, async () => {
      const running = (places[place] ?? Promise.resolve()).then(() => runBeside(library, one));
      places[place] = running.then(
        () => {},
        () => {},
      );
      compare(one, await running);
    }, 400_000);
  });
});

/** What was published of `read` against what the test saw itself. */
function compare({ title, set }: Case, { entries, zeroMs, looks, knocks }: Ran): void {
  const found = judge(entries).findings.find(({ probe, measure }) => probe === 'read' && measure === 'recover');
  const fault = entries.find((entry) => entry.entry === 'effect' && entry.does === 'fault');
  const [own] = fault?.entry === 'effect' ? fault.effects : [];
  const held = { fromMs: zeroMs + (own?.fromMs ?? Number.NaN), toMs: zeroMs + (own?.toMs ?? Number.NaN) };
  const dark = darkness(knocks);
  const outage = outageIn(looks, dark);
  const steps = entries.flatMap((entry) => (entry.entry === 'clock-step' ? [`${entry.whose} ${entry.byMs} ms`] : []));
  const told = [
    `took hold ${spanFrom(dark.fromMs, held)}, observer ${spanFrom(dark.fromMs, dark)}`,
    `recover ${found?.outcome} ${found?.low} – ${found?.high} s, observer ${spanFrom(0, outage)}`,
    `steps: ${steps.join(', ') || 'none'}`,
  ].join('; ');
  console.log(`${title}: ${told}`);
  expect(steps.length > 0, told).toBe(set !== undefined);
  expect(found, told).toBeDefined();
  expect(held.fromMs, told).toBeLessThanOrEqual(dark.toMs + HAIR_MS);
  expect(held.toMs, told).toBeGreaterThanOrEqual(dark.fromMs - HAIR_MS);
  if (found === undefined || found.value === null || found.outcome === 'unknown') return;
  const highMs = found.censored ? Number.POSITIVE_INFINITY : (found.high ?? Number.NaN) * 1000;
  expect((found.low ?? Number.NaN) * 1000, told).toBeLessThanOrEqual(outage.toMs + APART_MS);
  expect(highMs, told).toBeGreaterThanOrEqual(outage.fromMs - APART_MS);
}

function spanFrom(zeroMs: number, { fromMs, toMs }: Span): string {
  return `${Math.round(fromMs - zeroMs)} – ${Math.round(toMs - zeroMs)} ms`;
}

/** Runs the scenario with clocks that are not the engine's, and looks at it with those that are. */
async function runBeside(library: string, { title, off, monotonic, set }: Case): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), 'firedrill-clocks-'));
  const scenario = scenarioNamed(title, folder);
  const [journal, time] = [join(folder, 'journal.jsonl'), join(folder, 'time')];
  writeFileSync(time, `${off}\n`);
  const faked = {
    LD_PRELOAD: library,
    DONT_FAKE_MONOTONIC: monotonic ? '0' : '1',
    // With a file it is looked at for every reading, which costs.
    ...(set === undefined ? { FAKETIME: off } : { FAKETIME_TIMESTAMP_FILE: time, FAKETIME_NO_CACHE: '1' }),
  };
  const child = spawn(process.execPath, [BIN, 'run', scenario, '--engine', 'docker', '--journal', journal], {
    env: { ...process.env, CI: '1', ...faked },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const words: string[] = [];
  child.stderr.on('data', (chunk) => words.push(String(chunk)));
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const over = new AbortController();
  try {
    const zeroMs = await beginningOf(journal, child, words);
    const addressOf = await addressesOf(journal);
    const knocking = knockUntil(addressOf('web-seoul'), 8080, EVERY_MS, over.signal, Date.now);
    const looking = lookUntil(addressOf('entrance'), over.signal);
    if (set !== undefined) {
      await wait(Math.max(0, zeroMs + set.atMs - Date.now()));
      writeFileSync(time, `${set.to}\n`);
    }
    await ended;
    over.abort();
    const untilMs = zeroMs + RESTORE_MS - ENOUGH_MS;
    const knocks = (await knocking).filter(({ beforeMs }) => beforeMs < untilMs);
    const looks = (await looking).filter(({ sentMs }) => sentMs < untilMs);
    return { entries: entriesIn(journal), zeroMs, looks, knocks };
  } finally {
    over.abort();
    await ended;
    rmSync(folder, { recursive: true });
  }
}

/** A copy under a name of its own: an engine has one drill of a scenario at a time. */
function scenarioNamed(title: string, folder: string): string {
  const copy = join(folder, 'scenario');
  cpSync(SCENARIO, copy, { recursive: true });
  const path = join(copy, 'scenario.yaml');
  writeFileSync(path, readFileSync(path, 'utf8').replace(/^name: .*$/m, `name: "A clock ${title}"`));
  return copy;
}

/** Between which instants a unit fell silent: after the last that was let in, before the first of all that were not. */
function darkness(knocks: readonly Knock[]): Span {
  const last = knocks.findLastIndex(({ ok }) => ok);
  const after = knocks.slice(last + 1);
  expect(after.length, 'looks in the dark').toBeGreaterThan(10);
  return { fromMs: knocks[last]?.beforeMs ?? Number.NaN, toMs: Math.min(...after.map(({ afterMs }) => afterMs)) };
}

/** How long the entrance let users wait, from the darkness on. */
function outageIn(looks: readonly Look[], dark: Span): Span {
  const inOrder = looks.filter(({ sentMs }) => sentMs >= dark.fromMs - TIMEOUT_MS);
  const bad = inOrder.filter(({ ok, endedMs }) => !ok && endedMs > dark.fromMs);
  const isStable = (one: Look) => !bad.some(({ sentMs }) => sentMs > one.sentMs && sentMs < one.sentMs + STABLE_MS);
  const lastBad = bad.find(isStable);
  if (lastBad === undefined) return { fromMs: 0, toMs: EVERY_MS };
  const back = inOrder.find(({ ok, sentMs }) => ok && sentMs > lastBad.sentMs);
  return { fromMs: lastBad.sentMs - dark.toMs, toMs: (back?.endedMs ?? Number.POSITIVE_INFINITY) - dark.fromMs };
}

async function lookUntil(host: string, over: AbortSignal): Promise<Look[]> {
  const looks: Promise<Look>[] = [];
  while (!over.aborted) {
    looks.push(look(host));
    await wait(EVERY_MS);
  }
  return Promise.all(looks);
}

function look(host: string): Promise<Look> {
  const sentMs = Date.now();
  return new Promise((resolve) => {
    const end = (ok: boolean) => resolve({ sentMs, endedMs: Date.now(), ok });
    const sent = request({ host, port: 8080, agent: false }, (answer) => {
      answer.resume().on('end', () => end((answer.statusCode ?? 500) < 400));
    });
    sent.on('error', () => end(false)).end();
    setTimeout(() => sent.destroy(new Error('too late')), TIMEOUT_MS);
  });
}

/** Waits until the story has begun; its zero in milliseconds since 1970, by the engine's clock. */
async function beginningOf(journal: string, child: ChildProcess, words: readonly string[]): Promise<number> {
  for (;;) {
    const begin = entriesIn(journal).find((entry) => entry.entry === 'begin');
    if (begin !== undefined) return Date.parse(begin.wallAt);
    if (child.exitCode !== null) throw new Error(`the drill never began:\n${words.join('')}`);
    await wait(50);
  }
}

async function addressesOf(journal: string): Promise<(unit: string) => string> {
  const drill = entriesIn(journal).find((entry) => entry.entry === 'drill')?.drill;
  const { docker } = await connect(dockerHost, false);
  const containers = await docker.listContainers({ filters: { label: [`firedrill.drill=${drill}`] } });
  return (unit) => {
    const labels = containers.find(({ Labels }) => Labels['firedrill.unit'] === unit)?.Labels;
    return labels?.['firedrill.address'] ?? '';
  };
}

function entriesIn(journal: string): Entry[] {
  let text = '';
  try {
    text = readFileSync(journal, 'utf8');
  } catch {}
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Entry);
}

/** Where libfaketime is, which shows a process other clocks than there are; null: nowhere. */
function findLibrary(): string | null {
  const folders = ['/usr/lib', '/usr/local/lib'].flatMap((folder) => [folder, ...foldersIn(folder)]);
  for (const folder of folders) {
    const found = filesIn(join(folder, 'faketime')).find((name) => name === 'libfaketime.so.1');
    if (found !== undefined) return join(folder, 'faketime', found);
  }
  return null;
}

function foldersIn(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Installs it on a Debian of which this process is root. @throws elsewhere. */
function install(): string {
  execFileSync('apt-get', ['install', '--yes', '--no-install-recommends', 'libfaketime'], { stdio: 'ignore' });
  const library = findLibrary();
  if (library === null) throw new Error('libfaketime is nowhere: install it');
  return library;
}
