import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.js';
import { doubtsOf, type Entry, openJournal, readJournal } from '../../src/journal/journal.js';
import { judge, type Verdict } from '../../src/judge/judge.js';
import { recordJournals, sealedLines } from './recorded.js';

const SEED = 20_261_128;

let journals = new Map<string, Entry[]>();
beforeAll(async () => {
  journals = await recordJournals();
}, 120_000);

/** What is done to one line, or to two. */
type Damage = readonly [does: 'remove' | 'twice' | 'exchange', at: number, other: number];
const damage: fc.Arbitrary<Damage> = fc.tuple(
  fc.constantFrom('remove', 'twice', 'exchange'),
  fc.nat(1 << 20),
  fc.nat(1 << 20),
);

function damaged(lines: readonly string[], [does, at, other]: Damage): string[] {
  const index = 1 + (at % (lines.length - 1));
  if (does === 'remove') return lines.toSpliced(index, 1);
  const place = 1 + (other % (lines.length - 1));
  if (does === 'twice') return lines.toSpliced(place, 0, lines[index] ?? '');
  return lines.with(index, lines[place] ?? '').with(place, lines[index] ?? '');
}

/** The verdict of these lines; null: they are no journal. */
function verdictOf(lines: readonly string[]): Verdict | null {
  try {
    return judge(readJournal(`${lines.join('\n')}\n`, 'journal'));
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

/** What of a verdict is met: findings by what they are of, and the whole. */
function metIn({ findings, outcome, exitCode }: Verdict): Set<string> {
  const met = findings
    .filter((finding) => finding.outcome === 'met')
    .map(({ measure, probe, fault, unit, limit }) => `${measure} ${probe} ${fault} ${unit} ${limit}`);
  return new Set([...met, ...(outcome === 'met' || exitCode === 0 ? ['all'] : [])]);
}

/** What is met by the damaged journal and not by the whole one. */
function improvedBy(whole: readonly string[], lines: readonly string[]): string[] {
  const [before, after] = [verdictOf(whole), verdictOf(lines)];
  if (before === null) throw new Error('the whole journal cannot be read');
  return after === null ? [] : [...metIn(after)].filter((name) => !metIn(before).has(name));
}

const isSame = (one: readonly string[], other: readonly string[]) => one.join('\n') === other.join('\n');

describe('a journal as it was written', () => {
  test('has every kind of entry but those of a real engine, is read back whole, and leaves no doubt', () => {
    const kinds = new Set([...journals.values()].flat().map(({ entry }) => entry));
    expect([...kinds].sort()).toEqual(
      ['begin', 'drill', 'effect', 'end', 'event', 'intent', 'jump', 'ledger', 'loss', 'progress', 'proof'].concat(
        ...['ready', 'recall', 'runbook', 'samples', 'spans', 'steady', 'surge'],
      ),
    );
    for (const [name, entries] of journals) {
      expect(readJournal(`${sealedLines(entries).join('\n')}\n`, name), name).toEqual(entries);
      expect(doubtsOf(entries), name).toEqual([]);
      expect(judge(entries).outcome, name).not.toBe('met');
    }
  });
});

describe('evidence that is taken away, told twice or elsewhere never makes an outcome better', () => {
  test('where lines have their numbers and checksums, whatever kind they are of, and it is said', () => {
    fc.assert(
      fc.property(fc.nat(1 << 20), damage, (which, done) => {
        const [name, entries] = [...journals][which % journals.size] ?? ['', []];
        const whole = sealedLines(entries);
        const lines = damaged(whole, done);
        // A journal whose last line is missing ends abruptly, and has nothing else to show for it.
        if (isSame(whole, lines) || isSame(whole.slice(0, -1), lines)) return;
        expect(improvedBy(whole, lines), name).toEqual([]);
        const verdict = verdictOf(lines);
        expect(verdict?.outcome).not.toBe('met');
        expect(verdict === null || verdict.notes.some((note) => note.includes('is not as it was written'))).toBe(true);
      }),
      { seed: SEED, numRuns: 400 },
    );
  }, 120_000);

  test('where they have none, as far as entries follow each other by what they say', () => {
    const ordered = [
      'begin',
      'effect',
      'end',
      'intent',
      'ledger',
      'samples',
      'spans',
      'steady',
      'loss',
      'jump',
      'ready',
    ];
    fc.assert(
      fc.property(fc.nat(1 << 20), damage, (which, [does, at, other]) => {
        const [name, entries] = [...journals][which % journals.size] ?? ['', []];
        const whole = entries.map((entry) => JSON.stringify(entry));
        const indices = entries.flatMap(({ entry }, index) => (index > 0 && ordered.includes(entry) ? [index] : []));
        const pick = (draw: number) => (indices[draw % indices.length] ?? 1) - 1;
        const lines = damaged(whole, [does, pick(at), pick(other)]);
        expect(improvedBy(whole, lines), name).toEqual([]);
      }),
      { seed: SEED, numRuns: 800 },
    );
  }, 120_000);

  test('not even where every line of one kind is gone, or all that failed', () => {
    for (const [name, entries] of journals) {
      const whole = entries.map((entry) => JSON.stringify(entry));
      for (const kind of new Set(entries.map(({ entry }) => entry))) {
        if (kind === 'drill') continue;
        const rest = whole.filter((_, index) => entries[index]?.entry !== kind);
        // What is told of no span is told by no structure.
        if (['progress', 'event', 'proof', 'surge', 'runbook'].includes(kind)) continue;
        expect(improvedBy(whole, rest), `${name} without ${kind}`).toEqual([]);
      }
      const good = entries.map((entry) =>
        JSON.stringify(entry.entry === 'spans' ? { ...entry, spans: entry.spans.filter(([, , ok]) => ok) } : entry),
      );
      expect(improvedBy(whole, good), `${name} with good spans alone`).toEqual([]);
    }
  });
});

describe('a second end', () => {
  const completed: Entry = { atMs: 9, monoMs: 9, entry: 'end', why: 'completed', because: '', left: [] };

  test('does not make the first one forgotten, nor what it left', () => {
    const verdict = judge([...(journals.get('left') ?? []), completed]);
    expect(verdict).toMatchObject({ outcome: 'unknown', exitCode: 4 });
    expect(verdict.notes).toEqual(
      expect.arrayContaining(['the drill was interrupted: stopped by SIGINT', 'not restored: net-d1']),
    );
  });

  test('by who recovered the drill is where it ends: what was left is left no more, and it was interrupted all the same', () => {
    const recovered: Entry = {
      ...completed,
      ...{ atMs: -1, why: 'interrupted', because: 'stopped by SIGINT; it had left something, and x removed it' },
    };
    const verdict = judge([...(journals.get('left') ?? []), recovered]);
    expect(verdict).toMatchObject({ outcome: 'unknown', exitCode: 3 });
    expect(verdict.notes).toEqual([
      'the drill was interrupted: stopped by SIGINT; it had left something, and x removed it',
    ]);
  });
});

describe('what goes on in a journal that was there before', () => {
  test('follows on its last line, and has no number where that has none', () => {
    const lines = sealedLines(journals.get('left') ?? []);
    const warning: Entry = { atMs: -1, monoMs: 1, entry: 'warning', message: 'x' };
    const goOn = (last: string | undefined) => {
      const [, n, sum] = /"n":(\d+),"sum":"(\w+)"/.exec(last ?? '') ?? [];
      const link = n === undefined || sum === undefined ? null : { n: Number(n), sum };
      const more: string[] = [];
      openJournal({ write: (line) => void more.push(line.trimEnd()), sync() {} }, () => {}, {
        lastLink: () => link,
      }).append(warning);
      return more;
    };
    const whole = [...lines, ...goOn(lines.at(-1))];
    expect(readJournal(whole.join('\n'), 'journal').map(({ entry }) => entry)).not.toContain('doubt');
    expect(goOn('{}')).toEqual([JSON.stringify(warning)]);
  });

  test('a line that could not be written is none that the next one follows on', () => {
    const written: string[] = [];
    let isFull = false;
    const write = (line: string) => {
      if (isFull) throw new Error('no space left');
      written.push(line);
    };
    const journal = openJournal({ write, sync() {} });
    const entries = journals.get('left') ?? [];
    for (const [index, entry] of entries.entries()) {
      isFull = index === 3;
      try {
        journal.append(entry);
      } catch {
        // What is lost is lost.
      }
    }
    expect(readJournal(written.join(''), 'journal')).toEqual(entries.toSpliced(3, 1));
  });
});
