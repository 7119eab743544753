import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openDisplay } from '../src/cli/display.js';
import { tellFailure } from '../src/cli/failure.js';
import { virtualClock } from '../src/clock.js';
import { compareSides } from '../src/comparison/comparison.js';
import { EnvironmentError, formatProblem, InputError } from '../src/errors.js';
import { explain } from '../src/explain/explain.js';
import { type Entry, openJournal, readJournal } from '../src/journal/journal.js';
import { judge } from '../src/judge/judge.js';
import { cleaned, printed, visible } from '../src/printable.js';
import { explanationReport, jsonReport, terminalComparison, terminalReport } from '../src/report/report.js';
import { captureIo } from './cli/captured.js';
import { makeJournal } from './judge/histories.js';

const SEED = 13;
const ESC = '\u001b';

/** What no text that is printed may have, but for line feeds and the colours of a report. */
const OBEYED = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u2800\u3164]/u;
const COMMAND = /^\s*::[a-z]|##[a-z]*\[/im;

function harmIn(text: string): string | null {
  const own = text.replace(new RegExp(`${ESC}\\[\\d+m|\\n`, 'g'), '');
  return OBEYED.exec(own)?.[0] ?? COMMAND.exec(text)?.[0] ?? null;
}

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('\u001b[2J', '\u001b]0;x\u0007', '\u009b31m', '\u202ebc\u2066', '\n::error::x', '::add-mask::a'),
  fc.constantFrom(
    '##[error]x',
    '##vso[task.complete]x',
    '\r\nMET',
    '\u2028',
    '\u200b',
    '\ufeff',
    '\u001b[1A',
    '\u061c',
  ),
);
const text = fc.array(nasty, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));

describe('text from outside', () => {
  test('is written out where a terminal would obey or hide it, and else stays as it is', () => {
    expect(visible('\u001b[2Ja\u202eb\nc\td\u2028')).toBe('\\u001b[2Ja\\u202eb\\u000ac\\u0009d\\u2028');
    expect(visible('판교 – “ok” ✓ 🔥 é')).toBe('판교 – “ok” ✓ 🔥 é');
    expect(printed('\u001b[1mbold\u001b[22m\nnext\u001b[2J\r')).toBe('\u001b[1mbold\u001b[22m\nnext\\u001b[2J\\u000d');
    expect(printed('a::b ::1 x\n  ::error::y\n##[group]z')).toBe(
      'a::b ::1 x\n  :\\u003aerror::y\n#\\u0023[group]z'.replace('#\\u0023', '\\u0023#'),
    );
    const same = { a: ['x', { b: 1 }] };
    expect(cleaned(same)).toBe(same);
    expect(cleaned({ '\u0007': ['\u001b', null] })).toEqual({ '\\u0007': ['\\u001b', null] });
  });

  test('of 10,000 kinds harms nowhere', () => {
    fc.assert(
      fc.property(text, (words) => {
        expect(harmIn(printed(words))).toBe(null);
        expect(OBEYED.exec(visible(words))).toBe(null);
        const json = printed(JSON.stringify({ words }, null, 2));
        expect(harmIn(json)).toBe(null);
        // A lone half of a letter is none in JSON.
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify({ words })));
      }),
      { seed: SEED, numRuns: 10_000 },
    );
  });
});

/** A journal in which everything that somebody else may have written is this text. */
function journalOf(words: string): Entry[] {
  const entries = makeJournal({
    faults: [
      { title: `power-loss ${words}`, atMs: 3000, curedMs: 6000 },
      { title: words, atMs: 12_000, effects: [{ error: words }] },
    ],
    objectives: [{ probe: 'write', measure: 'recover', limitMs: 45_000 }],
    probes: [
      { name: 'write', everyMs: 500, tell: (dueMs) => (dueMs >= 3000 && dueMs < 5000 ? [0, 5, words] : [0, 5]) },
    ],
    warnings: [words],
    durationMs: 20_000,
    engine: words,
    lapse: words,
    end: { why: 'failed', because: words, left: [words] },
  });
  return entries.map((entry) => (entry.entry === 'drill' ? { ...entry, plan: { ...entry.plan, name: words } } : entry));
}

test('nothing of a journal harms in any format, nor in the lines of a drill under way', () => {
  const look = { colour: true, width: 80 };
  fc.assert(
    fc.property(text, (words) => {
      const entries = journalOf(words);
      const verdict = judge(entries);
      const explanation = explain(entries);
      const run = { verdict, explanation, complete: true, journal: words };
      const comparison = compareSides({ name: words, runs: [run] }, { name: 'b', runs: [run] });
      const reports = [
        terminalReport(verdict, entries, look),
        explanationReport(explanation, { date: null, ofDayMs: 0 }, look),
        terminalComparison(comparison, look),
      ];
      for (const report of reports) {
        // What is from outside brings no line of its own.
        expect(report.split('\n').filter((line) => line === 'MET')).toEqual([]);
        expect(harmIn(printed(report))).toBe(null);
      }
      for (const told of [verdict, explanation, comparison]) expect(harmIn(jsonReport(told))).toBe(null);
      const lines: string[] = [];
      const journal = openJournal({ write: (line) => void lines.push(line), sync() {} });
      for (const entry of entries) journal.append(entry);
      expect(harmIn(lines.join(''))).toBe(null);
      expect(readJournal(lines.join(''), 'journal').map(({ entry }) => entry)).not.toContain('doubt');
    }),
    { seed: SEED, numRuns: 150 },
  );
}, 120_000);

test('nor in what a person sees while it goes on, or when it fails', () => {
  fc.assert(
    fc.property(text, (words) => {
      for (const columns of [null, 60]) {
        const io = captureIo({ columns, rows: 20 });
        const display = openDisplay(io, virtualClock(0), true);
        for (const entry of journalOf(words)) display.watch(entry);
        display.say(words);
        display.close();
        expect(harmIn(io.output.err.replace(new RegExp(`${ESC}\\[\\d+A${ESC}\\[0J`, 'g'), ''))).toBe(null);
      }
      const io = captureIo();
      const problem = { file: words, line: 1, col: 1, path: words, message: words };
      expect(formatProblem(problem)).not.toContain('\n');
      tellFailure(io, new InputError([problem]));
      tellFailure(io, new EnvironmentError(words, words));
      tellFailure(io, new Error(words));
      expect(harmIn(io.output.err)).toBe(null);
    }),
    { seed: SEED, numRuns: 150 },
  );
}, 120_000);
