import type { Sample } from '../journal/journal.js';

/** So many looks before an instant tell how long an answer took then. */
const RECENT_LOOKS = 20;
/** A look hangs where it has waited so many times longer than they did at the median, and longer than this. */
const TIMES_SLOWER = 4;
const LEAST_MS = 500;

/**
 * The looks, in the order in which they were sent, that failed after an instant and were hanging already when it came: under way
 * for so long that what was well would have answered, and none that was sent after them had been good by then. Where no look was
 * good before, none can be told to hang.
 */
export function hangingAt(samples: readonly Sample[], atMs: number): Sample[] {
  const isPending = ({ ok, sentMs, endedMs }: Sample) => !ok && sentMs < atMs - LEAST_MS && endedMs >= atMs;
  const pending = samples.filter(isPending).sort((a, b) => a.sentMs - b.sentMs);
  if (pending.length === 0) return [];
  const good = samples.filter(({ ok, endedMs }) => ok && endedMs < atMs);
  const sinceMs = good.reduce((latest, { sentMs }) => Math.max(latest, sentMs), Number.NEGATIVE_INFINITY);
  const tookMs = good.slice(-RECENT_LOOKS).map(({ sentMs, endedMs }) => endedMs - sentMs);
  const medianMs = tookMs.sort((a, b) => a - b)[Math.floor(tookMs.length / 2)] ?? Number.POSITIVE_INFINITY;
  return pending.filter(({ sentMs }) => sentMs > sinceMs && atMs - sentMs > TIMES_SLOWER * medianMs);
}
