import { InputError } from '../errors.js';
import { describeBreaks, readSeal } from './chain.js';
import { type Entry, JOURNAL_FORMAT } from './entries.js';
import type { Mismatch } from './form.js';
import { CURING, SHAPES, STAMP } from './shapes.js';

interface Line {
  /** Counted from 1. */
  readonly at: number;
  readonly line: string;
}

/**
 * Reads a journal back. A last line that a crash cut off is left out; whoever reads then finds no `end`. Where the lines are not all
 * there, or not as they were written, a `doubt` follows on the first.
 * @throws InputError naming `file` and the line of everything that is not an entry of this format.
 */
export function readJournal(text: string, file: string): Entry[] {
  const lines = linesOf(text);
  const problems: { line: number; message: string }[] = [];
  let begun = false;
  const kept: Line[] = [];
  const entries = lines.flatMap((one, index): Entry[] => {
    const value = parseLine(one.line);
    if (value === undefined && index === lines.length - 1 && !text.endsWith('\n')) return [];
    kept.push(one);
    const wrong = value === undefined ? notJson(one.at) : findMismatch(value, begun);
    begun ||= wrong === null;
    if (wrong === null) return [value as Entry];
    problems.push({ line: one.at, message: wrong });
    return [];
  });
  const [first, ...rest] = entries;
  if (problems[0]?.line !== 1 && first?.entry !== 'drill') {
    problems.unshift({
      line: 1,
      message: first === undefined ? noEntry(text) : 'a journal begins with its `drill` entry',
    });
  }
  if (problems.length === 0 && first !== undefined) {
    const breaks = describeBreaks(kept);
    return breaks === null ? entries : [first, { atMs: -1, monoMs: 0, entry: 'doubt', message: breaks }, ...rest];
  }
  // A file that is no journal is wrong in every line: its first says enough.
  const told = problems[0]?.line === 1 ? problems.slice(0, 1) : problems;
  throw new InputError(told.map((problem) => ({ file, col: 1, path: '', ...problem })));
}

/**
 * Of a journal of which only parts may be right, what the cures of an abandoned drill need: its drill, what was intended and what came
 * of it. What else is in it is not looked at; nothing where no drill can be read. Never throws.
 */
export function salvageJournal(text: string): Entry[] {
  const entries = linesOf(text).flatMap(({ line }): Entry[] => {
    const value = parseLine(line);
    if (STAMP(value) !== null) return [];
    const { entry } = value as Entry;
    const form = Object.hasOwn(CURING, entry) ? CURING[entry] : undefined;
    return form === undefined || form(value) !== null ? [] : [value as Entry];
  });
  const [first] = entries;
  return first?.entry === 'drill' ? entries.filter((entry, index) => index === 0 || entry.entry !== 'drill') : [];
}

function linesOf(text: string): Line[] {
  return text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [{ at: index + 1, line }]));
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(readSeal(line)?.json ?? line);
  } catch {
    return undefined;
  }
}

function noEntry(text: string): string {
  if (text.trim() === '') return 'the journal is empty; name a journal that `firedrill run` wrote';
  return 'the journal ends within its first line; take the journal as it was written';
}

function notJson(at: number): string {
  const remedy = at === 1 ? 'name a journal that `firedrill run` wrote' : 'take the journal as it was written';
  return `this line is not JSON; ${remedy}`;
}

/** Why `value` is not an entry here, as a sentence, or null; `begun`: there are entries before it. */
function findMismatch(value: unknown, begun: boolean): string | null {
  const stamped = STAMP(value);
  if (stamped !== null) return inWords(stamped);
  const { entry, format } = value as { entry: string; format?: unknown };
  if (!Object.hasOwn(SHAPES, entry)) {
    return `there is no entry called \`${entry.slice(0, 40)}\` in a journal of format ${JOURNAL_FORMAT}`;
  }
  if (entry === 'drill' && format !== JOURNAL_FORMAT) {
    return `the journal has format ${JSON.stringify(format)?.slice(0, 40)}; this firedrill reads format ${JOURNAL_FORMAT}`;
  }
  // Judged as one, two drills would lend each other their samples.
  if (entry === 'drill' && begun)
    return 'a second drill begins here; keep the journal of each drill in a file of its own';
  const found = SHAPES[entry as Entry['entry']](value);
  return found === null ? null : inWords(found);
}

function inWords({ path, expected }: Mismatch): string {
  return `${path === '' ? 'the line' : `\`${path}\``} is not ${expected}`;
}
