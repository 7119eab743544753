import { clockAt } from '../scenario/scenario.js';
import { inWords } from './finding.js';
import type { ProbeHistory } from './history.js';
import { follows, isInTurn, placeOf } from './schedule.js';
import { skippedBetween } from './skips.js';

/** A part of the story in which looks were due that nobody made, or that tell nothing: between the places of two looks. */
export interface Hole {
  readonly fromMs: number;
  readonly toMs: number;
  /** How many looks were due in it. */
  readonly looks: number;
}

/** The holes of a probe's looks from the story's beginning to its end, in the order of time; spans have none. */
export function holesOf({ probe, plan, spans, skips, samples }: ProbeHistory): Hole[] {
  if (spans !== null) return [];
  const { everyMs } = probe;
  const holes: Hole[] = [];
  let fromMs = 0;
  for (const toMs of [...samples.flatMap((one) => (isInTurn(one, everyMs) ? [one.dueMs] : [])), plan.durationMs]) {
    if (toMs > fromMs && !follows(fromMs, toMs, { everyMs, skips })) {
      const looks = Math.round((toMs - fromMs - skippedBetween(skips, fromMs, toMs)) / everyMs) - 1;
      holes.push({ fromMs, toMs, looks: Math.max(1, looks) });
    }
    fromMs = Math.max(fromMs, toMs);
  }
  return holes;
}

/** How many of the looks that are missing were due from `fromMs` on and before `toMs`. */
export function missingIn(holes: readonly Hole[], fromMs: number, toMs: number): number {
  return holes.reduce((sum, hole) => {
    const stepMs = (hole.toMs - hole.fromMs) / (hole.looks + 1);
    const first = Math.max(1, Math.ceil((fromMs - hole.fromMs) / stepMs));
    const last = Math.min(hole.looks, Math.ceil((toMs - hole.fromMs) / stepMs) - 1);
    return sum + Math.max(0, last - first + 1);
  }, 0);
}

/** What looks that were made one after another leave unseen. */
export interface Unseen {
  /** An outage may have begun no earlier and was over by the end. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Looks were due in there; otherwise it is what lies between two looks in their turn. */
  readonly isHole: boolean;
}

/**
 * Everything that no good look rules out, from `sinceMs` on and before `untilMs`, in the order of time. A good look says that it
 * could be served at some instant between its sending and its end: an outage hides where none begins and ends within it.
 */
export function unseenIn({ probe, skips, samples }: ProbeHistory, sinceMs: number, untilMs: number): Unseen[] {
  const { everyMs } = probe;
  const good = samples.filter(({ ok }) => ok).sort((a, b) => a.sentMs - b.sentMs);
  const unseen: Unseen[] = [];
  // From the end: a look that hung rules out less than one that was sent after it and answered sooner.
  let endMs = untilMs;
  let next = untilMs;
  for (let at = good.length - 1; at >= -1; at -= 1) {
    const look = good[at];
    const fromMs = Math.max(look?.sentMs ?? 0, sinceMs);
    if (endMs > fromMs) {
      const place = look === undefined ? 0 : placeOf(look, everyMs);
      const isHole = !follows(place, next, { everyMs, skips });
      unseen.push({ fromMs, toMs: Math.min(endMs, untilMs), isHole });
    }
    if (look === undefined || look.sentMs < sinceMs) break;
    endMs = Math.min(endMs, look.endedMs);
    next = Math.min(next, placeOf(look, everyMs));
  }
  return unseen.reverse();
}

/** `nobody looked for 2.1 s from 15:31:09.900 on`. */
export function describeUnseen({ plan, skips }: ProbeHistory, { fromMs, toMs }: Pick<Hole, 'fromMs' | 'toMs'>): string {
  const lengthMs = toMs - fromMs - skippedBetween(skips, fromMs, toMs);
  return `nobody looked for ${inWords(lengthMs)} from ${clockAt(plan.begins, Math.round(fromMs))} on`;
}

/** What of a probe is missing in a journal that says to know all that it would have seen, as a sentence; null: nothing is. */
export function describeGap(history: ProbeHistory, endMs: number): string | null {
  const { spans } = history;
  if (spans === null) return null;
  let atMs = 0;
  for (const [fromMs, toMs] of spans) {
    if (fromMs > atMs) return describeUnseen(history, { fromMs: atMs, toMs: fromMs });
    atMs = Math.max(atMs, toMs);
  }
  return endMs > atMs ? describeUnseen(history, { fromMs: atMs, toMs: endMs }) : null;
}
