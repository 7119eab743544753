import { compareAtMost, countOf, inWords, makeFinding, toSeconds, withSkipped } from './finding.js';
import type { FaultHistory, Instant, ProbeHistory } from './history.js';
import { describeTooFew, lookAt, type Outage, type Sight } from './outages.js';
import { describeOverload } from './overload.js';
import { skippedBetween } from './skips.js';
import type { Finding } from './verdict.js';

type Base = Pick<Finding, 'measure' | 'probe' | 'fault' | 'unit' | 'limit' | 'outages'>;

/** From the instant at which the fault took hold to the first good sample of the probe's next stable window, in seconds. */
export function judgeRecover(history: ProbeHistory, fault: FaultHistory, limitMs: number | null): Finding {
  const limit = limitMs === null ? null : toSeconds(limitMs);
  const base = { measure: 'recover', probe: history.probe.name, fault: fault.name, unit: 's', limit } as const;
  if (fault.held === null) return makeFinding({ ...base, because: fault.trouble ?? 'the fault did not take hold' });
  const sight = lookAt(history, fault, fault.held);
  const counted: Base = { ...base, outages: sight.outages.length };
  const [outage] = sight.outages;
  if (outage === undefined) return judgeWithoutOutage(counted, history, sight, fault);
  if (outage.backMs === null) return judgeCensored(counted, history, sight, fault.held);
  return judgeReturn(counted, history, sight, outage.backMs, fault.held);
}

function judgeWithoutOutage(base: Base, history: ProbeHistory, sight: Sight, fault: FaultHistory): Finding {
  const everyMs = history.spans === null ? history.probe.everyMs : 0;
  if (sight.neverFailed) {
    if (base.limit !== null && base.limit < toSeconds(everyMs)) {
      const because = `never failed, but the limit is finer than the ${inWords(everyMs)} between two looks; probe more often`;
      return makeFinding({ ...base, value: 0, low: 0, high: toSeconds(everyMs), because });
    }
    return makeFinding({ ...base, outcome: 'met', value: 0, low: 0, high: 0, because: 'never failed' });
  }
  return makeFinding({ ...base, because: describeTooFew(history, fault, sight) });
}

/** The true value is at least `low`: a sample sent then failed. What followed was too short to be called a recovery. */
function judgeCensored(base: Base, { skips }: ProbeHistory, sight: Sight, held: Instant): Finding {
  const outage = sight.outages[0] as Outage;
  const skippedMs = skippedBetween(skips, held.highMs, outage.downMs);
  const low = toSeconds(Math.max(0, outage.downMs - held.highMs));
  const tail =
    outage.goodAtEnd === 0 ? '' : `; its last ${countOf(outage.goodAtEnd, 'good sample')} are too few to tell`;
  const more = `more than ${withSkipped(low * 1000, skippedMs)}`;
  const because = `${more}: it was not back when the drill ended${describeLoad(sight, outage)}${tail}`;
  const outcome = compareAtMost(low, null, base.limit);
  return makeFinding({ ...base, outcome, value: low, low, skipped: toSeconds(skippedMs), censored: true, because });
}

function judgeReturn(base: Base, history: ProbeHistory, sight: Sight, backMs: number, held: Instant): Finding {
  const { everyMs } = history.probe;
  const { downMs } = sight.outages[0] as Outage;
  const low = toSeconds(Math.max(0, downMs - held.highMs));
  const high = toSeconds(Math.max(0, backMs - held.lowMs));
  // A sample that hung may succeed long after it was sent, so the last failed one may be old: the bounds stay honest, and the
  // value is taken from the last period, in which a new sample would have been the first to succeed.
  const middleMs = (Math.max(downMs, backMs - everyMs) + backMs) / 2;
  const heldMs = (held.lowMs + held.highMs) / 2;
  const value = toSeconds(Math.max(0, middleMs - heldMs));
  const skippedMs = skippedBetween(history.skips, heldMs, middleMs);
  const figures = { value, low, high, skipped: toSeconds(skippedMs) };
  const outcome = compareAtMost(low, high, base.limit);
  if (outcome === 'unknown' && base.limit !== null) {
    const because = `the limit lies inside the interval that the probe can see (${inWords(low * 1000)} – ${inWords(high * 1000)}); probe more often`;
    return makeFinding({ ...base, ...figures, because });
  }
  const already = sight.alreadyDown ? ' (it was already failing when the fault took hold)' : '';
  const took = withSkipped(value * 1000, skippedMs);
  if (sight.outages.length === 1) {
    const load = describeLoad(sight, sight.outages[0] as Outage);
    return makeFinding({ ...base, ...figures, outcome, because: `came back after ${took}${already}${load}` });
  }
  const because = `came back after ${took}${already} and failed again; ${describeRelapses(sight.outages)}`;
  const endured = outcome === 'met' && !withinLimit(sight.outages, base.limit ?? 0) ? 'unknown' : outcome;
  return makeFinding({ ...base, ...figures, outcome: endured, because });
}

function describeLoad({ before, seen }: Sight, { first, backMs }: Outage): string {
  const untilMs = backMs ?? Number.POSITIVE_INFINITY;
  return describeOverload(
    before,
    seen.filter(({ dueMs, endedMs }) => dueMs >= first.dueMs && endedMs < untilMs),
  );
}

function describeRelapses(outages: readonly Outage[]): string {
  const counted = countOf(outages.length, 'outage');
  if (outages.at(-1)?.backMs === null) return `${counted}, and it was not back when the drill ended`;
  return `${counted}, the longest ${inWords(Math.max(...outages.map(lengthOf)))}`;
}

/** A recovery that did not last is no reason to be content: every relapse must end, and within the limit. */
function withinLimit(outages: readonly Outage[], limit: number): boolean {
  return outages.slice(1).every((outage) => lengthOf(outage) <= limit * 1000);
}

function lengthOf({ first, backMs }: Outage): number {
  return backMs === null ? Number.POSITIVE_INFINITY : backMs - first.sentMs;
}
