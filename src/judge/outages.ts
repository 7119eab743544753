import type { Sample } from '../journal/journal.js';
import { clockAt } from '../scenario/scenario.js';
import { lookExactly } from './exact.js';
import type { FaultHistory, Instant } from './faults.js';
import { inWords } from './finding.js';
import { hangingAt } from './hanging.js';
import type { ProbeHistory } from './history.js';
import { holesOf, unseenIn } from './holes.js';
import { follows, placeOf, type Rhythm } from './schedule.js';
import type { Outage, Sight } from './sight.js';
import { findStable, STABLE_MS, STABLE_SAMPLES, type Window } from './stable.js';
import { CLOCK_MS, findUnseenBefore, findUnsteadiness, isOver } from './steady.js';

export type { Outage, Sight } from './sight.js';

/** A look that was sent later than this after it was due may have failed so much later for it. */
const LATE_MS = 10;

/** What `history` saw of a fault that took hold at `held`. */
export function lookAt(history: ProbeHistory, fault: FaultHistory, held: Instant): Sight {
  const { probe, plan, spans, skips } = history;
  const { everyMs } = probe;
  const stableMs = Math.max(STABLE_SAMPLES * everyMs, STABLE_MS);
  if (spans !== null) return lookExactly(spans, stableMs, everyMs, fault, held);
  const { samples } = history;
  const rhythm: Rhythm = { everyMs, skips };
  const hanging = hangingAt(samples, held.lowMs);
  // Of a look that failed in the very instant of a fault nobody can tell whether it failed before.
  const isSeen = (one: Sample) => one.endedMs >= held.lowMs - (one.ok ? 0 : CLOCK_MS) && !hanging.includes(one);
  const seen = samples.filter(isSeen);
  const before = samples.filter((sample) => !isSeen(sample));
  const failed = seen.filter(({ ok, endedMs }) => !ok && endedMs < fault.untilMs);
  const hangingMs = hangingAt(samples, fault.untilMs)[0]?.sentMs ?? null;
  const endMs = Math.min(fault.untilMs, plan.durationMs);
  const first = soonestOf(failed);
  // A look that was sent late is beside the schedule, and may have failed sooner than any of those on it.
  const punctual = soonestOf(failed.filter(({ dueMs, sentMs }) => sentMs - dueMs <= LATE_MS)) ?? first;
  return {
    before,
    seen,
    failedMs: punctual?.endedMs ?? null,
    failedFromMs: first === null ? null : earliestFailure(history, held, first, rhythm),
    outages: findOutages(seen, fault.untilMs, rhythm),
    unsteady: findUnsteadiness(history, held, before, rhythm),
    unseenBefore: findUnseenBefore(history, held),
    hangingMs,
    neverFailed: failed.length === 0 && hangingMs === null && wasGood(seen, fault.untilMs, rhythm),
    unseen: unseenIn(history, held.lowMs, endMs),
    holes: holesOf(history).filter(({ fromMs, toMs }) => toMs > held.lowMs && fromMs < endMs),
  };
}

function soonestOf(looks: readonly Sample[]): Sample | null {
  return looks.reduce<Sample | null>(
    (soonest, one) => (soonest === null || one.endedMs < soonest.endedMs ? one : soonest),
    null,
  );
}

/** Why nobody can tell whether a fault hurt a probe that did not fail, as one sentence. */
export function describeTooFew(
  { spans, plan }: ProbeHistory,
  { held, untilMs }: FaultHistory,
  { seen, hangingMs }: Sight,
): string {
  const until = Number.isFinite(untilMs) ? 'before the next fault' : 'before the drill ended';
  if (hangingMs !== null) {
    const since = clockAt(plan.begins, Math.round(hangingMs));
    return `no sample failed ${until}, but those that were sent from ${since} on had no answer when it came`;
  }
  if (spans === null) {
    const before = seen.filter(({ endedMs }) => endedMs < untilMs);
    const good = before.length;
    const gapMs = Math.max(0, ...before.slice(1).map(({ dueMs }, index) => dueMs - (before[index]?.dueMs ?? dueMs)));
    // There were enough of them, and not one after the other.
    if (good >= STABLE_SAMPLES && gapMs >= STABLE_MS)
      return `no sample failed, but nobody looked for ${inWords(gapMs)} ${until}: too long to tell`;
    return `no sample failed, but only ${good} came ${until}: too few to tell`;
  }
  const spanMs = Math.min(untilMs, spans.at(-1)?.[1] ?? 0) - (held?.highMs ?? 0);
  return `nothing failed, but only ${inWords(Math.max(0, spanMs))} passed ${until}: too short to tell`;
}

