import type { Entry } from '../journal/journal.js';
import { clockAt, type StoryTime } from '../scenario/scenario.js';

/** How a strip's columns stand for the story's time. */
export interface Scale {
  /** How much time one column stands for. */
  readonly columnMs: number;
  readonly columns: number;
  /** What the story jumped over, in the order of time: it takes no room. */
  readonly skips: readonly Skip[];
}

/** A part of the story, in story milliseconds. */
interface Skip {
  readonly fromMs: number;
  readonly toMs: number;
}

const SECOND_MS = 1000;
const STEPS_S = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 2.5, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600];
const HOURS_S = [2, 3, 6, 12, 24, 48, 96, 168].map((hours) => hours * 3600);
const NICE_MS = [...STEPS_S, ...HOURS_S].map((seconds) => seconds * SECOND_MS);

/** The finest scale with round columns that shows `storyMs` of a story, but for its jumps, in at most `room` columns. */
export function fitScale(storyMs: number, room: number, entries: readonly Entry[]): Scale {
  const skips = entries.filter((entry) => entry.entry === 'jump').sort((a, b) => a.fromMs - b.fromMs);
  const spanMs = playedMs(skips, storyMs);
  const columnMs = NICE_MS.find((ms) => spanMs / ms <= room) ?? Math.ceil(spanMs / room);
  return { columnMs, columns: Math.max(1, Math.ceil(spanMs / columnMs)), skips };
}

/** The column of an instant, which may lie outside of the strip. */
export function columnOf(scale: Scale, atMs: number): number {
  return Math.floor(playedMs(scale.skips, atMs) / scale.columnMs);
}

/** The first column that lies wholly after what ends at this instant. */
export function columnAfter(scale: Scale, endMs: number): number {
  return Math.ceil(playedMs(scale.skips, endMs) / scale.columnMs);
}

/** How much of the story was lived through until an instant. */
function playedMs(skips: readonly Skip[], atMs: number): number {
  return skips.reduce((left, { fromMs, toMs }) => left - Math.max(0, Math.min(atMs, toMs) - fromMs), atMs);
}

/** How long the story is that the strip shows, jumps and all. */
function storyMsOf({ columns, columnMs, skips }: Scale): number {
  return skips.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, columns * columnMs);
}

/** The story's round times as far apart as their names need, each with its column. */
export function ticksOf(scale: Scale, begins: StoryTime): { column: number; label: string }[] {
  // A date would fill the strip; the legend has it.
  const timeOfDay = { date: null, ofDayMs: begins.ofDayMs };
  const endMs = storyMsOf(scale);
  const isSkipped = (atMs: number) => scale.skips.some(({ fromMs, toMs }) => atMs > fromMs && atMs < toMs);
  const longest = Math.max(...[0, endMs].map((atMs) => clockAt(timeOfDay, Math.floor(atMs / 1000) * 1000).length));
  const stepMs = NICE_MS.find((ms) => ms >= SECOND_MS && ms % SECOND_MS === 0 && ms / scale.columnMs >= longest + 2);
  if (stepMs === undefined) return [];
  const firstMs = Math.ceil(begins.ofDayMs / stepMs) * stepMs - begins.ofDayMs;
  const count = Math.max(0, Math.ceil((endMs - firstMs) / stepMs));
  return Array.from({ length: count }, (_, index) => firstMs + index * stepMs)
    .filter((atMs) => !isSkipped(atMs))
    .map((atMs) => ({ column: columnOf(scale, atMs), label: clockAt(timeOfDay, atMs) }));
}
