import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { connect } from '../../src/engine/docker/connect.js';
import type { Entry } from '../../src/journal/journal.js';
import { type Finding, judge } from '../../src/judge/judge.js';
import { BIN, buildWhereStale } from '../cli/built.js';
import { dockerHost } from '../engine/docker/engine-here.js';
import { describeOnDocker } from '../engine/docker/engine-or-skip.js';

const SCENARIO = join(import.meta.dirname, '../../scenarios/hello-sites');
/** What the test looks at itself. At the entrance every look of one observer changes whose look goes where. */
const HOSTS: Readonly<Record<string, string>> = { 'web@seoul': 'web-seoul', 'web@busan': 'web-busan' };
/** The entrance notices within these, by its configuration: two looks a second apart, each of at most a second. */
const NOTICED_MS = [1900, 4600] as const;
const DRILLS = Number(process.env.FIREDRILL_STANDSTILLS ?? 20);
const SEED = Number(process.env.FIREDRILL_SEED ?? 20221015);
/** The story's instants of the power loss and of its end. */
const FAULT_MS = 5000;
const END_MS = 27_000;
/** What one look takes until it counts as bad, and how far the two observers' looks may lie apart. */
const TIMEOUT_MS = 1000;
const APART_MS = 400;

/** One look of the test's own: when it was sent and had ended, milliseconds since 1970. */
interface Look {
  readonly sentMs: number;
  readonly endedMs: number;
  readonly ok: boolean;
}

describeOnDocker('a runner that is stopped and goes on in the middle of a drill', () => {
  const next = drawing(SEED);
  const stops = Array.from({ length: DRILLS }, (_, index) => {
    // Over the fault, in the dark, over the return of the entrance, over the restore, after it.
    const atMs = [4500, 6000, 7000, 16_000, 19_000][index % 5] as number;
    return { atMs: Math.round(atMs + next() * 1500), forMs: Math.round(300 + next() * next() * 7500) };
  });
  test.each(stops)(
    `(stopped at $atMs ms for $forMs ms, seed ${SEED}) publishes no interval without the truth`,
    async ({ atMs, forMs }) => {
      buildWhereStale();
      const folder = mkdtempSync(join(tmpdir(), 'firedrill-stopped-'));
      const path = join(folder, 'journal.jsonl');
      const child = spawn(process.execPath, [BIN, 'run', SCENARIO, '--engine', 'docker', '--journal', path], {
        env: { ...process.env, CI: '1' },
        stdio: 'ignore',
      });
      const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
      const zeroMs = await beginning(path, child);
      const over = new AbortController();
      const looks = await watch(drillOf(path), over.signal);
      await wait(Math.max(0, zeroMs + atMs - Date.now()));
      child.kill('SIGSTOP');
      await wait(forMs);
      child.kill('SIGCONT');
      await ended;
      over.abort();
      const entries = entriesIn(path);
      const { findings } = judge(entries);
      for (const probe of Object.keys(HOSTS)) {
        const own = (looks.get(probe) ?? []).filter(({ endedMs }) => endedMs < zeroMs + END_MS);
        compare(findings, probe, own, zeroMs + FAULT_MS);
      }
      const read = findings.find(({ probe, measure }) => probe === 'read' && measure === 'recover');
      expect((read?.low ?? 0) * 1000, JSON.stringify(read)).toBeLessThanOrEqual(NOTICED_MS[1]);
      if (read?.high != null) expect(read.high * 1000, JSON.stringify(read)).toBeGreaterThanOrEqual(NOTICED_MS[0]);
      // The journal of one that failed is kept, to be looked into.
      rmSync(folder, { recursive: true });
    },
    180_000,
  );
});

/** What was published of a probe against what the test saw itself. */
function compare(findings: readonly Finding[], probe: string, looks: readonly Look[], faultMs: number): void {
  const found = findings.find((one) => one.probe === probe && one.measure === 'recover');
  const bad = looks.filter(({ ok, endedMs }) => !ok && endedMs > faultMs);
  const said = JSON.stringify({ found, bad: bad.map(({ sentMs, endedMs }) => [sentMs - faultMs, endedMs - faultMs]) });
  if (found === undefined || found.value === null) {
    expect(found?.outcome ?? null, said).not.toBe('met');
    return;
  }
  if (bad.length === 0) {
    expect(found.low, said).toBe(0);
    return;
  }
  const lastBadMs = Math.max(...bad.map(({ sentMs }) => sentMs));
  const back = looks.filter(({ ok, sentMs }) => ok && sentMs > lastBadMs).map(({ endedMs }) => endedMs);
  const [low, high] = [lastBadMs - faultMs, Math.min(...back) - faultMs];
  expect((found.low ?? 0) * 1000, said).toBeLessThanOrEqual(high + APART_MS);
  expect(found.censored ? Number.POSITIVE_INFINITY : (found.high ?? 0) * 1000, said).toBeGreaterThanOrEqual(
    low - APART_MS,
  );
}

/** Looks at every unit ten times a second until `over` aborts. */
async function watch(drill: string, over: AbortSignal): Promise<ReadonlyMap<string, Look[]>> {
  const { docker } = await connect(dockerHost, false);
  const seen = new Map<string, Look[]>();
  const containers = await docker.listContainers({ filters: { label: [`firedrill.drill=${drill}`] } });
  for (const [probe, unit] of Object.entries(HOSTS)) {
    const labels = containers.find(({ Labels }) => Labels['firedrill.unit'] === unit)?.Labels;
    const looks: Look[] = [];
    seen.set(probe, looks);
    void (async () => {
      while (!over.aborted) {
        void look(labels?.['firedrill.address'] ?? '').then((one) => looks.push(one));
        await wait(100);
      }
    })();
  }
  return seen;
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

/** Waits until the story has begun; its zero in milliseconds since 1970. */
async function beginning(path: string, child: ChildProcess): Promise<number> {
  for (;;) {
    const begin = entriesIn(path).find((entry) => entry.entry === 'begin');
    if (begin !== undefined) return Date.parse(begin.wallAt);
    if (child.exitCode !== null) throw new Error(`the drill ended with ${child.exitCode} before it began`);
    await wait(50);
  }
}

function drillOf(path: string): string {
  return entriesIn(path).find((entry) => entry.entry === 'drill')?.drill ?? '';
}

function entriesIn(path: string): Entry[] {
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch {}
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Entry);
}

/** Numbers from 0 to 1, the same for the same seed. */
function drawing(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
