import type { StoryTime } from './language.js';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Ten years: longer than any drill and any window of an SLO. */
const LONGEST_MS = 3650 * DAY_MS;

const DURATION = String.raw`(?=\d)(?:\d{1,9}d)?(?:\d{1,9}h)?(?:\d{1,9}m)?(?:\d{1,9}s)?(?:\d{1,9}ms)?`;
const OF_DAY = String.raw`([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?`;
const DATE = String.raw`((?!0000)\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])`;

/** `500ms 30s 5m 2h 1d`, or several of them from the longest to the shortest: `1h30m`. */
export const durationPattern = new RegExp(`^${DURATION}$`);
/** `15:30`, `15:30:30`, `2022-10-15T15:30` or `2022-10-15 15:30:00`. */
export const storyTimePattern = new RegExp(`^(?:${DATE}[T ])?${OF_DAY}$`);
/** A story time, or `+10m`: so long after the beginning of the drill. */
export const instantPattern = new RegExp(`^(?:\\+${DURATION}|(?:${DATE}[T ])?${OF_DAY})$`);

/** A duration such as `1h30m` in milliseconds; null when it is not one or is longer than ten years. */
export function parseDuration(text: string): number | null {
  if (!durationPattern.test(text)) return null;
  const unitMs = { d: DAY_MS, h: HOUR_MS, m: MINUTE_MS, s: SECOND_MS, ms: 1 };
  let totalMs = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|[dhms])/g)) {
    totalMs += Number(count) * unitMs[unit as keyof typeof unitMs];
  }
  return totalMs <= LONGEST_MS ? totalMs : null;
}

/**
 * A duration for people: `80 ms`, `24.37 s`, `1 min 33.4 s`, `10 h 11 min 24 s`. Rounded to a hundredth of a second below a
 * minute, to a tenth below an hour, to a second above; hours are never folded into days.
 */
export function formatDuration(ms: number): string {
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (ms < SECOND_MS && ms > 0) return `${round(ms, ms < 10 ? 1 : 0)} ms`.replace(/^1000 ms$/, '1 s');
  const seconds = ms / SECOND_MS;
  const rounded = seconds < 59.995 ? round(seconds, 2) : round(seconds, seconds < 3599.95 ? 1 : 0);
  const hours = Math.floor(rounded / 3600);
  const minutes = Math.floor((rounded - hours * 3600) / 60);
  const rest = round(rounded - hours * 3600 - minutes * 60, 2);
  const parts = [hours > 0 && `${hours} h`, minutes > 0 && `${minutes} min`, rest > 0 && `${rest} s`];
  return parts.filter(Boolean).join(' ') || '0 s';
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}

/** A story time as the author writes it; null when it is not one, or its date does not exist. */
export function parseStoryTime(text: string): StoryTime | null {
  const match = storyTimePattern.exec(text);
  if (match === null) return null;
  const [, year, month, day, hours, minutes, seconds = '0'] = match;
  const ofDayMs = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Number(seconds) * SECOND_MS;
  if (year === undefined) return { date: null, ofDayMs };
  const date = `${year}-${month}-${day}`;
  return dateOf(dayOf(date)) === date ? { date, ofDayMs } : null;
}

/** What an instant of the document means: an offset from the beginning, or null with the reason as a sentence. */
export type Offset = { readonly atMs: number } | { readonly atMs: null; readonly because: string };

/**
 * How long after `begins` the instant `text` (matching `instantPattern`) is, in milliseconds, negative when it is before. A
 * bare time of day that would be before (or, when `afterBegins`, at) the beginning means the next day if that is at most
 * `latestMs` after the beginning.
 */
export function offsetOf(text: string, begins: StoryTime, latestMs: number, afterBegins = false): Offset {
  if (text.startsWith('+')) {
    const atMs = parseDuration(text.slice(1));
    return atMs === null ? { atMs, because: 'an offset is at most ten years' } : { atMs };
  }
  const time = parseStoryTime(text);
  if (time === null) return { atMs: null, because: `the date of ${text} does not exist` };
  if (time.date !== null) {
    if (begins.date === null)
      return { atMs: null, because: '`begins` has no date, so write a time of day without a date' };
    return { atMs: (dayOf(time.date) - dayOf(begins.date)) * DAY_MS + time.ofDayMs - begins.ofDayMs };
  }
  const atMs = time.ofDayMs - begins.ofDayMs;
  const isPast = afterBegins ? atMs <= 0 : atMs < 0;
  return { atMs: isPast && atMs + DAY_MS <= latestMs ? atMs + DAY_MS : atMs };
}

/**
 * The story's clock `atMs` after `begins`: `15:30:00`, with milliseconds only where there are any, with the date
 * (`2022-10-16 01:30:00`) where the story has one, else with the days that went by (`+1d 00:30:00`).
 */
export function clockAt(begins: StoryTime, atMs: number): string {
  const totalMs = begins.ofDayMs + Math.round(atMs);
  const days = Math.floor(totalMs / DAY_MS);
  const ofDayMs = totalMs - days * DAY_MS;
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const clock = `${two(ofDayMs / HOUR_MS)}:${two((ofDayMs / MINUTE_MS) % 60)}:${two((ofDayMs / SECOND_MS) % 60)}`;
  const fraction = ofDayMs % SECOND_MS === 0 ? '' : `.${String(ofDayMs % SECOND_MS).padStart(3, '0')}`;
  if (begins.date !== null) return `${dateOf(dayOf(begins.date) + days)} ${clock}${fraction}`;
  return `${days === 0 ? '' : `${days > 0 ? '+' : ''}${days}d `}${clock}${fraction}`;
}

/** Days since 0000-03-01 of the Gregorian calendar: years that begin in March have their leap day at the end. */
function dayOf(date: string): number {
  return dayOfDate(...(date.split('-').map(Number) as [number, number, number]));
}

function dayOfDate(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const leaps = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leaps + daysBefore((month + 9) % 12) + day - 1;
}

function dateOf(days: number): string {
  let marchYear = Math.floor(days / 365.2425);
  const first = (year: number) => dayOfDate(year, 3, 1);
  while (first(marchYear) > days) marchYear--;
  while (first(marchYear + 1) <= days) marchYear++;
  const ofYear = days - first(marchYear);
  let marchMonth = 11;
  while (daysBefore(marchMonth) > ofYear) marchMonth--;
  const month = ((marchMonth + 2) % 12) + 1;
  const year = month > 2 ? marchYear : marchYear + 1;
  const pad = (value: number, length: number) => String(value).padStart(length, '0');
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(ofYear - daysBefore(marchMonth) + 1, 2)}`;
}

/** Days of the year before the month that many months after March: 0, 31, 61, 92, … */
function daysBefore(marchMonth: number): number {
  return Math.floor((153 * marchMonth + 2) / 5);
}
