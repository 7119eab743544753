import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { acknowledgedIn, type Entry, type Range, withoutRanges } from '../../src/journal/journal.js';
import type { Verdict } from '../../src/judge/judge.js';
import { BIN, buildWhereStale } from '../cli/built.js';
import { describeOnDocker } from '../engine/docker/engine-or-skip.js';

/** How many power losses each of the two goes through, one after another, at the sites that lead in turn. */
const LOSSES = Number(process.env.FIREDRILL_LOSSES ?? 10);
const GAP_S = 55;
const LIMIT_MS = (LOSSES * GAP_S + 300) * 1000;
const UNITS = ['db-pangyo', 'db-anyang', 'db-ansan'];
/** What was written so shortly before it was counted is left out: it may be stored after the count. */
const FRESH = 400;

describeOnDocker(`${LOSSES} power losses of the leader's site under 200 writes a second`, () => {
  const cwd = mkdtempSync(join(tmpdir(), 'firedrill-'));
  beforeAll(buildWhereStale, 180_000);
  afterAll(() => rmSync(cwd, { recursive: true }));

  test.each([
    ['async', 'loses rows, and says which: those that SQL does not find either'],
    ['sync', 'loses none, and SQL finds every row that was acknowledged'],
  ] as const)(
    '%s %s',
    async (mode, _) => {
      const { verdict, entries, counted } = await drillMany(mode, cwd);
      const lose = verdict.findings.find(({ measure }) => measure === 'lose');
      console.log(`${mode}: ${lose?.because}`);
      const runs = entries.flatMap((entry) => (entry.entry === 'ledger' ? entry.runs : []));
      const first = runs[0]?.[0] ?? 0;
      for (const unit of UNITS) {
        const rows = counted.get(unit) ?? [];
        const last = Math.max(...rows) - FRESH;
        const there = rows.filter((number) => number >= first && number <= last);
        // An independent count, to the row: what is acknowledged and not there is what the verdict calls lost.
        const lost = withoutRanges(clip(acknowledgedIn(runs), last), foldSorted(there));
        expect({ unit, lost }).toEqual({ unit, lost: clip(lose?.writes ?? [], last) });
        expect(there.length).toBe(new Set(there).size);
      }
      if (mode === 'sync') expect(lose).toMatchObject({ outcome: 'met', value: 0, high: 0 });
      else expect(lose?.value).toBeGreaterThan(0);
    },
    LIMIT_MS,
  );
});

/** A drill with so many power losses in place of the published one, and what SQL counts at every copy shortly before its end. */
async function drillMany(mode: string, cwd: string) {
  const folder = join(import.meta.dirname, '../../scenarios/replication', mode);
  const file = join(folder, 'many.yaml');
  writeFileSync(file, manyLosses(readFileSync(join(folder, 'scenario.yaml'), 'utf8')));
  const journal = join(cwd, `${mode}.jsonl`);
  try {
    const argv = [BIN, 'run', file, '--engine', 'docker', '--journal', journal, '--json', join(cwd, `${mode}.json`)];
    const drill = spawn(process.execPath, argv, { cwd, stdio: 'ignore' });
    const ended = new Promise((resolve) => drill.once('exit', resolve));
    const counted = await countBeforeEnd(journal, drill);
    await ended;
    return {
      verdict: JSON.parse(readFileSync(join(cwd, `${mode}.json`), 'utf8')) as Verdict,
      entries: entriesOf(journal),
      counted,
    };
  } finally {
    rmSync(file);
  }
}

function manyLosses(text: string): string {
  const happenings = Array.from({ length: LOSSES }, (_, index) => {
    const [site, other] = index % 2 === 0 ? ['pangyo', 'anyang'] : ['anyang', 'pangyo'];
    const atS = 20 + index * GAP_S;
    return [
      `  - { at: +${atS - 1}s, partition: { groups: [[${site}], [${other}, ansan]] } }`,
      `  - { at: +${atS}s, power-loss: ${site} }`,
      `  - { at: +${atS + 30}s, restore: { site: ${site}, waves: [[etcd], [db]], every: 3s } }`,
    ].join('\n');
  });
  const head = text.slice(0, text.indexOf('timeline:'));
  return `${head.replace(/^ends: .*$/m, `ends: +${35 + LOSSES * GAP_S}s`)}timeline:\n${happenings.join('\n')}\n`;
}

async function countBeforeEnd(journal: string, drill: ChildProcess): Promise<Map<string, number[]>> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    if (drill.exitCode !== null) throw new Error(`the drill ended with ${drill.exitCode} before anybody could count`);
    const entries = entriesOf(journal);
    const head = entries[0];
    if (head?.entry !== 'drill') continue;
    const nowMs = Math.max(...entries.slice(-50).map(({ atMs }) => atMs));
    if (nowMs < head.plan.durationMs - 8000) continue;
    const counted = UNITS.map(async (unit) => [unit, await count(head.drill, unit)] as const);
    return new Map(await Promise.all(counted));
  }
}

async function count(drill: string, unit: string): Promise<number[]> {
  const { NetworkSettings } = await new Docker().getContainer(`firedrill-${drill}-${unit}-anchor`).inspect();
  const host = Object.values(NetworkSettings.Networks)[0]?.IPAddress ?? '';
  const client = new pg.Client({ host, port: 5432, user: 'postgres', database: 'postgres' });
  await client.connect();
  const { rows } = await client.query<{ n: string }>('select n from firedrill_rows order by n');
  await client.end();
  return rows.map(({ n }) => Number(n));
}

/** The entries that are whole by now. */
function entriesOf(journal: string): Entry[] {
  if (!existsSync(journal)) return [];
  const lines = readFileSync(journal, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Entry);
}

function clip(ranges: readonly Range[], last: number): Range[] {
  return ranges.flatMap(([from, to]): Range[] => (from > last ? [] : [[from, Math.min(to, last)]]));
}

function foldSorted(numbers: readonly number[]): Range[] {
  const folded: [number, number][] = [];
  for (const number of numbers) {
    const last = folded.at(-1);
    if (last !== undefined && number <= last[1] + 1) last[1] = number;
    else folded.push([number, number]);
  }
  return folded;
}
