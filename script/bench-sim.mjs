// What the simulator promises of its speed, each as a ratio inside one run; used by bench.mjs.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

const CLI = 'dist/cli/cli.js';
const SERVERS = 32_000;
const CREW = 100;
const ROUNDS = 3;
/** As many as fit into the time that SimPy needs for one. */
const PLAYS = 24;
const TRIALS = 1000;
const SIZES = [1_000, 10_000, 100_000, 1_000_000];
/** Debian's package python3-simpy3 belongs to the system's Python, which may not be the first one in the path. */
const PYTHON = ['/usr/bin/python3', 'python3'].find((path) => spawnSync(path, ['-c', 'import simpy']).status === 0);

/** A queue of 32,000 servers and a crew, against SimPy and against a bare heap, in turn and in processor time. */
export function benchQueue() {
  const [simpy, ours, bare] = [[], [], []];
  let agreed = '';
  for (let round = 0; round < ROUNDS; round += 1) {
    const own = answerOf(process.execPath, ['script/queue.mjs', SERVERS, CREW, PLAYS]);
    ours.push(...own.seconds);
    bare.push(...answerOf(process.execPath, ['script/heap.mjs', SERVERS, CREW, PLAYS]).seconds);
    if (PYTHON === undefined) continue;
    const other = answerOf(PYTHON, ['script/queue.py', SERVERS, CREW, round + 1]);
    simpy.push(other.seconds);
    agreed = `; the last server is up after ${hours(own.upAt)} here and ${hours(other.upAt)} there`;
  }
  const [here, there, least] = [ours, simpy, bare].map(medianOf);
  const ms = (seconds) => `${(seconds * 1000).toFixed(1)} ms`;
  const against =
    PYTHON === undefined
      ? { value: null, ok: null, detail: 'no SimPy here: apt-get install python3-simpy3' }
      : { value: there / here, ok: there / here >= 10, detail: `${ms(there)} against ${ms(here)}${agreed}` };
  const share = least / here;
  const own = `${ms(least)} against ${ms(here)}, medians of ${ours.length}, 64000 events`;
  return [
    atLeast('queue of 32,000 servers and a crew: SimPy / firedrill', against, 10),
    atLeast('the same: a bare heap loop / firedrill', { value: share, ok: share >= 0.4, detail: own }, 0.4),
  ];
}

function atLeast(name, { value, ok, detail }, limit) {
  return { name, value: value === null ? null : Number(value.toPrecision(4)), limit: `≥ ${limit}`, ok, detail };
}

/**
 * A thousand trials on all cores against one trial in one process that is warm: `simulate` as a whole process. On a machine that
 * others use too, the processor time in the detail says more than the value.
 */
export function benchTrials() {
  const scenario = ['scenarios/kakao-2022', 'scenarios/datacenter-power-loss'].find((path) => existsSync(path));
  const { seconds } = answerOf(process.execPath, ['script/trial.mjs', join(scenario, 'scenario.yaml'), 60]);
  const one = medianOf(seconds.slice(20));
  const startMs = performance.now();
  const command = [process.execPath, CLI, 'simulate', scenario, '--trials', TRIALS, '--seed', 7];
  // The shell's `times` tells in its last line what its children used: user and system, such as 0m14.05s 0m0.40s.
  const used = run('sh', ['-c', '"$@" > /dev/null; times', 'sh', ...command], 0)
    .trim()
    .split('\n')
    .at(-1);
  const took = (performance.now() - startMs) / 1000;
  const busy = [...used.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, m, s]) => sum + Number(m) * 60 + Number(s), 0);
  const cores = availableParallelism();
  const ratio = took / ((TRIALS * one) / cores);
  const each = `one trial ${(one * 1000).toFixed(1)} ms, all ${((busy / TRIALS) * 1000).toFixed(1)} ms of processor time each`;
  const detail = `${scenario}: ${took.toFixed(1)} s on ${cores} cores; ${each}`;
  const name = `${TRIALS} trials / (trials × one trial ÷ cores)`;
  return [{ name, value: Number(ratio.toPrecision(4)), limit: 2, ok: ratio <= 2, detail }];
}

/** How processor time and memory grow with the number of servers, each size in a process of its own. */
export function scalingTable() {
  const rows = SIZES.map((servers) => {
    const crew = Math.max(1, Math.round((servers / SERVERS) * CREW));
    const { seconds, megabytes } = answerOf(process.execPath, ['script/queue.mjs', servers, crew, 3]);
    const best = Math.min(...seconds);
    return [
      servers.toLocaleString('en-US'),
      `${(best * 1000).toFixed(1)} ms`,
      `${((best / servers) * 1e6).toFixed(2)} µs`,
      `${megabytes.toFixed(0)} MB`,
    ];
  });
  return [['servers', 'one play', 'a server', 'most memory'], ...rows];
}

function answerOf(command, args) {
  return JSON.parse(run(command, args, 0));
}

/** What a command prints, when it ends with at most this code. */
function run(command, args, worst) {
  const { status, stdout, stderr } = spawnSync(command, args.map(String), { encoding: 'utf8' });
  if (status === null || status > worst)
    throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

function medianOf(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function hours(seconds) {
  return `${(seconds / 3600).toFixed(2)} h`;
}
