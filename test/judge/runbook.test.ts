import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Entry } from '../../src/journal/journal.js';
import { judge } from '../../src/judge/judge.js';
import type { RunbookStep } from '../../src/plan/plan.js';
import { terminalReport } from '../../src/report/report.js';
import { downBetween, makeJournal } from './histories.js';

const HOUR_MS = 3_600_000;

function stepWith(id: string, title: string, by: RunbookStep['by'], runsFrom: string | null): RunbookStep {
  return { id, title, by, runsFrom, needs: [], decideMs: 0, takesMs: 0, does: null };
}

function drillWithRunbook(): Entry[] {
  const entries = makeJournal({
    durationMs: HOUR_MS + 60_000,
    faults: [{ title: 'power-loss pangyo', atMs: 30_000, curedMs: HOUR_MS }],
    probes: [{ name: 'write', tell: downBetween([30_000, HOUR_MS + 4000]) }],
    jumps: [[90_000, HOUR_MS - 5000]],
  });
  const steps = [
    stepWith('r1.1', 'read the alarm', 'person', null),
    stepWith('r1.2', 'promote anyang', 'automation', 'console-pangyo'),
    stepWith('r1.3', 'tell everybody', 'person', null),
    stepWith('r1.4', 'go home', 'person', null),
  ];
  const told = [
    [30_000, 'r1.1', 'working'],
    [50_000, 'r1.1', 'done'],
    [50_000, 'r1.2', 'blocked', 'console-pangyo has no power', 'etcd is down'],
    [HOUR_MS + 1000, 'r1.2', 'blocked', 'etcd is starting'],
    [HOUR_MS + 2000, 'r1.2', 'deciding'],
    [HOUR_MS + 7000, 'r1.2', 'working'],
    [HOUR_MS + 8000, 'r1.2', 'done', 'anyang leads'],
    [HOUR_MS + 8000, 'r1.3', 'blocked', 'the telephones are down'],
  ] as const;
  const [drill, ...others] = entries as [Extract<Entry, { entry: 'drill' }>, ...Entry[]];
  return [
    { ...drill, plan: { ...drill.plan, runbooks: [{ atMs: 30_000, steps }] } },
    ...told.map(
      ([atMs, step, state, ...because]): Entry => ({ atMs, monoMs: atMs, entry: 'runbook', step, state, because }),
    ),
    ...others,
  ];
}

describe('the account of a runbook', () => {
  test('has each step that was reached: when it was done, what it waited for and for how long', () => {
    const { runbook } = judge(drillWithRunbook());
    expect(runbook?.map(({ step, done, blocked, blockedBy }) => [step, done, blocked, blockedBy])).toEqual([
      ['r1.1', 50, 0, []],
      ['r1.2', 3608, 3552, ['console-pangyo has no power', 'etcd is down']],
      ['r1.3', null, 52, ['the telephones are down']],
    ]);
    expect(runbook?.[1]?.spans).toEqual([
      { state: 'blocked', from: 50, to: 3601, skipped: 3505, because: ['console-pangyo has no power', 'etcd is down'] },
      { state: 'blocked', from: 3601, to: 3602, skipped: 0, because: ['etcd is starting'] },
      { state: 'deciding', from: 3602, to: 3607, skipped: 0, because: [] },
      { state: 'working', from: 3607, to: 3608, skipped: 0, because: [] },
    ]);
  });

  test('is in the verdict as its schema says', () => {
    const text = readFileSync(new URL('../../schema/verdict.json', import.meta.url), 'utf8');
    expect(z.fromJSONSchema(JSON.parse(text)).safeParse(judge(drillWithRunbook())).error).toBeUndefined();
  });

  test('is a timeline of the report, with what blocked what', () => {
    const entries = drillWithRunbook();
    const report = terminalReport(judge(entries), entries, { colour: false, width: 100 });
    const at = report.indexOf('\nrunbook\n') + 1;
    expect(report.slice(at, report.indexOf('\n\n', at)).split('\n')).toEqual([
      'runbook',
      '✓ read the alarm (by a person): done at 15:30:20',
      '    15:30:00 working 20 s',
      '✓ promote anyang (from console-pangyo): done at 16:29:38',
      '    15:30:20 waited 59 min 11 s, of which 58 min 25 s skipped while nothing changed: console-pangyo',
      '      has no power; etcd is down',
      '    16:29:31 waited 1 s: etcd is starting',
      '    16:29:32 deciding 5 s',
      '    16:29:37 working 1 s',
      '✗ tell everybody (by a person): not done when the drill ended',
      '    16:29:38 waited 52 s: the telephones are down',
    ]);
  });

  test('is not there for a drill without a runbook', () => {
    expect(judge(makeJournal({ probes: [] })).runbook).toBeUndefined();
  });
});
