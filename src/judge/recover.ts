import type { FaultHistory, Instant } from './faults.js';
import { compareAtMost, countOf, inWords, makeFinding, toSeconds, withoutOutcome, withSkipped } from './finding.js';
import type { ProbeHistory } from './history.js';
import { describeUnseen } from './holes.js';
import { describeTooFew, lookAt, type Outage, type Sight } from './outages.js';
import { describeOverload } from './overload.js';
import { skippedBetween } from './skips.js';
import { describeUnsteady, unlessUnseenBefore } from './steadiness.js';
import { type Hidden, hiddenAfter, holeBeyond } from './unseen.js';
import type { Finding } from './verdict.js';

type Base = Pick<Finding, 'measure' | 'probe' | 'fault' | 'unit' | 'limit' | 'outages'>;

/** From the instant at which the fault took hold to the first good sample of the probe's next stable window, in seconds. */
export function judgeRecover(history: ProbeHistory, fault: FaultHistory, limitMs: number | null): Finding {
  const limit = limitMs === null ? null : toSeconds(limitMs);
  const { held } = fault;
  const base = { measure: 'recover', probe: history.probe.name, fault: fault.name, unit: 's', limit } as const;
  if (held === null) return makeFinding({ ...base, because: fault.trouble ?? 'the fault did not take hold' });
  const sight = lookAt(history, fault, held);
  if (sight.unsteady !== null) return makeFinding({ ...base, because: describeUnsteady(history, sight.unsteady) });
  const counted: Base = { ...base, outages: sight.outages.length };
  const [outage] = sight.outages;
  const finding = outage === undefined ? withoutOutage(counted) : withOutage(counted, outage);
  return unlessUnseenBefore(history, sight, finding);

  function withoutOutage(base: Base): Finding {
    if (sight.neverFailed) return judgeUnhurt(base, hiddenAfter(history, sight, held as Instant));
    return makeFinding({ ...base, because: describeTooFew(history, fault, sight) });
  }

  function withOutage(base: Base, { backMs }: Outage): Finding {
    if (backMs === null) return judgeCensored(base, history, sight, fault, held as Instant);
    return judgeReturn(base, history, sight, { fault, backMs });
  }
}

/** It was good all along, as far as looks can see. */
function judgeUnhurt(base: Base, { ms, because }: Hidden): Finding {
  const high = Number.isFinite(ms) ? toSeconds(ms) : null;
  const outcome = compareAtMost(0, high, base.limit);
  const told = outcome === 'unknown' ? because : '';
  return makeFinding({ ...base, outcome, value: 0, low: 0, high, because: `never failed${told}` });
}

/** The true value is at least `low`: a sample sent then failed. What followed was too short to be called a recovery. */
function judgeCensored(base: Base, { skips }: ProbeHistory, sight: Sight, fault: FaultHistory, held: Instant): Finding {
  const outage = sight.outages[0] as Outage;
  const skippedMs = skippedBetween(skips, held.highMs, outage.downMs);
  const low = toSeconds(Math.max(0, outage.downMs - held.highMs));
  const tail =
    outage.goodAtEnd === 0 ? '' : `; its last ${countOf(outage.goodAtEnd, 'good sample')} are too few to tell`;
  const more = `more than ${withSkipped(low * 1000, skippedMs)}`;
  const why = outage.isOvertaken ? ', then the next fault came' : ': it was not back when the drill ended';
  const because = `${more}${why}${describeLoad(sight, outage, fault.untilMs)}${tail}`;
  const outcome = compareAtMost(low, null, base.limit);
  return makeFinding({ ...base, outcome, value: low, low, skipped: toSeconds(skippedMs), censored: true, because });
}

function judgeReturn(
  base: Base,
  history: ProbeHistory,
  sight: Sight,
  { fault, backMs }: { readonly fault: FaultHistory; readonly backMs: number },
): Finding {
  const held = fault.held as Instant;
  const first = sight.outages[0] as Outage;
  const low = toSeconds(Math.max(0, first.downMs - held.highMs));
  const high = toSeconds(Math.max(0, backMs - held.lowMs));
  const value = toSeconds((low + high) * 500);
  const heldMs = (held.lowMs + held.highMs) / 2;
  const skippedMs = skippedBetween(history.skips, heldMs, (first.downMs + backMs) / 2);
  const figures = { value, low, high, skipped: toSeconds(skippedMs) };
  const outcome = compareAtMost(low, high, base.limit);
  if (outcome === 'unknown') {
    const hole = sight.holes.find(({ fromMs, toMs }) => toMs > first.downMs && fromMs < backMs);
    const remedy = hole === undefined ? '; probe more often' : `: ${describeUnseen(history, hole)}`;
    const because = `the limit lies inside the interval that the probe can see (${inWords(low * 1000)} – ${inWords(high * 1000)})${remedy}`;
    return makeFinding({ ...base, ...figures, because });
  }
  const took = withSkipped(value * 1000, skippedMs);
  const cut = first.goodForMs === null ? '' : `, good for ${inWords(first.goodForMs)} until the next fault`;
  const again = sight.outages.length === 1 ? '' : ` and failed again; ${describeRelapses(sight.outages)}`;
  const load = sight.outages.length === 1 ? describeLoad(sight, first, Number.POSITIVE_INFINITY) : '';
  const because = `came back after ${took}${cut}${again}${load}`;
  const found = makeFinding({ ...base, ...figures, outcome, because });
  if (outcome !== 'met' || base.limit === null) return found;
  if (!withinLimit(sight.outages, base.limit)) return { ...found, outcome: 'unknown' };
  const rest = { sinceMs: backMs, endMs: Math.min(fault.untilMs, history.plan.durationMs) };
  const hole = holeBeyond(history, sight.holes, rest, base.limit * 1000);
  return hole === null ? found : withoutOutcome(found, hole);
}

function describeLoad({ before, seen }: Sight, { first, backMs }: Outage, endMs: number): string {
  const untilMs = backMs ?? endMs;
  return describeOverload(
    before,
    seen.filter(({ dueMs, endedMs }) => dueMs >= first.dueMs && endedMs < untilMs),
  );
}

function describeRelapses(outages: readonly Outage[]): string {
  const counted = countOf(outages.length, 'outage');
  const last = outages.at(-1);
  if (last?.backMs === null)
    return `${counted}, and it was not back when ${last.isOvertaken ? 'the next fault came' : 'the drill ended'}`;
  return `${counted}, the longest ${inWords(Math.max(...outages.map(lengthOf)))}`;
}

/** A recovery that did not last is no reason to be content: every relapse must end, and within the limit. */
function withinLimit(outages: readonly Outage[], limit: number): boolean {
  return outages.slice(1).every((outage) => lengthOf(outage) <= limit * 1000);
}

function lengthOf({ first, backMs }: Outage): number {
  return backMs === null ? Number.POSITIVE_INFINITY : backMs - first.sentMs;
}
