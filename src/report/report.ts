import type { Calibration } from '../calibration/calibration.js';
import type { Explanation } from '../explain/explain.js';
import type { Forecast } from '../forecast/forecast.js';
import type { Verdict } from '../judge/judge.js';

export { calibrationSnippet } from './calibration-report.js';
export { explanationReport } from './explanation.js';
export { terminalForecast } from './forecast-report.js';
export { type TerminalOptions, terminalReport } from './terminal.js';

/** The forecast as JSON, in the form of schema/forecast.json, with a final newline. */
export function jsonForecast(forecast: Forecast): string {
  return `${JSON.stringify(forecast, null, 2)}\n`;
}

/** The calibration as JSON, in the form of schema/calibration.json, with a final newline. */
export function jsonCalibration(calibration: Calibration): string {
  return `${JSON.stringify(calibration, null, 2)}\n`;
}

/** A verdict in the form of schema/verdict.json, or an explanation in that of schema/explanation.json, with a final newline. */
export function jsonReport(told: Verdict | Explanation): string {
  return `${JSON.stringify(told, null, 2)}\n`;
}
