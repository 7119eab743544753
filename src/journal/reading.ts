import { InputError } from '../errors.js';
import { type Entry, JOURNAL_FORMAT } from './entries.js';
import { mismatch, SHAPES } from './shapes.js';

/**
 * Reads a journal back. A last line that a crash cut off is left out; whoever reads then finds no `end`.
 * @throws InputError naming `file` and the line of everything that is not an entry of this format.
 */
export function readJournal(text: string, file: string): Entry[] {
  const lines = text.split('\n');
  const problems: { line: number; message: string }[] = [];
  let begun = false;
  const entries = lines.flatMap((line, index): Entry[] => {
    if (line.trim() === '') return [];
    const value = parseLine(line);
    if (value === undefined && index === lines.length - 1) return [];
    const wrong = value === undefined ? notJson(index) : findMismatch(value, begun);
    begun ||= wrong === null;
    if (wrong === null) return [value as Entry];
    problems.push({ line: index + 1, message: wrong });
    return [];
  });
  const [first] = entries;
  if (problems[0]?.line !== 1 && first?.entry !== 'drill') {
    problems.unshift({
      line: 1,
      message: first === undefined ? noEntry(text) : 'a journal begins with its `drill` entry',
    });
  }
  if (problems.length === 0) return entries;
  // A file that is no journal is wrong in every line: its first says enough.
  const told = problems[0]?.line === 1 ? problems.slice(0, 1) : problems;
  throw new InputError(told.map((problem) => ({ file, col: 1, path: '', ...problem })));
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function noEntry(text: string): string {
  if (text.trim() === '') return 'the journal is empty; name a journal that `firedrill run` wrote';
  return 'the journal ends within its first line; take the journal as it was written';
}

function notJson(index: number): string {
  const remedy = index === 0 ? 'name a journal that `firedrill run` wrote' : 'take the journal as it was written';
  return `this line is not JSON; ${remedy}`;
}

/** Why `value` is not an entry here, as a sentence, or null; `begun`: there are entries before it. */
function findMismatch(value: unknown, begun: boolean): string | null {
  const stamped = mismatch(value, { entry: 'text', atMs: 'number', monoMs: 'number' }, '');
  if (stamped !== null) return stamped;
  const { entry, format } = value as { entry: string; format?: unknown };
  if (!Object.hasOwn(SHAPES, entry))
    return `there is no entry called \`${entry}\` in a journal of format ${JOURNAL_FORMAT}`;
  if (entry === 'drill' && format !== JOURNAL_FORMAT) {
    return `the journal has format ${JSON.stringify(format)}; this firedrill reads format ${JOURNAL_FORMAT}`;
  }
  // Judged as one, two drills would lend each other their samples.
  if (entry === 'drill' && begun)
    return 'a second drill begins here; keep the journal of each drill in a file of its own';
  return mismatch(value, SHAPES[entry as Entry['entry']], '');
}