/** When a look can have failed at the earliest, of those that are missing too, where this one is the first that is known to have. */
function earliestFailure({ samples }: ProbeHistory, held: Instant, first: Sample, rhythm: Rhythm): number {
  const lagMs = first.sentMs - first.dueMs;
  const placeAt = (sample: Sample) => placeOf(sample, rhythm.everyMs);
  let earliestMs = first.endedMs - (lagMs > LATE_MS ? lagMs : 0);
  let beforeMs = 0;
  for (const sample of samples) {
    const place = placeAt(sample);
    if (place > held.lowMs && !follows(beforeMs, place, rhythm)) {
      earliestMs = Math.min(earliestMs, Math.max(beforeMs, held.lowMs));
      break;
    }
    if (place >= placeAt(first)) break;
    beforeMs = Math.max(beforeMs, place);
  }
  return earliestMs;
}

/** Whether there is a stable window that began before the next fault, or, where that came too soon for one, 5 s of good looks. */
function wasGood(seen: readonly Sample[], untilMs: number, rhythm: Rhythm): boolean {
  const window = findStable(seen, 0, rhythm);
  if (window !== null && (seen[window.start] as Sample).endedMs < untilMs) return true;
  if (!Number.isFinite(untilMs)) return false;
  const places = seen.filter(({ endedMs }) => endedMs < untilMs).map((sample) => placeOf(sample, rhythm.everyMs));
  const first = places.findLastIndex((place, at) => at === 0 || !follows(places[at - 1] as number, place, rhythm));
  return first >= 0 && (places.at(-1) ?? 0) - (places[first] as number) + rhythm.everyMs >= STABLE_MS;
}

function findOutages(seen: readonly Sample[], untilMs: number, rhythm: Rhythm): Outage[] {
  const outages: Outage[] = [];
  for (let at = 0; at < seen.length; at++) {
    const first = seen[at] as Sample;
    if (first.ok || first.endedMs >= untilMs) continue;
    const window = findStable(seen, at + 1, rhythm);
    const isInTime = window !== null && (seen[window.start] as Sample).endedMs < untilMs;
    // What the next fault did is not of this outage.
    if (!isInTime && Number.isFinite(untilMs)) {
      outages.push(overtakenOutage(seen.slice(at), first, untilMs));
      break;
    }
    outages.push(outageOf(seen, at, first, window));
    at = (window?.end ?? seen.length) - 1;
  }
  return outages;
}

function outageOf(seen: readonly Sample[], at: number, first: Sample, window: Window | null): Outage {
  const downMs = lastDown(seen.slice(at, window?.start));
  const good = window === null ? [] : seen.slice(window.start, window.end);
  return {
    first,
    downMs,
    backMs: window === null ? null : firstBack(good, downMs),
    goodAtEnd: window === null ? seen.length - 1 - seen.findLastIndex(({ ok }) => !ok) : 0,
    ...{ goodForMs: null, isOvertaken: false },
  };
}

/** An outage that was not followed by a stable window when the next fault came: as it was seen until then. */
function overtakenOutage(rest: readonly Sample[], first: Sample, untilMs: number): Outage {
  const trail = rest.filter(({ endedMs }) => endedMs < untilMs);
  const tail = trail.slice(trail.findLastIndex(({ ok }) => !ok) + 1);
  const downMs = lastDown(trail);
  const backMs = isOver(trail) ? firstBack(tail, downMs) : null;
  return {
    ...{ first, downMs, backMs, goodAtEnd: tail.length },
    goodForMs: backMs === null ? null : untilMs - backMs,
    isOvertaken: backMs === null,
  };
}

/** A failed look says that it could not be served at some instant from its sending on: the service was not back before that. */
function lastDown(looks: readonly Sample[]): number {
  return looks.reduce((latest, { ok, sentMs }) => (ok ? latest : Math.max(latest, sentMs)), Number.NEGATIVE_INFINITY);
}

/** A failed sample that was sent late speaks for when it was sent: what was good before does not contradict it. */
function firstBack(good: readonly Sample[], downMs: number): number | null {
  const backMs = good.reduce(
    (soonest, { endedMs }) => (endedMs < downMs ? soonest : Math.min(soonest, endedMs)),
    Number.POSITIVE_INFINITY,
  );
  return Number.isFinite(backMs) ? backMs : null;
}
