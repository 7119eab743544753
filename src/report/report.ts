import type { Forecast } from '../forecast/forecast.js';
import type { Verdict } from '../judge/judge.js';

export { terminalForecast } from './forecast-report.js';
export { type TerminalOptions, terminalReport } from './terminal.js';

/** The forecast as JSON, in the form of schema/forecast.json, with a final newline. */
export function jsonForecast(forecast: Forecast): string {
  return `${JSON.stringify(forecast, null, 2)}\n`;
}

/** The verdict as JSON, in the form of schema/verdict.json, with a final newline. */
export function jsonReport(verdict: Verdict): string {
  return `${JSON.stringify(verdict, null, 2)}\n`;
}
