import type { Sample } from '../journal/journal.js';
import { lookExactly } from './exact.js';
import { inWords } from './finding.js';
import type { FaultHistory, ProbeHistory } from './history.js';
import type { Outage, Sight } from './sight.js';
import { type Skip, skippedBetween } from './skips.js';

// A probe is back when it was good this often in a row and for this long, whichever takes longer.
const STABLE_SAMPLES = 10;
const STABLE_MS = 5000;

export type { Outage, Sight } from './sight.js';

/** How often a probe looks, and when nobody did because nothing changed. */
interface Rhythm {
  readonly everyMs: number;
  readonly skips: readonly Skip[];
}

/** What `history` saw of a fault that took hold at `held`. */
export function lookAt(history: ProbeHistory, fault: FaultHistory, held: NonNullable<FaultHistory['held']>): Sight {
  const { probe, spans, skips } = history;
  const stableMs = Math.max(STABLE_SAMPLES * probe.everyMs, STABLE_MS);
  if (spans !== null) return lookExactly(spans, stableMs, probe.everyMs, fault, held);
  const { samples } = history;
  const rhythm: Rhythm = { everyMs: probe.everyMs, skips };
  const seen = samples.filter(({ endedMs }) => endedMs >= held.lowMs);
  const before = samples.filter(({ endedMs }) => endedMs < held.lowMs);
  const failed = seen.filter(({ ok, endedMs }) => !ok && endedMs < fault.untilMs);
  const first = findStable(seen, 0, rhythm);
  return {
    before,
    seen,
    failedMs: failed.reduce<number | null>((soonest, { endedMs }) => Math.min(soonest ?? endedMs, endedMs), null),
    outages: findOutages(seen, fault.untilMs, rhythm),
    alreadyDown: isDown(before, rhythm),
    neverFailed: failed.length === 0 && first?.start === 0,
  };
}

/** Why nobody can tell whether a fault hurt a probe that did not fail, as one sentence. */
export function describeTooFew({ spans }: ProbeHistory, { held, untilMs }: FaultHistory, { seen }: Sight): string {
  const until = Number.isFinite(untilMs) ? 'before the next fault' : 'before the drill ended';
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

function findOutages(seen: readonly Sample[], untilMs: number, rhythm: Rhythm): Outage[] {
  const outages: Outage[] = [];
  for (let at = 0; at < seen.length; at++) {
    const first = seen[at] as Sample;
    if (first.ok || first.endedMs >= untilMs) continue;
    const window = findStable(seen, at + 1, rhythm);
    const failed = seen.slice(at, window?.start).filter(({ ok }) => !ok);
    const downMs = failed.reduce((latest, { sentMs }) => Math.max(latest, sentMs), first.sentMs);
    const good = window === null ? [] : seen.slice(window.start, window.end);
    // A failed sample that was sent late speaks for when it was sent: what was good before does not contradict it.
    const backMs = good.reduce(
      (soonest, { endedMs }) => (endedMs < downMs ? soonest : Math.min(soonest, endedMs)),
      Infinity,
    );
    outages.push({
      first,
      downMs,
      backMs: Number.isFinite(backMs) ? backMs : null,
      goodAtEnd: window === null ? seen.length - 1 - seen.findLastIndex(({ ok }) => !ok) : 0,
    });
    at = (window?.end ?? seen.length) - 1;
  }
  return outages;
}

/** The first stable window at or after the index `from`, as [start, end). */
function findStable(seen: readonly Sample[], from: number, rhythm: Rhythm): { start: number; end: number } | null {
  const { everyMs, skips } = rhythm;
  let start = from;
  for (let end = from + 1; end <= seen.length; end++) {
    const last = seen[end - 1] as Sample;
    if (!last.ok) {
      start = end;
      continue;
    }
    const before = seen[end - 2];
    // What was not measured was not good: a hole in the samples ends a run.
    if (before !== undefined && !follows(before.dueMs, last.dueMs, everyMs, skips)) start = end - 1;
    const firstMs = (seen[start] as Sample).dueMs;
    // What was skipped was not measured, and makes nothing more stable.
    const spanMs = last.dueMs - firstMs - skippedBetween(skips, firstMs, last.dueMs) + everyMs;
    if (end - start >= STABLE_SAMPLES && spanMs >= STABLE_MS) return { start, end: endOfRun(seen, end, rhythm) };
  }
  return null;
}

function endOfRun(seen: readonly Sample[], from: number, { everyMs, skips }: Rhythm): number {
  let end = from;
  const dueMs = (at: number) => (seen[at] as Sample).dueMs;
  while (end < seen.length && seen[end]?.ok && follows(dueMs(end - 1), dueMs(end), everyMs, skips)) end += 1;
  return end;
}

/** Whether no look of a probe was due between these two instants, but for what was skipped. */
export function follows(beforeMs: number, afterMs: number, everyMs: number, skips: readonly Skip[]): boolean {
  const gapMs = afterMs - beforeMs;
  if (gapMs <= 1.5 * everyMs) return true;
  const skippedMs = skippedBetween(skips, beforeMs, afterMs);
  // Each end of what was skipped may lie almost a period from a look.
  return skippedMs > 0 && gapMs - skippedMs <= 2.5 * everyMs;
}

/** Whether the last failed sample was not yet followed by a stable window. */
function isDown(samples: readonly Sample[], rhythm: Rhythm): boolean {
  const lastBad = samples.findLastIndex(({ ok }) => !ok);
  return lastBad >= 0 && findStable(samples, lastBad + 1, rhythm) === null;
}
