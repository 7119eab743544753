import type { Phase } from './language.js';
import type { Spread } from './model.js';
import { parseDuration } from './time.js';

const PERCENT = String.raw`(\d{1,3}(?:\.\d{1,9})?)%`;

/** The form of what `parseShare` reads. */
export const sharePattern = new RegExp(`^${PERCENT}$`);
/** The form of what `parseRate` reads. */
export const ratePattern = /^(\d{1,6}(?:\.\d{1,3})?)(kbit|mbit|gbit)$/;
/** The form of what `parseWrites` reads. */
export const writesPattern = /^(\d{1,4}(?:\.\d{1,3})?)\/s$/;
/** The form of what `parseAvailability` reads. */
export const availabilityPattern = new RegExp(`^${PERCENT}(?: over ([0-9dhms]+))?$`);
/** The form of what `parseSpread` reads. */
export const spreadPattern = /^(\d[0-9dhms]*)(?:\.\.(\d[0-9dhms]*))?$/;
/** The form of what `parseRepair` reads. */
export const repairPattern = /^(\d{1,6}(?:\.\d{1,3})?)(GB|TB|PB) at (\d{1,6}(?:\.\d{1,3})?)(kB|MB|GB)\/s$/;
/** The form of what `parseLatency` reads. */
export const latencyPattern = /^p(50|95|99) *< *([0-9dhms]+)(?: +(before|during|after))?$/;
/** The form of what `parsePerSecond` reads. */
export const perSecondPattern = /^(\d{1,4}(?:\.\d{1,3})?)\/s$/;
/** The form of what `parseBytes` reads. */
export const bytesPattern = /^(\d{1,6})(kb|mb|gb)$/i;

/** `2%` as 0.02, at most 1; null when it is not a share. */
export function parseShare(text: string): number | null {
  const percent = percentOf(sharePattern.exec(text)?.[1]);
  return percent === null ? null : percent / 100;
}

/** `10mbit` in bits per second, more than 0; null when it is not a rate. */
export function parseRate(text: string): number | null {
  const match = ratePattern.exec(text);
  if (match === null) return null;
  const unit = { kbit: 1e3, mbit: 1e6, gbit: 1e9 }[match[2] as 'kbit' | 'mbit' | 'gbit'];
  const rate = Math.round(Number(match[1]) * unit);
  return rate > 0 ? rate : null;
}

/** `5m` in milliseconds, or `3m..9m`, the shorter first; null when it is neither. */
export function parseSpread(text: string): Spread | null {
  const [, from = '', to] = spreadPattern.exec(text) ?? [];
  const fromMs = parseDuration(from);
  if (to === undefined || fromMs === null) return fromMs;
  const toMs = parseDuration(to);
  return toMs === null || toMs < fromMs ? null : { fromMs, toMs };
}

/** `36TB at 250MB/s`, both more than 0 (units of thousands); null when it is not that. */
export function parseRepair(text: string): { bytes: number; bytesPerSecond: number } | null {
  const [, volume, unit = 'GB', rate, rateUnit = 'kB'] = repairPattern.exec(text) ?? [];
  const bytes = Number(volume) * BYTES[unit as keyof typeof BYTES];
  const bytesPerSecond = Number(rate) * BYTES[rateUnit as keyof typeof BYTES];
  return bytes > 0 && bytesPerSecond > 0 ? { bytes, bytesPerSecond } : null;
}

const BYTES = { kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, PB: 1e15 };

/** `200/s` as 200, more than 0 and at most 5000; null when it is not that many writes a second. */
export function parseWrites(text: string): number | null {
  const rate = Number(writesPattern.exec(text)?.[1] ?? Number.NaN);
  return rate > 0 && rate <= 5000 ? rate : null;
}

/** `99.9%`, or `99.9% over 30d`; null when it is neither. `windowMs` is null without a window. */
export function parseAvailability(text: string): { percent: number; windowMs: number | null } | null {
  const match = availabilityPattern.exec(text);
  const percent = percentOf(match?.[1]);
  if (match === null || percent === null || percent === 0) return null;
  if (match[2] === undefined) return { percent, windowMs: null };
  const windowMs = parseDuration(match[2]);
  return windowMs === null || windowMs === 0 ? null : { percent, windowMs };
}

/** `p95 < 200ms`, or `p95 < 200ms during`; null when it is neither. `phase` is null for the whole story. */
export function parseLatency(text: string): { quantile: 50 | 95 | 99; limitMs: number; phase: Phase | null } | null {
  const match = latencyPattern.exec(text);
  const limitMs = parseDuration(match?.[2] ?? '');
  if (match === null || limitMs === null || limitMs === 0) return null;
  return { quantile: Number(match[1]) as 50 | 95 | 99, limitMs, phase: (match[3] as Phase | undefined) ?? null };
}

/** `200/s` as 200, more than 0 and at most 1000; null when it is not a rate of looks. */
export function parsePerSecond(text: string): number | null {
  const perSecond = Number(perSecondPattern.exec(text)?.[1] ?? Number.NaN);
  return perSecond > 0 && perSecond <= 1000 ? perSecond : null;
}

/** `64mb` in bytes, at least 6 MB (an engine allows no less); null when it is not an amount of memory. */
export function parseBytes(text: string): number | null {
  const match = bytesPattern.exec(text);
  if (match === null) return null;
  const bytes =
    Number(match[1]) * { kb: 1 << 10, mb: 1 << 20, gb: 1 << 30 }[match[2]?.toLowerCase() as 'kb' | 'mb' | 'gb'];
  return bytes >= 6 << 20 ? bytes : null;
}

function percentOf(text: string | undefined): number | null {
  const percent = text === undefined ? Number.NaN : Number(text);
  return percent <= 100 ? percent : null;
}
