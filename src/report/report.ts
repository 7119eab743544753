import type { Verdict } from '../judge/judge.js';

export { terminalReport } from './terminal.js';

/** The verdict as JSON, in the form of schema/verdict.json, with a final newline. */
export function jsonReport(verdict: Verdict): string {
  return `${JSON.stringify(verdict, null, 2)}\n`;
}
