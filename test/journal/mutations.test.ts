import { expect, test } from 'vitest';
import { calibrate } from '../../src/calibration/calibration.js';
import { compareSides } from '../../src/comparison/comparison.js';
import { EnvironmentError, InputError } from '../../src/errors.js';
import { explain } from '../../src/explain/explain.js';
import { type Entry, readJournal, salvageJournal } from '../../src/journal/journal.js';
import { judge } from '../../src/judge/judge.js';
import { explanationReport, terminalComparison, terminalReport } from '../../src/report/report.js';
import { drawsFrom, mutate } from './mutations.js';
import { recordJournals, sealedLines } from './recorded.js';

/** With FIREDRILL_MUTATIONS in the environment so many, and from another seed each time. */
const WANTED = process.env.FIREDRILL_MUTATIONS;
const COUNT = Number(WANTED ?? 400);
const SEED = WANTED === undefined ? 13 : Date.now() % 1e6;
const LOOK = { colour: false, width: 100 };

function readWithEverything(entries: Entry[]): void {
  const verdict = judge(entries);
  terminalReport(verdict, entries, LOOK);
  const explanation = explain(entries);
  const [drill] = entries;
  if (drill?.entry === 'drill') explanationReport(explanation, drill.plan.begins, LOOK);
  const run = { verdict, explanation, complete: true, journal: 'x' };
  terminalComparison(compareSides({ name: 'a', runs: [run] }, { name: 'b', runs: [run] }), LOOK);
  calibrate([entries]);
}

test(`${COUNT} journals with something wrong are read by everybody or refused, and nothing else is thrown (seed ${SEED})`, async () => {
  const journals = [...(await recordJournals()).values()].map((entries) =>
    entries.length > 2000 ? entries.slice(0, 2000) : entries,
  );
  const sealed = journals.map(sealedLines);
  const bare = journals.map((entries) => entries.map((entry) => JSON.stringify(entry)));
  let read = 0;
  let slowestMs = 0;
  for (let run = 0; run < COUNT; run += 1) {
    const draw = drawsFrom(SEED * 1e6 + run);
    const all = run % 2 === 0 ? sealed : bare;
    const lines = mutate(all[run % all.length] ?? [], draw);
    const text = lines.join('\n');
    expect(() => salvageJournal(text), `run ${run}`).not.toThrow();
    const startMs = performance.now();
    try {
      const entries = readJournal(text, 'journal');
      read += 1;
      readWithEverything(entries);
    } catch (error) {
      if (!(error instanceof InputError) && !(error instanceof EnvironmentError)) {
        throw new Error(`seed ${SEED}, run ${run}`, { cause: error });
      }
      expect(error.message.split('\n').length).toBeLessThanOrEqual(51);
    }
    const tookMs = performance.now() - startMs;
    if (WANTED !== undefined && tookMs > 1000) console.log(`run ${run} took ${Math.round(tookMs)} ms`);
    slowestMs = Math.max(slowestMs, tookMs);
  }
  if (WANTED !== undefined) console.log(`${read} of ${COUNT} were read; the slowest took ${Math.round(slowestMs)} ms`);
  expect(read).toBeGreaterThan(COUNT / 10);
}, 600_000);
