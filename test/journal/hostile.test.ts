import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { reopenJournal } from '../../src/cli/journal-file.js';
import { openSteps } from '../../src/drill/drill.js';
import { InputError } from '../../src/errors.js';
import { type Entry, readJournal } from '../../src/journal/journal.js';
import { captureIo, firedrill, SMALL } from '../cli/captured.js';
import { makeJournal } from '../judge/histories.js';

const entries = makeJournal({
  faults: [{ title: 'power-loss pangyo', atMs: 3000 }],
  objectives: [{ probe: 'write', measure: 'latency', quantile: 95, limitMs: 50, phase: 'during' }],
  probes: [{ name: 'write', everyMs: 500, tell: () => [0, 5] }],
  durationMs: 20_000,
});

function textWith(change: (drill: Extract<Entry, { entry: 'drill' }>) => object): string {
  const [drill, ...rest] = entries;
  if (drill?.entry !== 'drill') throw new Error('no drill');
  return [change(drill), ...rest].map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

function complaintOf(text: string): string {
  try {
    readJournal(text, 'journal');
    return 'none';
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

describe('a plan that no scenario gives', () => {
  test.each<[string, object, string]>([
    ['a date of the year 0', { begins: { date: '0000-01-01', ofDayMs: 0 } }, '`plan.begins.date` is not a date of'],
    ['a time of day after midnight', { begins: { date: null, ofDayMs: 86_400_000 } }, '`plan.begins.ofDayMs` is not'],
    [
      'a phase',
      { objectives: [{ ...entries, probe: 'write', measure: 'latency', quantile: 95, limitMs: 1, phase: 'x' }] },
      '`plan.objectives[0].phase` is not',
    ],
    ['needs', { services: [{ name: 'web', needs: 7 }] }, '`plan.services[0].build` is not a text'],
    ['runbooks', { runbooks: [{ atMs: 0 }] }, '`plan.runbooks[0].steps` is not a list'],
    ['references', { references: {} }, '`plan.references` is not a list'],
    ['a story of a thousand years', { durationMs: 1e14 }, '`plan.durationMs` is not a number of milliseconds'],
  ])('is refused by its name: %s', (_, plan, complaint) => {
    const text = textWith((drill) => ({ ...drill, plan: { ...drill.plan, ...plan } }));
    expect(complaintOf(text)).toContain(`journal:1:1: ${complaint}`);
  });

  test('an instant far from every story, and a share that is none, are refused', () => {
    const [first] = textWith((drill) => drill).split('\n');
    const jump = { atMs: 0, monoMs: 0, entry: 'jump', fromMs: -1e15, toMs: 0 };
    expect(complaintOf(`${first}\n${JSON.stringify(jump)}\n`)).toBe(
      'journal:2:1: `fromMs` is not a number of milliseconds',
    );
    const spans = { atMs: 0, monoMs: 0, entry: 'spans', probe: 'write', spans: [[0, 5, true, null, 2, -1, 2]] };
    expect(complaintOf(`${first}\n${JSON.stringify(spans)}\n`)).toBe('journal:2:1: `spans[0]` is not a span');
  });
});

describe('a journal with 130,000 bad lines', () => {
  const bad = `${textWith((drill) => drill)}${'{"atMs":0}\n'.repeat(130_000)}`;

  test('tells fifty of them and counts the rest, whoever reads it', async () => {
    const told = complaintOf(bad).split('\n');
    expect(told).toHaveLength(51);
    expect(told.at(-1)).toBe('and 129950 more problems; mend the first ones and check again');
    const io = captureIo();
    io.write('bad.jsonl', bad);
    for (const command of [
      ['judge', 'bad.jsonl'],
      ['explain', 'bad.jsonl'],
      ['compare', 'bad.jsonl', 'bad.jsonl'],
    ]) {
      io.output.err = '';
      const { code, err } = await firedrill(io, ...command);
      expect({ command, code, lines: err.split('\n').length }).toEqual({ command, code: 64, lines: 52 });
    }
  });
});

describe('a recovery reads only what curing needs', () => {
  const broken = textWith((drill) => ({
    ...drill,
    plan: {
      ...drill.plan,
      begins: 'whenever',
      services: drill.plan.services.map((service) => ({ ...service, environment: { A: null, B: { secret: 7 } } })),
    },
  })).replace('"entry":"begin"', '"entry":"noise"');

  test('from a journal whose other fields and lines are broken, without throwing', () => {
    const io = captureIo();
    io.write('broken', broken);
    expect(complaintOf(broken)).not.toBe('none');
    const { entries: read, journal } = reopenJournal(io, join(io.cwd, 'broken'));
    const [drill] = read;
    if (drill?.entry !== 'drill') throw new Error('the drill was not read');
    expect(openSteps(drill.plan, read).map(({ id }) => id)).toEqual(['f1.1']);
    journal.appendDurably({ atMs: -1, monoMs: 0, entry: 'warning', message: 'x' });
    expect(readFileSync(join(io.cwd, 'broken'), 'utf8').endsWith('"message":"x"}\n')).toBe(true);
  });

  test('and of one of which no plan can be read it takes nothing, without throwing', () => {
    const io = captureIo();
    for (const text of ['', 'x', '{}', '{"atMs":0,"monoMs":0,"entry":"drill","plan":{"faults":[{}]}}\n', '[1]\n']) {
      io.write('no', text);
      expect(reopenJournal(io, join(io.cwd, 'no')).entries).toEqual([]);
    }
  });
});

test('a journal that was changed is compared with none', async () => {
  const io = captureIo();
  io.write('small.yaml', SMALL);
  await firedrill(io, 'run', 'small.yaml', '--engine', 'sim', '--seed', '5', '--journal', 'whole.jsonl');
  const whole = readFileSync(join(io.cwd, 'whole.jsonl'), 'utf8');
  io.write('changed.jsonl', whole.replace('"state":"starting"', '"state":"failed"'));
  expect((await firedrill(io, 'compare', 'whole.jsonl', 'whole.jsonl')).code).toBe(0);
  expect((await firedrill(io, 'compare', 'whole.jsonl', 'changed.jsonl')).code).toBe(2);
  expect((await firedrill(io, 'judge', 'changed.jsonl')).out).toContain(
    '! this journal is not as it was written: line',
  );
});
