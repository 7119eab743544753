import { clockAt, type StoryTime } from '../scenario/scenario.js';

/** How a strip's columns stand for the story's time. */
export interface Scale {
  /** How much time one column stands for. */
  readonly columnMs: number;
  readonly columns: number;
}

const SECOND_MS = 1000;
const STEPS_S = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 2.5, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600];
const HOURS_S = [2, 3, 6, 12, 24, 48, 96, 168].map((hours) => hours * 3600);
const NICE_MS = [...STEPS_S, ...HOURS_S].map((seconds) => seconds * SECOND_MS);

/** The finest scale with round columns that shows `spanMs` in at most `room` columns. */
export function fitScale(spanMs: number, room: number): Scale {
  const columnMs = NICE_MS.find((ms) => spanMs / ms <= room) ?? Math.ceil(spanMs / room);
  return { columnMs, columns: Math.max(1, Math.ceil(spanMs / columnMs)) };
}

/** The column of an instant, which may lie outside of the strip. */
export function columnOf(scale: Scale, atMs: number): number {
  return Math.floor(atMs / scale.columnMs);
}

/** The story's round times as far apart as their names need, each with its column. */
export function ticksOf(scale: Scale, begins: StoryTime): { column: number; label: string }[] {
  // A date would fill the strip; the legend has it.
  const timeOfDay = { date: null, ofDayMs: begins.ofDayMs };
  const endMs = scale.columns * scale.columnMs;
  const longest = Math.max(...[0, endMs].map((atMs) => clockAt(timeOfDay, Math.floor(atMs / 1000) * 1000).length));
  const stepMs = NICE_MS.find((ms) => ms >= SECOND_MS && ms % SECOND_MS === 0 && ms / scale.columnMs >= longest + 2);
  if (stepMs === undefined) return [];
  const firstMs = Math.ceil(begins.ofDayMs / stepMs) * stepMs - begins.ofDayMs;
  const count = Math.max(0, Math.ceil((endMs - firstMs) / stepMs));
  return Array.from({ length: count }, (_, index) => firstMs + index * stepMs).map((atMs) => ({
    column: columnOf(scale, atMs),
    label: clockAt(timeOfDay, atMs),
  }));
}
