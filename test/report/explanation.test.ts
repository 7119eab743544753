import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { explain } from '../../src/explain/explain.js';
import type { Entry } from '../../src/journal/journal.js';
import { explanationReport, jsonReport } from '../../src/report/report.js';
import { CONTROLLER_INSIDE, journalOf } from '../explain/worlds.js';
import { downBetween, makeJournal } from '../judge/histories.js';
import { powerLossJournal } from './power-loss.js';

const schema = z.fromJSONSchema(
  JSON.parse(readFileSync(new URL('../../schema/explanation.json', import.meta.url), 'utf8')),
);

function reportOf(entries: readonly Entry[], width = 100): string {
  const [drill] = entries;
  if (drill?.entry !== 'drill') throw new Error('no drill');
  return explanationReport(explain(entries), drill.plan.begins, { colour: false, width });
}

test('a recovery is told as a chain with times that can be pasted into a chat', () => {
  expect(reportOf(journalOf(CONTROLLER_INSIDE, 470_000))).toBe(`\
firedrill explain · Datacenter power loss at 15:30 · sim · SIMULATED, not measured

text: back 7 min 19.5 s after power-loss pangyo @15:30:00
  15:30:00  6 min 10 s  no power at pangyo
  15:36:10       1 min  failover-controller@pangyo booting
                        because text waiting: failover-controller is only at pangyo
  15:37:10       9.5 s  takeover of text under way
  9.5 s takeover of text under way ← 1 min failover-controller@pangyo booting, because text waiting:
    failover-controller is only at pangyo ← 6 min 10 s no power at pangyo ← power-loss pangyo
    @15:30:00
`);
});

test('what is shown adds up as it is shown, however it is rounded', () => {
  const told = CONTROLLER_INSIDE.map(([atMs, ...rest]) => [atMs * 0.999923, ...rest] as const);
  const [, , head, ...lines] = reportOf(journalOf(told, 470_000)).split('\n');
  const tenthsIn = (text = '') => {
    const [, minutes = '0', seconds = '0'] = /^(?:(\d+) min ?)?(?:([\d.]+) s)?$/.exec(text) ?? [];
    return Math.round(Number(minutes) * 600 + Number(seconds) * 10);
  };
  const parts = lines.flatMap((line) => (/^ {2}15:[\d:.]+ +(.*?) {2}/.exec(line) ?? []).slice(1)).map(tenthsIn);
  expect(parts).toHaveLength(3);
  expect(parts.reduce((sum, part) => sum + part, 0)).toBe(tenthsIn(/back (.*) after/.exec(head ?? '')?.[1]));
});

test('probes that never failed share a line, and what is not back says what is in its way', () => {
  const text = reportOf(powerLossJournal());
  expect(text).toContain('never failed after power-loss pangyo @15:30:00: web@anyang\n');
  expect(reportOf(journalOf(CONTROLLER_INSIDE.slice(0, 5), 999_000))).toContain(`\
text: not back 9 min 29 s after power-loss pangyo @15:30:00, when the drill ended
  still no power at pangyo
  still text waiting: failover-controller is only at pangyo
`);
});

test('faults that struck in one instant are told once', () => {
  const struck = [
    { title: 'stop web', atMs: 30_000 },
    { title: 'freeze web', atMs: 30_000 },
    { title: 'crash web', atMs: 90_000 },
  ];
  const text = reportOf(
    makeJournal({ faults: struck, probes: [{ name: 'web', tell: downBetween([30_000, 40_000]) }] }),
  );
  expect(text.match(/^web: back/gm)).toHaveLength(1);
  expect(text).toContain('\nthe same after freeze web @15:30:00, which struck together with stop web @15:30:00\n');
  expect(text).toContain('\nnever failed after crash web @15:31:00: web\n');
});

test('a journal without a fault has nothing to explain', () => {
  expect(reportOf(makeJournal({ probes: [] }))).toContain('No fault took hold: there is no recovery to explain.\n');
});

test.each([60, 100, 200])('no line is longer than %d columns', (width) => {
  for (const journal of [powerLossJournal(), journalOf(CONTROLLER_INSIDE, 470_000)]) {
    const longest = Math.max(
      ...reportOf(journal, width)
        .split('\n')
        .slice(1)
        .map((line) => line.length),
    );
    expect(longest).toBeLessThanOrEqual(width);
  }
});

test('the JSON is the explanation, as the published schema says', () => {
  for (const journal of [powerLossJournal(), journalOf(CONTROLLER_INSIDE, 470_000), makeJournal({ probes: [] })]) {
    const explanation = explain(journal);
    expect(JSON.parse(jsonReport(explanation))).toEqual(explanation);
    expect(schema.safeParse(JSON.parse(jsonReport(explanation))).error).toBeUndefined();
  }
  const wrong = { ...explain(powerLossJournal()), guess: true };
  expect(schema.safeParse(wrong).success).toBe(false);
});
