import type { Sample } from '../journal/journal.js';
import type { FaultHistory, Instant } from './faults.js';
import type { ProbeHistory } from './history.js';
import type { Hole } from './holes.js';
import { follows, placeOf, type Rhythm } from './schedule.js';
import type { Unsteadiness } from './sight.js';
import { findStable } from './stable.js';

/** Instants that are nearer than this to each other on two clocks may have come in either order. */
export const CLOCK_MS = 5;
/** A look is recent enough to say that all was well where it is no older than this, or than one and a half periods. */
const RECENT_MS = 1000;

/** Since when a probe was failing when a fault took hold, of which `before` are the looks that had ended by then; null: it was good. */
export function findUnsteadiness(
  { faults }: ProbeHistory,
  held: Instant,
  before: readonly Sample[],
  rhythm: Rhythm,
): Unsteadiness | null {
  const { well, trail } = openTrail(before, rhythm);
  const [first] = trail;
  if (first === undefined || isOver(trail)) return null;
  const earlier = faults.findLast((other) => isBefore(other.held, held));
  const sinceMs = earlier?.held?.lowMs ?? Number.NEGATIVE_INFINITY;
  return {
    sinceMs: first.sentMs,
    of: earlier !== undefined && first.endedMs >= sinceMs - CLOCK_MS ? earlier : null,
    isFresh: earlier === undefined || (well !== undefined && well.sentMs > sinceMs),
  };
}

/**
 * Whether looks of which the first failed end with so many good ones that it is over: more in a row than there were before while
 * it still came and went.
 */
export function isOver(trail: readonly Sample[]): boolean {
  let [longest, run] = [0, 0];
  for (const { ok } of trail) {
    if (!ok) longest = Math.max(longest, run);
    run = ok ? run + 1 : 0;
  }
  return run > longest;
}

/** The looks from the first failed one on that no stable window followed, none where all is well; and the last of that window before. */
function openTrail(looks: readonly Sample[], rhythm: Rhythm): { well: Sample | undefined; trail: readonly Sample[] } {
  let from = 0;
  for (let window = findStable(looks, 0, rhythm); window !== null; window = findStable(looks, window.end, rhythm)) {
    from = window.end;
  }
  const first = looks.findIndex(({ ok }, index) => index >= from && !ok);
  return { well: looks[from - 1], trail: first < 0 ? [] : looks.slice(first) };
}

/** The time before a fault in which nobody looked, so that nobody knows whether the probe was good when it came; null: somebody did. */
export function findUnseenBefore(
  { samples, probe, skips }: ProbeHistory,
  held: Instant,
): Pick<Hole, 'fromMs' | 'toMs'> | null {
  const { everyMs } = probe;
  // A look that was sent when the fault may have been there, and failed, says nothing of what was before.
  const told = samples.filter(({ ok, sentMs }) => ok || sentMs < held.lowMs);
  const places = told.map((sample) => placeOf(sample, everyMs)).filter((place) => place <= held.highMs);
  const fromMs = places.reduce((latest, place) => Math.max(latest, place), 0);
  const isRecent = held.lowMs - fromMs <= RECENT_MS || follows(fromMs, held.lowMs, { everyMs, skips });
  return isRecent ? null : { fromMs, toMs: held.lowMs };
}

/**
 * A failure that came before the fault that can have caused it, as a sentence, or null: a clock is wrong, or the system was not
 * steady. Looks that failed before the first fault are told even where all was well again when it came.
 */
export function describeEarlyFailure(history: ProbeHistory, { held, name }: FaultHistory): string | null {
  const { probe, faults, samples, spans, skips } = history;
  if (spans !== null || held === null) return null;
  const before = samples.filter(({ endedMs }) => endedMs < held.lowMs - CLOCK_MS);
  const isFirst = !faults.some((other) => isBefore(other.held, held));
  const unsteady = findUnsteadiness(history, held, before, { everyMs: probe.everyMs, skips });
  if (!isFirst && unsteady?.isFresh !== true) return null;
  const failed = before.filter(({ ok, sentMs }) => !ok && sentMs >= (isFirst ? 0 : (unsteady?.sinceMs ?? 0)));
  if (failed.length === 0) return null;
  const soonestMs = failed.reduce((soonest, { endedMs }) => Math.min(soonest, endedMs), Number.POSITIVE_INFINITY);
  const times = failed.length === 1 ? '' : ` (${failed.length} looks until then)`;
  return `${probe.name} failed ${inTenths(held.lowMs - soonestMs)} before ${name}, the fault that can have caused it${times}: a clock is wrong, or the system was not steady`;
}

function isBefore(held: Instant | null, other: Instant | null): boolean {
  return held !== null && other !== null && held.highMs < other.lowMs;
}

function inTenths(ms: number): string {
  return `${(Math.max(100, ms) / 1000).toFixed(1)} s`;
}
