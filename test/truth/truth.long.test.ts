import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demultiplex } from '../../src/engine/docker/api.js';
import { BIN, buildWhereStale } from '../cli/built.js';
import { describeOnDocker } from '../engine/docker/engine-or-skip.js';
import { type Case, casesOf, drillsOf, KINDS, scenarioOf } from './cases.js';
import { type Figure, figuresOf } from './figures.js';
import { readHearts } from './hearts.js';
import { readEntries } from './own-journal.js';
import { printTable, tableOf } from './table.js';

/** Which kinds of fault, how many passes over all cases, from which drill on and only so many, and where the table and the journals are left. */
const ONLY = process.env.FIREDRILL_TRUTH_ONLY?.split(',') ?? KINDS;
const PASSES = Number(process.env.FIREDRILL_TRUTH_PASSES ?? 4);
const FROM = Number(process.env.FIREDRILL_TRUTH_FROM ?? 1);
const DRILLS = Number(process.env.FIREDRILL_TRUTH_DRILLS ?? Number.POSITIVE_INFINITY);
const OUT = process.env.FIREDRILL_TRUTH_OUT ?? 'truth';
/** Compares what an earlier run has left there. */
const AGAIN = process.env.FIREDRILL_TRUTH_AGAIN === '1';
const LIMIT_MS = 240_000;
const PEERS = join(import.meta.dirname, '../engine/docker/images/peers');

describeOnDocker('what firedrill publishes is what an observer in every unit knows', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'firedrill-truth-'));
  const figures: Figure[] = [];
  let cases = 0;
  beforeAll(() => {
    buildWhereStale();
    cpSync(join(import.meta.dirname, 'images/heart'), join(cwd, 'images'), { recursive: true });
    cpSync(join(PEERS, 'sight.pl'), join(cwd, 'images/sight.pl'));
    mkdirSync(OUT, { recursive: true });
  }, LIMIT_MS);
  afterAll(() => {
    rmSync(cwd, { recursive: true });
    const table = tableOf(cases, figures);
    const outside = figures.filter(({ apartMs }) => apartMs > 0);
    writeFileSync(
      join(OUT, 'truth.json'),
      `${JSON.stringify({ ...table, outside: table.outside, wrong: outside }, null, 2)}\n`,
    );
    writeFileSync(join(OUT, 'truth.txt'), printTable(table));
    console.log(printTable(table));
  });

  const drills = Array.from({ length: PASSES }, (_, pass) => drillsOf(casesOf(pass, ONLY))).flat();
  test.each(drills.map((own, index) => [index + 1, own] as const).slice(FROM - 1, FROM - 1 + DRILLS))(
    'drill %i',
    async (number, own) => {
      const found = await drill(own, cwd, join(OUT, `drill-${number}`));
      cases += own.length;
      figures.push(...found);
      const outside = found.filter(({ apartMs }) => apartMs > 0);
      console.log(`drill ${number}: ${own.length} cases, ${found.length} figures, ${outside.length} outside`);
      expect(outside.map(sentenceOf)).toEqual([]);
    },
    LIMIT_MS,
  );
});

function sentenceOf({ kind, case: name, what, published, truth, apartMs }: Figure): string {
  const words = (ends: readonly (number | null)[]) =>
    ends.map((ms) => (ms === null ? '…' : Math.round(ms * 10) / 10)).join(' – ');
  return `${kind} ${name} ${what}: ${words(published)} ms, in truth ${truth === null ? 'nothing' : words(truth)} (${Math.round(apartMs)} ms apart)`;
}

/** Runs one drill, keeps its journal and what its watchers said under `out`, and compares; or compares again what is there. */
async function drill(cases: readonly Case[], cwd: string, out: string): Promise<Figure[]> {
  if (!AGAIN) await keepDrill(cases, cwd, out);
  const entries = readEntries(`${out}.jsonl`);
  const begin = entries.find((entry) => entry.entry === 'begin');
  if (begin === undefined) throw new Error('the drill did not begin');
  const [hearts, others] = ['obs', 'mirror-b'].map((name) =>
    readHearts(readFileSync(`${out}.${name}`, 'utf8'), Date.parse(begin.wallAt)),
  );
  return cases.flatMap((one) => {
    const [inside, across] = [hearts?.get(one.unit), others?.get(one.unit)];
    if (inside === undefined || across === undefined) throw new Error(`nobody heard of ${one.unit}`);
    return figuresOf(one, entries, inside, across);
  });
}

async function keepDrill(cases: readonly Case[], cwd: string, out: string): Promise<void> {
  writeFileSync(join(cwd, 'scenario.yaml'), scenarioOf(cases));
  const journal = `${out}.jsonl`;
  rmSync(journal, { force: true });
  const argv = [BIN, 'run', join(cwd, 'scenario.yaml'), '--engine', 'docker', '--journal', journal];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'ignore', 'pipe'] });
  const said: string[] = [];
  child.stderr.on('data', (bytes: Buffer) => said.push(bytes.toString()));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const outputs = ['obs', 'mirror-b'].map(async (name) => {
    writeFileSync(`${out}.${name}`, await listen(journal, name, () => child.exitCode !== null));
  });
  await ended;
  await Promise.all(outputs);
  writeFileSync(`${out}.err`, said.join(''));
}

/** All that a watcher of the drill with this journal says, until it is removed. */
async function listen(journal: string, unit: string, isOver: () => boolean): Promise<string> {
  const docker = new Docker();
  for (; !isOver(); await sleep(200)) {
    const line = existsSync(journal) ? readFileSync(journal, 'utf8').split('\n', 1)[0] : '';
    if (!line?.endsWith('}')) continue;
    const { drill } = JSON.parse(line) as { drill: string };
    const filters = { label: [`firedrill.drill=${drill}`, `firedrill.unit=${unit}`], status: ['running'] };
    const found = await docker.listContainers({ filters });
    const own = found.find(({ Labels }) => Labels['firedrill.role'] === 'unit');
    if (own === undefined) continue;
    const stream = await docker.getContainer(own.Id).logs({ follow: true, stdout: true, stderr: true });
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(Buffer.from(chunk));
    return demultiplex(Buffer.concat(chunks));
  }
  return '';
}
