import { compareAtLeast, countOf, makeFinding, roundTo } from './finding.js';
import type { History, ProbeHistory } from './history.js';
import { holesOf, missingIn } from './holes.js';
import { ofMissing } from './looks.js';
import { describeOverload } from './overload.js';
import { isInTurn } from './schedule.js';
import type { Finding } from './verdict.js';

/**
 * Good answers per second to looks that were due from the first fault to the last cure, or to the end of the story where
 * nothing was cured; the failover itself counts, as its users count it.
 */
export function judgeGoodput(history: History, probed: ProbeHistory, limitPerSecond: number): Finding {
  const { probe, samples, faults } = probed;
  const base = { measure: 'goodput', probe: probe.name, unit: '/s', limit: limitPerSecond, phase: 'during' } as const;
  const fromMs = Math.min(...faults.flatMap(({ held }) => (held === null ? [] : [held.highMs])));
  const toMs = history.curedMs ?? history.plan.durationMs;
  if (!(toMs > fromMs)) return makeFinding({ ...base, because: 'no fault took hold' });
  const inTurn = samples.filter((sample) => isInTurn(sample, probe.everyMs));
  const own = inTurn.filter(({ dueMs }) => dueMs >= fromMs && dueMs < toMs);
  if (own.length === 0) return makeFinding({ ...base, because: 'no sample was taken while the fault held' });
  const sentPerSecond = roundTo(1000 / probe.everyMs, 3);
  if (limitPerSecond > sentPerSecond) {
    const because = `the probe asks only ${sentPerSecond} times a second; write a higher \`rate\``;
    return makeFinding({ ...base, because });
  }
  const good = own.filter(({ ok }) => ok).length;
  const missing = missingIn(holesOf(probed), fromMs, toMs);
  const shareOf = (count: number, all: number) => roundTo((count * sentPerSecond) / all, 3);
  const value = shareOf(good, own.length);
  const [low, high] = [shareOf(good, own.length + missing), shareOf(good + missing, own.length + missing)];
  const load = describeOverload(
    samples.filter(({ endedMs }) => endedMs < fromMs),
    own,
  );
  const because = `${good} of ${countOf(own.length, 'answer')} were good, at ${sentPerSecond} a second, from the first fault to the last cure${load}${ofMissing(missing)}`;
  return makeFinding({ ...base, outcome: compareAtLeast(low, high, limitPerSecond), value, low, high, because });
}
