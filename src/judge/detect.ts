import { compareAtMost, inWords, makeFinding, toSeconds, withSkipped } from './finding.js';
import type { FaultHistory, ProbeHistory } from './history.js';
import { describeTooFew, lookAt } from './outages.js';
import { skippedBetween } from './skips.js';
import type { Finding } from './verdict.js';

/** From the instant at which the fault took hold to the end of the probe's first failed sample, in seconds. */
export function judgeDetect(history: ProbeHistory, fault: FaultHistory, limitMs: number | null): Finding {
  const limit = limitMs === null ? null : toSeconds(limitMs);
  const base = { measure: 'detect', probe: history.probe.name, fault: fault.name, unit: 's', limit } as const;
  if (fault.held === null) return makeFinding({ ...base, because: fault.trouble ?? 'the fault did not take hold' });
  const sight = lookAt(history, fault, fault.held);
  const { failedMs, alreadyDown, neverFailed } = sight;
  if (alreadyDown) {
    return makeFinding({ ...base, because: 'the probe was already failing when the fault took hold' });
  }
  if (neverFailed) {
    return makeFinding({ ...base, outcome: 'met', because: 'nothing to detect: the probe never failed' });
  }
  if (failedMs === null) {
    return makeFinding({ ...base, because: describeTooFew(history, fault, sight) });
  }
  const low = toSeconds(Math.max(0, failedMs - fault.held.highMs));
  const high = toSeconds(Math.max(0, failedMs - fault.held.lowMs));
  const heldMs = (fault.held.lowMs + fault.held.highMs) / 2;
  const value = toSeconds(Math.max(0, failedMs - heldMs));
  const skippedMs = skippedBetween(history.skips, heldMs, failedMs);
  const outcome = compareAtMost(low, high, limit);
  const blurred = outcome === 'unknown' && limit !== null;
  const because = blurred
    ? `the limit lies inside the ${inWords((high - low) * 1000)} in which the fault took hold`
    : `the first failed sample ended ${withSkipped(value * 1000, skippedMs)} after the fault`;
  return makeFinding({ ...base, outcome, value, low, high, skipped: toSeconds(skippedMs), because });
}
