import type { Io } from './io.js';
import { openJournalEntries } from './journal-or-scenario.js';
import { checkOutputs, printVerdict, type ReportOptions } from './output.js';
import { judgeWithPrediction } from './prediction.js';

/** Judges a journal again and prints the reports; the exit code is the verdict's. */
export async function judgeJournal(io: Io, name: string, options: ReportOptions): Promise<number> {
  checkOutputs(io, name, options);
  const entries = await openJournalEntries(io, name);
  const verdict = await judgeWithPrediction(io, entries);
  await printVerdict(io, verdict, entries, options);
  return verdict.exitCode;
}
