import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { InputError } from '../errors.js';
import { type Entry, readJournal } from '../journal/journal.js';
import { planDrill } from '../plan/plan.js';
import { type Io, LINE_TOO_LONG } from './io.js';
import { playSimulated } from './play-simulated.js';
import { openScenario, readBytes } from './scenario-file.js';
import { concealSecrets } from './secrets.js';

/** Far beyond the first line of any journal that could be told from a scenario. */
const MOST_BYTES = Number.MAX_SAFE_INTEGER;

/** Far more than an entry has, its plan included. */
const MOST_OF_LINE = 16 * 1024 * 1024;

/** The entries of a journal. @throws InputError when it cannot be read or is none. */
export async function openJournalEntries(io: Io, name: string): Promise<Entry[]> {
  const file = name === '-' ? 'standard input' : name;
  const read = () =>
    name === '-'
      ? io.readInput(MOST_BYTES, MOST_OF_LINE)
      : readBytes(resolve(io.cwd, name), name, MOST_BYTES, MOST_OF_LINE);
  const bytes = await read().catch((error) => {
    if (error.code !== LINE_TOO_LONG) throw error;
    const message = `a line has more than ${MOST_OF_LINE} bytes (16 MiB); take the journal as it was written`;
    throw new InputError([{ file, line: 0, col: 0, path: '', message }]);
  });
  const entries = readJournal(new TextDecoder().decode(bytes), file);
  for (const entry of entries) if (entry.entry === 'drill') concealSecrets(io, entry.plan);
  return entries;
}

/**
 * The entries of the journal that `name` is, or those of a simulation when it is a scenario or its folder. Standard input is a journal.
 * @throws InputError when it is neither.
 */
export async function entriesBehind(io: Io, name: string, seed: number): Promise<Entry[]> {
  if (name === '-' || (await isJournal(io, name))) return openJournalEntries(io, name);
  const { scenario } = await openScenario(io, name);
  return playSimulated(planDrill(scenario), seed);
}

/** Whether `name` is a journal. Told by its first line: that of a journal is an entry, and no scenario is one line of JSON. */
export async function isJournal(io: Io, name: string): Promise<boolean> {
  const path = resolve(io.cwd, name);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false) return false;
  const [line = ''] = new TextDecoder().decode(await readBytes(path, name)).split('\n', 1);
  return name.endsWith('.jsonl') || line.startsWith('{"');
}
