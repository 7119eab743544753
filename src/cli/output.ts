import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { EnvironmentError, InputError } from '../errors.js';
import type { Entry } from '../journal/journal.js';
import type { Verdict } from '../judge/judge.js';
import { jsonReport, type TerminalOptions, terminalReport } from '../report/report.js';
import type { Io } from './io.js';

/** Where reports go and how they look, as commander gives it. */
export interface ReportOptions {
  readonly json?: string;
  /** `-`: the journal has standard output, so that the report goes to standard error. */
  readonly journal?: string;
  /** False with --no-color. */
  readonly color?: boolean;
}

/** The width of a report that goes into a file or a log. */
const LOG_COLUMNS = 100;
const LEAST_COLUMNS = 10;

/** Prints a verdict's report, and its JSON where it was asked for. */
export async function printVerdict(
  io: Io,
  verdict: Verdict,
  entries: readonly Entry[],
  options: ReportOptions,
): Promise<void> {
  const terminal = (look: TerminalOptions) => terminalReport(verdict, entries, look);
  printReport(io, { terminal, json: jsonReport(verdict) }, options);
}

/** A report in both of its forms. */
export interface Report {
  terminal(look: TerminalOptions): string;
  readonly json: string;
}

/** Prints a report, and its JSON where it was asked for; what `-` sends to standard output has it to itself. */
export function printReport(io: Io, report: Report, { json, journal, color }: ReportOptions): void {
  const isTaken = json === '-' || journal === '-';
  const columns = isTaken ? io.errColumns : io.outColumns;
  const colour = isColourful(io, columns, color);
  // What is no width of a terminal is that of most.
  const width = columns === null ? LOG_COLUMNS : columns < LEAST_COLUMNS ? 80 : columns;
  const text = endLine(report.terminal({ colour, width }));
  if (isTaken) io.err(text);
  else io.out(text);
  if (json === undefined) return;
  const document = endLine(report.json);
  if (json === '-') io.out(document);
  else writeFile(resolve(io.cwd, json), io.redact(document));
}

/** True when colours are wanted where this goes. */
export function isColourful(io: Io, columns: number | null, color = true): boolean {
  return color && columns !== null && !io.env.NO_COLOR && io.env.TERM !== 'dumb';
}

/**
 * Makes sure before anything else is done that what was asked for can be written, and that none of it takes the place of
 * another or of `input`, the file that is read; files are left as they are.
 * @throws InputError when two of them are one. @throws EnvironmentError when the JSON cannot be written.
 */
export function checkOutputs(io: Io, input: string, { json, journal }: ReportOptions): void {
  const refuse = (message: string) => {
    throw new InputError([{ file: 'command line', line: 0, col: 0, path: '', message }]);
  };
  const isSame = (one?: string, other?: string) =>
    one !== undefined && other !== undefined && resolve(io.cwd, one) === resolve(io.cwd, other);
  if (json === '-' && journal === '-') {
    refuse('--json - and --journal - both want standard output; name a file for one of them');
  }
  if (isSame(json, journal)) refuse(`--json and --journal both name ${json}; name another file for one of them`);
  if (input !== '-' && isSame(json, input)) refuse(`--json would take the place of ${input}; name another file`);
  if (input !== '-' && isSame(journal, input)) refuse(`--journal would take the place of ${input}; name another file`);
  if (json !== undefined && json !== '-') checkWritable(resolve(io.cwd, json));
}

function checkWritable(path: string): void {
  prepareFolderOf(path);
  const isNew = !existsSync(path);
  try {
    closeSync(openSync(path, 'a'));
    if (isNew) rmSync(path);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Makes the folder in which `path` is to be. @throws EnvironmentError when it cannot be made. */
export function prepareFolderOf(path: string): void {
  try {
    makeFolder(dirname(path));
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** By hand: asked for all of them at once, Node never comes back from a place that only seems to hold folders, as /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another drill may have made it meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function writeFile(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw unwritable(path, error);
  }
}

const NO_ROOM = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** What to say when `path` cannot be written. */
export function unwritable(path: string, error: unknown): EnvironmentError {
  const { code = '' } = error as NodeJS.ErrnoException;
  const remedy = NO_ROOM.includes(code)
    ? 'Make room, or name a file in a place with room.'
    : 'Name a file in a folder that you may write to.';
  return new EnvironmentError(`${path} cannot be written (${code})`, remedy, error);
}

function endLine(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
