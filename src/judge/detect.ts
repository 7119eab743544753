import type { FaultHistory } from './faults.js';
import { compareAtMost, inWords, makeFinding, toSeconds, withSkipped } from './finding.js';
import type { ProbeHistory } from './history.js';
import { describeUnseen } from './holes.js';
import { describeTooFew, lookAt } from './outages.js';
import { skippedBetween } from './skips.js';
import { describeUnsteady, unlessUnseenBefore } from './steadiness.js';
import { hiddenAfter } from './unseen.js';
import type { Finding } from './verdict.js';

/** From the instant at which the fault took hold to the end of the probe's first failed sample, in seconds. */
export function judgeDetect(history: ProbeHistory, fault: FaultHistory, limitMs: number | null): Finding {
  const limit = limitMs === null ? null : toSeconds(limitMs);
  const { held } = fault;
  const base = { measure: 'detect', probe: history.probe.name, fault: fault.name, unit: 's', limit } as const;
  if (held === null) return makeFinding({ ...base, because: fault.trouble ?? 'the fault did not take hold' });
  const sight = lookAt(history, fault, held);
  const { failedMs, failedFromMs, unsteady, neverFailed } = sight;
  if (unsteady !== null) return makeFinding({ ...base, because: describeUnsteady(history, unsteady) });
  if (neverFailed) {
    const hidden = hiddenAfter(history, sight, held);
    // A look that is missing would have been told to have failed by its deadline at the latest.
    const ms = hidden.ms + (hidden.isHole ? history.probe.timeoutMs : 0);
    const high = Number.isFinite(ms) ? toSeconds(ms) : null;
    const outcome = compareAtMost(0, high, limit);
    const because = `nothing to detect: the probe never failed${outcome === 'unknown' ? hidden.because : ''}`;
    return unlessUnseenBefore(history, sight, makeFinding({ ...base, outcome, low: 0, high, because }));
  }
  if (failedMs === null || failedFromMs === null) {
    return makeFinding({ ...base, because: describeTooFew(history, fault, sight) });
  }
  const low = toSeconds(Math.max(0, failedFromMs - held.highMs));
  const high = toSeconds(Math.max(0, failedMs - held.lowMs));
  const value = toSeconds((low + high) * 500);
  const heldMs = (held.lowMs + held.highMs) / 2;
  const skippedMs = skippedBetween(history.skips, heldMs, failedMs);
  const outcome = compareAtMost(low, high, limit);
  const figures = { outcome, value, low, high, skipped: toSeconds(skippedMs) };
  return unlessUnseenBefore(history, sight, makeFinding({ ...base, ...figures, because: why() }));

  function why(): string {
    if (outcome !== 'unknown')
      return `the first failed sample ended ${withSkipped(value * 1000, skippedMs)} after the fault`;
    const hole = sight.holes.find(({ fromMs }) => fromMs < (failedMs ?? 0));
    const width = inWords((high - low) * 1000);
    return hole === undefined
      ? `the limit lies inside the ${width} in which the fault took hold`
      : `the limit lies inside the ${width} in which it may have failed first: ${describeUnseen(history, hole)}`;
  }
}
