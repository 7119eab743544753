import type { Entry } from '../journal/journal.js';
import type { Plan } from '../plan/plan.js';
import { columnOf, type Scale } from './scale.js';

/** One moment of the timetable on the strip's ruler. */
export interface Mark {
  readonly letter: string;
  readonly column: number;
  /** When it was due, on the story's clock. */
  readonly atMs: number;
  readonly title: string;
  readonly lateMs: number;
  /** How many of its steps did not take hold. */
  readonly errors: number;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The faults and cures of the story in the order of time, a letter each; the cures that close the drill are not in it. */
export function marksOf(entries: readonly Entry[], plan: Plan, scale: Scale): Mark[] {
  const effects = entries
    .filter((entry) => entry.entry === 'effect')
    .filter(({ dueMs }) => dueMs >= 0 && dueMs < plan.durationMs)
    .sort((a, b) => a.dueMs - b.dueMs);
  const moments = new Map<string, typeof effects>();
  for (const effect of effects) {
    const key = `${effect.dueMs} ${effect.title}`;
    moments.set(key, [...(moments.get(key) ?? []), effect]);
  }
  const taken = new Set(scale.skips.map(({ fromMs }) => columnOf(scale, fromMs)));
  return [...moments.values()].map((parts, index) => {
    const [{ dueMs, title }] = parts as [(typeof parts)[number]];
    let column = columnOf(scale, dueMs);
    // Two moments in one column stand side by side, so that neither hides the other.
    while (taken.has(column) && column < scale.columns - 1) column += 1;
    taken.add(column);
    return {
      letter: LETTERS[index] ?? '+',
      column,
      atMs: dueMs,
      title,
      lateMs: Math.max(...parts.map(({ lateMs }) => lateMs)),
      errors: parts.flatMap(({ effects: own }) => own).filter(({ error }) => error !== null).length,
    };
  });
}
