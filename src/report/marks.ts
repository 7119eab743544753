import type { Entry } from '../journal/journal.js';
import type { Plan } from '../plan/plan.js';
import { remarksOf } from './remarks.js';
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
  /** What is known of it beside its instant, a line each. */
  readonly remarks: readonly string[];
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The faults and cures of the story in the order of time, a letter each; the cures that close the drill are not in it. */
export function marksOf(entries: readonly Entry[], plan: Plan, scale: Scale): Mark[] {
  const moments = new Map<string, Extract<Entry, { entry: 'effect' }>[]>();
  const told = entries
    .filter((entry) => entry.entry === 'effect')
    .filter(({ dueMs }) => dueMs >= 0 && dueMs < plan.durationMs)
    .sort((a, b) => a.dueMs - b.dueMs);
  for (const effect of told) {
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
    const effects = parts.flatMap((part) => part.effects);
    return {
      letter: LETTERS[index] ?? '+',
      column,
      atMs: dueMs,
      title,
      lateMs: Math.max(...parts.map(({ lateMs }) => lateMs)),
      errors: effects.filter(({ error }) => error !== null).length,
      remarks: remarksOf(effects, plan),
    };
  });
}
