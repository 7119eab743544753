#!/usr/bin/env node
/**
 * The numbers that firedrill promises, each as a ratio inside one run, so that they mean the same on a slow machine:
 * `npm run bench [-- --json FILE]`. Prints a table; ends with 1 when a limit is missed.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';
import { benchLedger } from './bench-ledger.mjs';
import { benchQueue, benchTrials, scalingTable } from './bench-sim.mjs';

const { values } = parseArgs({ options: { json: { type: 'string' } } });
const CLI = 'dist/cli/cli.js';
const folder = mkdtempSync(join(tmpdir(), 'firedrill-bench-'));
try {
  const numbers = [
    ...benchStartUp(),
    ...benchSim(),
    ...benchQueue(),
    ...benchTrials(),
    ...(await benchWrites()),
    ...(await benchFigures()),
  ];
  printTable(numbers);
  console.log();
  const scaling = scalingTable();
  printRows(scaling);
  if (values.json !== undefined)
    writeFileSync(values.json, `${JSON.stringify({ node: process.version, numbers, scaling }, null, 2)}\n`);
  process.exitCode = numbers.some(({ ok }) => ok === false) ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function benchStartUp() {
  const [version, bare] = medianMsOf(15, [CLI, '--version'], ['-e', '0']);
  const detail = `${version.toFixed(0)} ms against ${bare.toFixed(0)} ms, medians of 15 in turn`;
  return [limited('start-up: --version / node -e 0', version / bare, 2.5, detail)];
}

function benchSim() {
  const journal = join(folder, 'sim.journal.jsonl');
  const run = [CLI, 'run', 'scenarios/datacenter-power-loss', '--engine', 'sim', '--seed', '1', '--journal', journal];
  const [sim, bare] = medianMsOf(7, run, ['-e', '0']);
  return [
    limited('sim: datacenter-power-loss, whole process, s', sim / 1000, 1, 'median of 7'),
    limited('sim: the same / node -e 0', sim / bare, null, `${sim.toFixed(0)} ms against ${bare.toFixed(0)} ms`),
  ];
}

async function benchWrites() {
  const { writes, acknowledged, lost, cpuShare, lagMs, journalBytes } = await benchLedger(60);
  const lags = `sent ${lagMs.p50}/${lagMs.p99}/${lagMs.max} ms late (p50/p99/max)`;
  return [
    limited(
      'ledger: unacknowledged or lost of 1,000 writes a second',
      writes - acknowledged + lost,
      0,
      `${writes} writes`,
    ),
    limited('ledger: processors that firedrill itself needs for that', cpuShare, 0.8, lags),
    limited('ledger: journal for a minute of that, bytes', journalBytes, 20_000, 'ranges of acknowledged numbers'),
  ];
}

/** What the tests assert, measured by the same code. */
async function benchFigures() {
  const file = join(folder, 'figures.json');
  process.env.FIREDRILL_FIGURES = file;
  const settings = { config: false, watch: false, include: ['test/bench/figures.ts'], reporters: ['dot'] };
  const vitest = await startVitest('test', [], settings);
  await vitest.close();
  const { instant, accuracy } = JSON.parse(readFileSync(file, 'utf8'));
  const { outages, probeMs, contained, worstMs, widestMs, worstLagMs } = accuracy;
  const lag = `${outages} outages beside 200 probes; the latest probe was ${worstLagMs.toFixed(0)} ms late`;
  return [
    instant.missing === undefined
      ? limited('one instant: power loss / docker kill', instant.ratio, 1 / 20, describeInstant(instant))
      : {
          name: 'one instant: power loss / docker kill',
          value: null,
          limit: 1 / 20,
          ok: null,
          detail: instant.missing,
        },
    { ...limited('accuracy: intervals that contain the truth', contained, 1, lag), ok: contained === 1 },
    limited(
      'accuracy: worst error / probe period',
      worstMs / probeMs,
      (probeMs + 5) / probeMs,
      `${worstMs.toFixed(1)} ms`,
    ),
    limited('accuracy: widest interval / probe period', widestMs / probeMs, null, `${widestMs.toFixed(1)} ms`),
  ];
}

function describeInstant({ units, firedrillMs, dockerKillMs, lateMs }) {
  const spreads = `${units} units, ${firedrillMs.toFixed(1)} ms against ${dockerKillMs.toFixed(0)} ms, medians of 5 in turn`;
  return `${spreads}; the last answered ${lateMs.toFixed(1)} ms after the instant`;
}

/** The median time of each of these commands of node, run in turn, in milliseconds. */
function medianMsOf(times, ...commands) {
  const tookMs = commands.map(() => []);
  for (let round = 0; round < times; round += 1) {
    commands.forEach((args, index) => {
      const startMs = performance.now();
      const { status, stderr } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
      // 1 says that an objective was missed, which is an answer too.
      if (status === null || status > 1) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`);
      tookMs[index].push(performance.now() - startMs);
    });
  }
  return tookMs.map((all) => all.sort((a, b) => a - b)[Math.floor(times / 2)]);
}

/** A number that must be at most its limit, or that has none. */
function limited(name, value, limit, detail) {
  return { name, value: Number(value.toPrecision(4)), limit, ok: limit === null ? null : value <= limit, detail };
}

function printTable(numbers) {
  const rows = numbers.map(({ name, value, limit, ok, detail }) => [
    name,
    value === null ? '–' : String(value),
    limit === null ? '' : String(limit),
    ok === null ? '' : ok ? 'ok' : 'MISSED',
    detail,
  ]);
  printRows([['number', 'value', 'limit', '', ''], ...rows]);
}

function printRows(rows) {
  const widths = rows[0].slice(0, -1).map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}
