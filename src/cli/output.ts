import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { EnvironmentError } from '../errors.js';
import type { Entry } from '../journal.js';
import type { Verdict } from '../judge/judge.js';
import { jsonReport, terminalReport } from '../report/report.js';
import type { Io } from './io.js';

/** Where reports go and how they look, as commander gives it. */
export interface ReportOptions {
  readonly json?: string;
  /** False with --no-color. */
  readonly color?: boolean;
}

/** The width of a report that goes into a file or a log. */
const LOG_COLUMNS = 100;

/** Prints the report, and the JSON where it was asked for; with `--json -` the JSON has standard output to itself. */
export async function printVerdict(
  io: Io,
  verdict: Verdict,
  entries: readonly Entry[],
  { json, color }: ReportOptions,
): Promise<void> {
  const columns = json === '-' ? io.errColumns : io.outColumns;
  const colour = isColourful(io, columns, color);
  const text = endLine(terminalReport(verdict, entries, { colour, width: columns ?? LOG_COLUMNS }));
  if (json === '-') io.err(text);
  else io.out(text);
  if (json === undefined) return;
  const document = endLine(jsonReport(verdict));
  if (json === '-') io.out(document);
  else writeFile(resolve(io.cwd, json), io.redact(document));
}

/** True when colours are wanted where this goes. */
export function isColourful(io: Io, columns: number | null, color = true): boolean {
  return color && columns !== null && !io.env.NO_COLOR && io.env.TERM !== 'dumb';
}

/** Makes the folder in which `path` is to be. @throws EnvironmentError when it cannot be made. */
export function prepareFolderOf(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    throw unwritable(path, error);
  }
}

function writeFile(path: string, text: string): void {
  prepareFolderOf(path);
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** What to say when `path` cannot be written. */
export function unwritable(path: string, error: unknown): EnvironmentError {
  const { code } = error as NodeJS.ErrnoException;
  return new EnvironmentError(
    `${path} cannot be written (${code})`,
    'Name a file in a folder that you may write to.',
    error,
  );
}

function endLine(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
