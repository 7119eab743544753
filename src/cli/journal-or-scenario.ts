import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Entry, readJournal } from '../journal/journal.js';
import { planDrill } from '../plan/plan.js';
import type { Io } from './io.js';
import { playSimulated } from './play-simulated.js';
import { openScenario, readBytes } from './scenario-file.js';
import { concealSecrets } from './secrets.js';

/** Far beyond the first line of any journal that could be told from a scenario. */
const MOST_BYTES = Number.MAX_SAFE_INTEGER;

/** The entries of a journal. @throws InputError when it cannot be read or is none. */
export async function openJournalEntries(io: Io, name: string): Promise<Entry[]> {
  const bytes =
    name === '-' ? await io.readInput(MOST_BYTES) : await readBytes(resolve(io.cwd, name), name, MOST_BYTES);
  const entries = readJournal(new TextDecoder().decode(bytes), name === '-' ? 'standard input' : name);
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
