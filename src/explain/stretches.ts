import type { Stretch } from './explanation.js';

/** A stretch as it was found: story milliseconds, and perhaps reaching over the ends of the recovery. */
export interface Found {
  readonly fromMs: number;
  readonly toMs: number;
  readonly what: string;
  readonly why: readonly string[];
  readonly looks?: string | null;
}

const MICROSECONDS = 1000;

/**
 * Cuts what was found, in the order of time, to a recovery that began at `heldMs` and took `value` seconds, so that it adds up
 * to it: what nothing tells of becomes a stretch that says so, and neighbours that say the same become one.
 */
export function fitStretches(
  found: readonly Found[],
  heldMs: number,
  value: number,
  skips: readonly { readonly fromMs: number; readonly toMs: number }[] = [],
): Stretch[] {
  const end = Math.round(value * 1000 * MICROSECONDS);
  const offsetOf = (ms: number) => Math.min(end, Math.max(0, Math.round((ms - heldMs) * MICROSECONDS)));
  const parts: { from: number; to: number; found: Omit<Found, 'fromMs' | 'toMs'> }[] = [];
  let at = 0;
  const add = (to: number, part: Omit<Found, 'fromMs' | 'toMs'>) => {
    const last = parts.at(-1);
    if (last?.found.what === part.what && last.found.why.join() === part.why.join()) last.to = to;
    else parts.push({ from: at, to, found: part });
    at = to;
  };
  for (const { fromMs, toMs, ...part } of found) {
    const [from, to] = [offsetOf(fromMs), offsetOf(toMs)];
    if (from > at) add(from, UNTOLD);
    if (to > at) add(to, part);
  }
  if (end > at) add(end, UNTOLD);
  return parts.map(({ from, to, found: { what, why, looks = null } }) => ({
    ...{ from: inSeconds(from), to: inSeconds(to), seconds: inSeconds(to - from), what, why, looks },
    skipped: inSeconds(
      skips.reduce((sum, skip) => {
        return sum + Math.max(0, Math.min(to, offsetOf(skip.toMs)) - Math.max(from, offsetOf(skip.fromMs)));
      }, 0),
    ),
  }));
}

const UNTOLD = { what: 'the journal does not tell why', why: [] };

function inSeconds(microseconds: number): number {
  return microseconds / 1e6;
}
