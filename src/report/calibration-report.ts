import type { Calibration, Figure } from '../calibration/calibration.js';
import { cleaned } from '../printable.js';
import { formatDuration } from '../scenario/scenario.js';

/**
 * What was measured as a piece of a scenario to paste: below each service its `model:` with the keys that drills measured, and above
 * it how often and how far apart. It is a scenario's text as it is, with a final newline.
 */
export function calibrationSnippet(calibration: Calibration): string {
  const { scenario, engines, drills, figures } = cleaned(calibration);
  const count = `${drills.length} drill${drills.length === 1 ? '' : 's'}`;
  const head = `# measured: ${count} of "${scenario}" on ${engines.join(', ')} (${drills.join(', ')})`;
  if (figures.length === 0) return `${head}\n# nothing in it tells how long a boot, a notice or a takeover takes\n`;
  const services = [...new Set(figures.map(({ service }) => service))];
  const lines = services.flatMap((service) => serviceLines(service, figures));
  return `${[head, '# each model goes to its service; keys that are not here stay as they are', 'services:', ...lines].join('\n')}\n`;
}

function serviceLines(service: string, figures: readonly Figure[]): string[] {
  const own = figures.filter((figure) => figure.service === service);
  const widest = Math.max(...own.map(({ key }) => key.length));
  const comments = own.map(({ key, n, median, least, most, within }) => {
    const spread = n === 1 ? '' : `, from ${inWords(least)} to ${inWords(most)}`;
    return `    # ${`${key}:`.padEnd(widest + 1)} n ${n}, median ${inWords(median)}${spread}, each within ${inWords(within)}`;
  });
  const keys = own.map(({ key, suggested }) => `${key}: ${written(suggested)}`);
  return [`  ${service}:`, ...comments, `    model: { ${keys.join(', ')} }`];
}

function written(suggested: Figure['suggested']): string {
  if ('fixed' in suggested) return writeDuration(suggested.fixed);
  return `{ p50: ${writeDuration(suggested.p50)}, p95: ${writeDuration(suggested.p95)} }`;
}

function inWords(seconds: number): string {
  return formatDuration(seconds * 1000);
}

/** As the scenario language has it: `2s850ms`. */
function writeDuration(seconds: number): string {
  let restMs = Math.round(seconds * 1000);
  const parts = [];
  for (const [unit, unitMs] of [
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
    ['ms', 1],
  ] as const) {
    const whole = Math.floor(restMs / unitMs);
    restMs -= whole * unitMs;
    if (whole > 0) parts.push(`${whole}${unit}`);
  }
  return parts.join('') || '0s';
}
