import type { Instant } from './faults.js';
import { inWords } from './finding.js';
import type { ProbeHistory } from './history.js';
import { describeUnseen, type Hole, type Unseen } from './holes.js';
import type { Sight } from './sight.js';
import { skippedBetween } from './skips.js';

/** How long after a fault an outage that nobody saw may have lasted, and why that is, as the end of a sentence. */
export interface Hidden {
  /** Infinity: it may have gone on when the next fault came, or when the drill ended. */
  readonly ms: number;
  /** Looks are missing that may have failed in there. */
  readonly isHole: boolean;
  readonly because: string;
}

/** A hole that is no longer than this is no more than a hiccup of a busy machine. */
const HICCUP_MS = 1000;

/**
 * Of a probe that never failed. Between two looks, and in a hiccup, hides what is no longer than the time between them; in a
 * longer hole may lie the whole of what the fault did, and that lasted from the fault to the end of the hole.
 */
export function hiddenAfter(history: ProbeHistory, { unseen }: Sight, held: Instant): Hidden {
  const isLong = (one: Unseen) => one.isHole && lengthOf(history, one) > HICCUP_MS;
  const last = unseen.at(-1);
  const reachOf = (one: Unseen) => {
    if (!isLong(one)) return lengthOf(history, one);
    return one === last ? Number.POSITIVE_INFINITY : one.toMs - held.lowMs;
  };
  const [worst] = unseen.toSorted((a, b) => reachOf(b) - reachOf(a));
  if (worst === undefined) return { ms: 0, isHole: false, because: '' };
  const ms = reachOf(worst);
  if (worst.isHole) return { ms, isHole: true, because: `; but ${describeUnseen(history, worst)}` };
  return {
    ms,
    isHole: false,
    because: `, but an outage of up to ${inWords(Math.ceil(ms / 10) * 10)} could hide between two looks; probe more often`,
  };
}

/**
 * The longest hole that reaches beyond `sinceMs` and in which an outage may hide that was longer than `limitMs`, as a sentence:
 * the hole is longer itself, or it was not over at `endMs`.
 */
export function holeBeyond(
  history: ProbeHistory,
  holes: readonly Hole[],
  { sinceMs, endMs }: { readonly sinceMs: number; readonly endMs: number },
  limitMs: number,
): string | null {
  const own = holes.filter(({ toMs }) => toMs > sinceMs).map((one) => ({ ...one, toMs: Math.min(one.toMs, endMs) }));
  const leastMs = ({ toMs }: Hole) => (toMs === endMs ? Math.min(HICCUP_MS, limitMs) : limitMs);
  const long = own.filter((one) => lengthOf(history, one) > leastMs(one));
  const [longest] = long.toSorted((a, b) => lengthOf(history, b) - lengthOf(history, a));
  return longest === undefined ? null : describeUnseen(history, longest);
}

function lengthOf({ skips }: ProbeHistory, { fromMs, toMs }: Pick<Hole, 'fromMs' | 'toMs'>): number {
  return toMs - fromMs - skippedBetween(skips, fromMs, toMs);
}
