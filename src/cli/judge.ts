import { resolve } from 'node:path';
import { readJournal } from '../journal/journal.js';
import { judge } from '../judge/judge.js';
import type { Io } from './io.js';
import { checkOutputs, printVerdict, type ReportOptions } from './output.js';
import { readBytes } from './scenario-file.js';
import { concealSecrets } from './secrets.js';

/** Judges a journal again and prints the reports; the exit code is the verdict's. */
export async function judgeJournal(io: Io, name: string, options: ReportOptions): Promise<number> {
  checkOutputs(io, name, options);
  const mostBytes = Number.MAX_SAFE_INTEGER;
  const bytes = name === '-' ? await io.readInput(mostBytes) : await readBytes(resolve(io.cwd, name), name, mostBytes);
  const entries = readJournal(new TextDecoder().decode(bytes), name === '-' ? 'standard input' : name);
  for (const entry of entries) if (entry.entry === 'drill') concealSecrets(io, entry.plan);
  const verdict = judge(entries);
  await printVerdict(io, verdict, entries, options);
  return verdict.exitCode;
}
