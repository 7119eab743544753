import { randomInt } from 'node:crypto';
import { InputError } from '../errors.js';
import { type Explanation, explain } from '../explain/explain.js';
import type { Entry } from '../journal/journal.js';
import { exitCodes } from '../judge/judge.js';
import { explanationReport, jsonReport, type TerminalOptions } from '../report/report.js';
import type { Io } from './io.js';
import { entriesBehind } from './journal-or-scenario.js';
import { checkOutputs, printReport, type ReportOptions } from './output.js';

/** The options of `explain`, as commander gives them. */
export interface ExplainOptions extends ReportOptions {
  readonly probe?: string;
  readonly seed?: number;
}

/**
 * Prints why each probe was away for as long as it was, of a journal or of a simulation of a scenario. The exit code is 0 when that
 * is known of each one that is told, else 2.
 */
export async function explainRecoveries(io: Io, name: string, options: ExplainOptions): Promise<number> {
  checkOutputs(io, name, options);
  const entries = await entriesBehind(io, name, options.seed ?? randomInt(2 ** 32));
  const explanation = only(explain(entries), entries, options.probe);
  const drill = entries[0] as Extract<Entry, { entry: 'drill' }>;
  const terminal = (look: TerminalOptions) => explanationReport(explanation, drill.plan.begins, look);
  printReport(io, { terminal, json: jsonReport(explanation) }, options);
  const known = explanation.recoveries.every(({ came }) => came !== 'unknown');
  return known && explanation.recoveries.length > 0 ? exitCodes.met.code : exitCodes.unknown.code;
}

/** The recoveries of one probe, or of all that one `{site}` made. @throws InputError when there is no such probe. */
function only(explanation: Explanation, entries: readonly Entry[], wanted: string | undefined): Explanation {
  if (wanted === undefined) return explanation;
  const probes = entries[0]?.entry === 'drill' ? entries[0].plan.probes : [];
  const own = probes.filter(({ name, family }) => name === wanted || family === wanted).map(({ name }) => name);
  if (own.length === 0) {
    const names = probes.map(({ name }) => name).join(', ');
    const message = `there is no probe \`${wanted}\` in this drill; write one of: ${names}`;
    throw new InputError([{ file: 'command line', line: 0, col: 0, path: '--probe', message }]);
  }
  return { ...explanation, recoveries: explanation.recoveries.filter(({ probe }) => own.includes(probe)) };
}
