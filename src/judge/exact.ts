import type { Span } from '../journal/journal.js';
import type { FaultHistory, Instant } from './faults.js';
import type { Outage, Sight } from './sight.js';
import { STABLE_MS } from './stable.js';

/** How many in one of the looks of a span are good. */
export function shareIn([, , ok, , , share = ok ? 1 : 0]: Span): number {
  return share;
}

/** How long spans last together, and how long looks in them were good. */
export function tallySpans(spans: readonly Span[]): { totalMs: number; goodMs: number } {
  const lengthOf = ([fromMs, toMs]: Span) => toMs - fromMs;
  return {
    totalMs: spans.reduce((sum, span) => sum + lengthOf(span), 0),
    goodMs: spans.reduce((sum, span) => sum + lengthOf(span) * shareIn(span), 0),
  };
}

/** The part of the spans from `fromMs` on and before `toMs`. */
export function cutSpans(spans: readonly Span[], fromMs: number, toMs: number): Span[] {
  return spans.flatMap((span): Span[] => {
    const [spanFromMs, spanToMs, ...rest] = span;
    const cut: Span = [Math.max(spanFromMs, fromMs), Math.min(spanToMs, toMs), ...rest];
    return cut[1] > cut[0] ? [cut] : [];
  });
}

/** How long the good looks of these spans took: the least time that so many in a hundred did not exceed; null: none was good. */
export function latencyIn(spans: readonly Span[], quantile: number): number | null {
  const weights = spans
    .map((span) => ({ latencyMs: span[4], weight: (span[1] - span[0]) * shareIn(span) }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => a.latencyMs - b.latencyMs);
  const wanted = (weights.reduce((sum, { weight }) => sum + weight, 0) * quantile) / 100;
  let sum = 0;
  for (const { latencyMs, weight } of weights) {
    sum += weight;
    if (sum >= wanted * (1 - 1e-12)) return latencyMs;
  }
  return weights.at(-1)?.latencyMs ?? null;
}

/** What spans show of a fault that took hold at `held`: the same as samples would, without what lies between two of them. */
export function lookExactly(
  spans: readonly Span[],
  stableMs: number,
  everyMs: number,
  fault: FaultHistory,
  held: Instant,
): Sight {
  const endMs = spans.at(-1)?.[1] ?? 0;
  const seen = cutSpans(spans, held.lowMs, Number.POSITIVE_INFINITY);
  const failed = seen.find(([fromMs, , ok]) => !ok && fromMs < fault.untilMs);
  const failedMs = failed === undefined ? null : failed[0] + (failed[6] ?? failed[4]);
  const stretches = stretchesOf(seen);
  const [first] = stretches;
  const before = stretchesOf(cutSpans(spans, Number.NEGATIVE_INFINITY, held.lowMs)).at(-1);
  const isLong = ({ fromMs, toMs }: Stretch) => toMs - fromMs >= stableMs;
  return {
    before: [],
    seen: [],
    failedMs,
    failedFromMs: failedMs,
    outages: outagesIn(stretches, fault.untilMs, isLong, (ms) => Math.floor(ms / everyMs), endMs),
    unsteady: before === undefined || before.ok ? null : { sinceMs: before.fromMs, of: null, isFresh: false },
    ...{ unseenBefore: null, hangingMs: null, unseen: [], holes: [] },
    neverFailed: failed === undefined && first !== undefined && first.ok && wasGood(first, stableMs, fault.untilMs),
  };
}

function wasGood({ fromMs, toMs }: Stretch, stableMs: number, untilMs: number): boolean {
  return toMs - fromMs >= stableMs || (toMs >= untilMs && untilMs - fromMs >= STABLE_MS);
}

interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly ok: boolean;
  readonly latencyMs: number;
  readonly error: string | null;
}

/** Spans one after another that are good, or are not, as one. */
function stretchesOf(spans: readonly Span[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const [fromMs, toMs, ok, error, latencyMs] of spans) {
    const last = stretches.at(-1);
    if (last?.ok === ok && last.toMs === fromMs) stretches[stretches.length - 1] = { ...last, toMs };
    else stretches.push({ fromMs, toMs, ok, error, latencyMs });
  }
  return stretches;
}

function outagesIn(
  stretches: readonly Stretch[],
  untilMs: number,
  isLong: (stretch: Stretch) => boolean,
  looksIn: (ms: number) => number,
  endMs: number,
): Outage[] {
  const outages: Outage[] = [];
  for (let at = 0; at < stretches.length; at += 1) {
    const bad = stretches[at] as Stretch;
    if (bad.ok || bad.fromMs >= untilMs) continue;
    const back = stretches.findIndex((stretch, index) => index > at && stretch.ok && isLong(stretch));
    const instants = { dueMs: bad.fromMs, sentMs: bad.fromMs, endedMs: bad.fromMs + bad.latencyMs };
    const first = { ...instants, ok: false, error: bad.error };
    const isInTime = back >= 0 && (stretches[back] as Stretch).fromMs < untilMs;
    if (!isInTime && Number.isFinite(untilMs)) {
      outages.push({ first, ...overtaken(stretches.slice(at), untilMs, looksIn) });
      break;
    }
    const last = stretches.findLast(({ ok }, index) => !ok && (back < 0 || index < back)) as Stretch;
    outages.push({
      first,
      downMs: last.toMs,
      backMs: stretches[back]?.fromMs ?? null,
      goodAtEnd: back < 0 ? looksIn(endMs - last.toMs) : 0,
      ...{ goodForMs: null, isOvertaken: false },
    });
    if (back < 0) break;
    at = back;
  }
  return outages;
}

/** What was seen of an outage until the next fault came, which no long stretch ended. */
function overtaken(rest: readonly Stretch[], untilMs: number, looksIn: (ms: number) => number): Omit<Outage, 'first'> {
  const trail = rest
    .filter(({ fromMs }) => fromMs < untilMs)
    .map((one) => ({ ...one, toMs: Math.min(one.toMs, untilMs) }));
  const last = trail.at(-1) as Stretch;
  const downMs = trail.findLast(({ ok }) => !ok)?.toMs ?? last.toMs;
  const goods = trail.slice(0, -1).filter(({ ok }) => ok);
  const longestMs = Math.max(0, ...goods.map(({ fromMs, toMs }) => toMs - fromMs));
  const isBack = last.ok && last.toMs - last.fromMs > longestMs;
  return {
    downMs,
    backMs: isBack ? last.fromMs : null,
    goodAtEnd: last.ok ? looksIn(last.toMs - last.fromMs) : 0,
    goodForMs: isBack ? untilMs - last.fromMs : null,
    isOvertaken: !isBack,
  };
}
