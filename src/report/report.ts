import type { Calibration } from '../calibration/calibration.js';
import type { Comparison } from '../comparison/comparison.js';
import type { Explanation } from '../explain/explain.js';
import type { Forecast } from '../forecast/forecast.js';
import type { Verdict } from '../judge/judge.js';
import { printed } from '../printable.js';
import type { WhatIf } from '../what-if/what-if.js';

export { calibrationSnippet } from './calibration-report.js';
export { terminalComparison } from './comparison-report.js';
export { explanationReport } from './explanation.js';
export { terminalForecast } from './forecast-report.js';
export { type TerminalOptions, terminalReport } from './terminal.js';
export { terminalWhatIf } from './what-if-report.js';

/** The calibration as JSON, in the form of schema/calibration.json, with a final newline. */
export function jsonCalibration(calibration: Calibration): string {
  return printed(`${JSON.stringify(calibration, null, 2)}\n`);
}

/**
 * A verdict, an explanation, a forecast, a comparison or what changes would have done, in the form of schema/verdict.json,
 * explanation.json, forecast.json, comparison.json or what-if.json, with a final newline.
 */
export function jsonReport(told: Verdict | Explanation | Forecast | Comparison | WhatIf): string {
  return printed(`${JSON.stringify(told, null, 2)}\n`);
}
