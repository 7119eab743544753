import type { Finding } from '../judge/judge.js';
import { formatDuration } from '../scenario/scenario.js';

/** From here on seconds are read as minutes and seconds. */
const MINUTES_FROM_S = 120;
/** And from here on as hours and minutes, where nothing was measured. */
const HOURS_FROM_S = 7200;

/** What of a finding its figure is written from. */
export type Measured = Pick<Finding, 'measure' | 'value' | 'low' | 'high' | 'unit' | 'censored'>;

/** What was measured, with its unit and its interval, never with more digits than the interval supports; `–` for nothing. */
export function formatMeasured(finding: Measured, samples: number): string {
  const { value, low, high, unit, censored } = finding;
  if (value === null) return '–';
  if (censored) return `> ${formatIn(unit, value, 1, Math.floor)}`;
  if (unit === '/s') return `${Math.floor(Number((value * 10).toFixed(6))) / 10} /s`;
  if (unit === '%') return finding.measure === 'budget' ? formatShare(value) : formatAvailability(value, samples);
  if (unit === 'ms') return formatMilliseconds(value);
  if (unit === 's' && high === null && low === value) return `${formatIn(unit, value, 0, Math.floor)} or more`;
  if (low === null || high === null) return formatIn(unit, value, 0, Math.round);
  const digits = digitsFor(high - low, value);
  const middle = formatIn(unit, value, digits, Math.round);
  return high - low < 0.001 ? middle : `${middle} (${formatRange(unit, low, high, digits)})`;
}

/** What an objective asks for: `≤ 45 s`, `≥ 99.9 %`; empty for a figure without one. */
export function formatLimit({ measure, limit, unit }: Pick<Finding, 'measure' | 'limit' | 'unit'>): string {
  if (limit === null) return '';
  if (measure === 'availability' || measure === 'goodput') return `≥ ${limit} ${unit}`;
  if (unit === 's') return `≤ ${formatDuration(limit * 1000)}`;
  return `≤ ${unit === 'ms' ? formatMilliseconds(limit) : `${limit} ${unit}`}`;
}

/** A latency with three significant digits. */
export function formatMilliseconds(ms: number): string {
  return ms < 1000 ? `${significant(ms, 3)} ms` : `${significant(ms / 1000, 3)} s`;
}

/** A simulated number with its unit: three significant digits, whole seconds from two minutes on, whole minutes from two hours. */
export function formatQuantity(unit: string, value: number): string {
  if (unit === 'ms') return formatMilliseconds(value);
  if (unit === '%') return `${Math.floor(Number((value * 1000).toFixed(3))) / 1000} %`;
  if (unit !== 's') return `${significant(value, 6)} ${unit}`;
  if (value >= HOURS_FROM_S) return formatDuration(Math.round(value / 60) * 60_000);
  if (value >= MINUTES_FROM_S) return formatDuration(Math.round(value) * 1000);
  return value > 0 && value < 1 ? formatMilliseconds(value * 1000) : `${significant(value, 3)} s`;
}

/** `2.25/40/41 ms`, the unit once where all have the same; `–` for none. */
export function formatQuantiles(values: readonly number[]): string {
  if (values.length === 0) return '–';
  const texts = values.map(formatMilliseconds);
  const unit = values.every((ms) => ms < 1000) ? ' ms' : values.every((ms) => ms >= 1000) ? ' s' : null;
  return unit === null ? texts.join('/') : texts.map((text) => text.replace(unit, '')).join('/') + unit;
}

/** The last digit is worth at most a fifth of the interval, and never less than the millisecond in which samples are timed. */
function digitsFor(width: number, value: number): number {
  if (width < 0.001) return value < 1 ? 3 : 2;
  return Math.max(0, Math.min(3, Math.ceil(-Math.log10(width / 5))));
}

function formatRange(unit: string, low: number, high: number, digits: number): string {
  const from = formatIn(unit, low, digits, Math.floor, high);
  const to = formatIn(unit, high, digits, Math.ceil);
  const [suffix] = /[^\d]+$/.exec(to) ?? [''];
  // `24.31 – 24.42 s`: the unit once, where both have it and nothing else.
  const isPlain = /^[\d.]+ \D+$/.test(from) && /^[\d.]+ \D+$/.test(to) && from.endsWith(suffix);
  return `${isPlain ? from.slice(0, -suffix.length) : from} – ${to}`;
}

/** In seconds, or in milliseconds below one (judged by `scale`), or in minutes from two of them on. */
function formatIn(
  unit: string,
  value: number,
  digits: number,
  round: (value: number) => number,
  scale: number = value,
): string {
  // Rounded to the nanosecond first: 0.3 must not become 0.299 by the way that it is stored.
  const cut = (number: number, at: number) => round(Number((number * 10 ** at).toFixed(6))) / 10 ** at;
  if (unit !== 's') return `${cut(value, digits)} ${unit}`;
  if (scale < 1 && scale > 0 && digits === 3) return `${cut(value * 1000, 0)} ms`;
  if (value < MINUTES_FROM_S) return `${cut(value, digits).toFixed(value === 0 ? 0 : digits)} s`;
  return formatDuration(cut(value, Math.min(1, digits)) * 1000);
}

/** Down, so that nothing looks better than it was, in steps no finer than one sample. */
function formatAvailability(value: number, samples: number): string {
  const digits = Math.max(0, Math.min(3, Math.ceil(Math.log10(Math.max(1, samples))) - 2));
  return `${Math.floor(Number((value * 10 ** digits).toFixed(6))) / 10 ** digits} %`;
}

function formatShare(value: number): string {
  return `${significant(value, value >= 100 ? 4 : value >= 10 ? 3 : 2)} %`;
}

function significant(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}
