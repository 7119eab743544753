import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.js';
import { type Entry, readJournal } from '../../src/journal/journal.js';
import { judge } from '../../src/judge/judge.js';
import { downBetween, makeJournal } from './histories.js';

const entries = makeJournal({
  faults: [{ title: 'power-loss pangyo', atMs: 3000, curedMs: 6000 }],
  objectives: [{ probe: 'write', measure: 'recover', limitMs: 45_000 }],
  probes: [{ name: 'write', everyMs: 500, tell: downBetween([3000, 5000]) }],
  durationMs: 20_000,
});
const lines = entries.map((entry) => JSON.stringify(entry));
const text = `${lines.join('\n')}\n`;

function complaintOf(journal: string): string {
  try {
    readJournal(journal, 'drill.jsonl');
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return 'none';
}

describe('reading a journal', () => {
  test('what was written is read back', () => {
    expect(readJournal(text, 'drill.jsonl')).toEqual(entries);
  });

  test('a last line that a crash cut off is left out, and the verdict says that the journal ends abruptly', () => {
    const torn = text.slice(0, -20);
    expect(readJournal(torn, 'drill.jsonl')).toEqual(entries.slice(0, -1));
    const { outcome, notes } = judge(readJournal(torn, 'drill.jsonl'));
    expect({ outcome, notes }).toEqual({ outcome: 'unknown', notes: ['the journal ends abruptly'] });
  });

  test('an effect may say more than its instant, each of it in its own form', () => {
    const told = (extra: object) =>
      lines.map((line) => {
        const entry = JSON.parse(line) as Entry;
        if (entry.entry !== 'effect') return line;
        return JSON.stringify({ ...entry, effects: entry.effects.map((effect) => ({ ...effect, ...extra })) });
      });
    const good = { untouched: true, halted: { fromMs: 1, toMs: 2 }, ended: null, warning: 'sockets are left' };
    expect(complaintOf(told(good).join('\n'))).toBe('none');
    for (const bad of [{ halted: 3 }, { ended: { fromMs: 1, toMs: 2 } }, { untouched: 'no' }, { warning: 7 }]) {
      expect(complaintOf(told(bad).join('\n'))).toMatch(
        /`effects\[0\]\.(halted|ended|untouched|warning)[^ ]*` is not /,
      );
    }
  });

  test('a line in the middle that is not JSON is named by its number', () => {
    const broken = lines.with(2, '{"entry": oops').join('\n');
    expect(complaintOf(broken)).toBe('drill.jsonl:3:1: this line is not JSON; take the journal as it was written');
  });

  test('every broken line is named', () => {
    const broken = lines.with(1, '7').with(3, '{}').join('\n');
    expect(complaintOf(broken)).toBe(
      'drill.jsonl:2:1: the line is not an object\ndrill.jsonl:4:1: `entry` is not a text',
    );
  });

  test('an empty file, and one whose only line is torn, are no journals, and are told apart', () => {
    const empty = 'drill.jsonl:1:1: the journal is empty; name a journal that `firedrill run` wrote';
    expect(complaintOf('')).toBe(empty);
    expect(complaintOf('\n')).toBe(empty);
    expect(complaintOf((lines[0] ?? '').slice(0, 99))).toBe(
      'drill.jsonl:1:1: the journal ends within its first line; take the journal as it was written',
    );
  });

  test('a journal begins with its drill entry', () => {
    expect(complaintOf(lines.slice(1).join('\n'))).toBe('drill.jsonl:1:1: a journal begins with its `drill` entry');
  });

  test('two drills in one file are refused: judged as one, each would lend the other its samples', () => {
    expect(complaintOf(text + text)).toBe(
      `drill.jsonl:${lines.length + 1}:1: a second drill begins here; keep the journal of each drill in a file of its own`,
    );
  });

  test('a verb that nobody knows, and a number that no drill can have, are refused', () => {
    expect(complaintOf(text.replace('"verb":"power-off"', '"verb":"explode"'))).toBe(
      'drill.jsonl:1:1: `plan.faults[0].steps[0].action.verb` is not a verb',
    );
    const at = lines.findIndex((line) => line.includes('"samples"'));
    const endless = (lines[at] ?? '').replace('"everyMs":500', '"everyMs":1e300');
    expect(complaintOf(lines.with(at, endless).join('\n'))).toBe(
      `drill.jsonl:${at + 1}:1: \`everyMs\` is not a number of milliseconds above 0`,
    );
  });

  test('a file that is no journal is told so once, not for each line', () => {
    expect(complaintOf('name: x\nsites: {}\nprobes: {}\n')).toBe(
      'drill.jsonl:1:1: this line is not JSON; name a journal that `firedrill run` wrote',
    );
  });

  test('another format is refused by its number', () => {
    const newer = (lines[0] ?? '').replace('"format":1', '"format":2');
    expect(complaintOf(lines.with(0, newer).join('\n'))).toBe(
      'drill.jsonl:1:1: the journal has format 2; this firedrill reads format 1',
    );
  });

  test('what happened in a simulated world is read back, and no verdict depends on it', () => {
    const fault: Entry = {
      ...{ atMs: 3000, monoMs: 0, entry: 'event', id: 1, because: [] },
      ...{ subject: { kind: 'fault', name: 'f1' }, state: 'held' },
    };
    const dark: Entry = { ...fault, id: 2, subject: { kind: 'site', name: 'pangyo' }, state: 'dark', because: [1] };
    const told = entries.toSpliced(2, 0, fault, dark);
    const written = told.map((entry) => JSON.stringify(entry));
    expect(readJournal(written.join('\n'), 'drill.jsonl')).toEqual(told);
    expect(judge(told)).toEqual(judge(entries));
    expect(complaintOf(written.with(3, (written[3] ?? '').replace('[1]', '["f1"]')).join('\n'))).toBe(
      'drill.jsonl:4:1: `because[0]` is not a whole number',
    );
  });

  test('an entry of an unknown kind is refused rather than overlooked', () => {
    const odd = JSON.stringify({ atMs: 0, monoMs: 0, entry: 'toString' });
    expect(complaintOf(lines.with(1, odd).join('\n'))).toBe(
      'drill.jsonl:2:1: there is no entry called `toString` in a journal of format 1',
    );
  });

  test('a field on which the judge relies is named by its path', () => {
    const at = lines.findIndex((line) => line.includes('"samples"'));
    const broken = (lines[at] ?? '').replace('[[0,5],', '[[0,5],[0,null],');
    expect(complaintOf(lines.with(at, broken).join('\n'))).toBe(
      `drill.jsonl:${at + 1}:1: \`samples[1]\` is not a sample`,
    );
  });

  test('no damage to a journal makes its reader or its judge throw anything but an InputError', () => {
    const damage = fc.tuple(fc.nat(text.length - 1), fc.nat(40), fc.string({ maxLength: 8 }));
    fc.assert(
      fc.property(damage, ([at, length, instead]) => {
        const damaged = text.slice(0, at) + instead + text.slice(at + length);
        try {
          judge(readJournal(damaged, 'drill.jsonl'));
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
      { seed: 2, numRuns: 500 },
    );
  }, 60_000);

  test('no field of a journal that is replaced by null, a text or a list makes its judge throw anything else', () => {
    const values = ['null', '"x"', '[]', '{}', '-1'];
    for (const match of text.matchAll(/":("[^"]*"|-?\d+|true|false|null|\[\]|\{\})/g)) {
      for (const value of values) {
        const damaged = `${text.slice(0, match.index)}":${value}${text.slice(match.index + match[0].length)}`;
        try {
          judge(readJournal(damaged, 'drill.jsonl'));
        } catch (error) {
          expect(error, damaged.slice(match.index - 30, match.index + 30)).toBeInstanceOf(InputError);
        }
      }
    }
  }, 60_000);
});
