import { clockAt } from '../scenario/scenario.js';
import { withoutOutcome } from './finding.js';
import type { ProbeHistory } from './history.js';
import { describeUnseen } from './holes.js';
import type { Sight, Unsteadiness } from './sight.js';
import type { Finding } from './verdict.js';

/** Why nothing of this fault can be told of a probe that was failing when it came, as one sentence. */
export function describeUnsteady({ probe, plan }: ProbeHistory, { sinceMs, of }: Unsteadiness): string {
  const since = `since ${clockAt(plan.begins, Math.round(sinceMs))}`;
  if (of !== null) return `${probe.name} was still failing after ${of.name}, ${since}, when this fault came`;
  return `${probe.name} was already failing before the fault, ${since}: the system was not steady`;
}

/** A finding of a fault as it is, and unknown where nobody knows whether the probe was good when that came. */
export function unlessUnseenBefore(history: ProbeHistory, { unseenBefore }: Sight, finding: Finding): Finding {
  if (unseenBefore === null) return finding;
  const unseen = describeUnseen(history, unseenBefore);
  return withoutOutcome(finding, `${unseen} until the fault came: whether all was well then is not known`);
}
