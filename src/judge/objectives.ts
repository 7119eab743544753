import type { Objective } from '../scenario/scenario.js';
import { describeAbsence } from './absence.js';
import { judgeAvailability } from './availability.js';
import { judgeBudget } from './budget.js';
import { judgeDetect } from './detect.js';
import type { FaultHistory } from './faults.js';
import { makeFinding, toSeconds, withoutOutcome } from './finding.js';
import { judgeGoodput } from './goodput.js';
import type { History, ProbeHistory } from './history.js';
import { judgeLatency } from './latency.js';
import { judgeAge, judgeLose } from './lose.js';
import { judgeStale } from './oddities.js';
import { judgeRecover } from './recover.js';
import { judgeReprotect } from './reprotect.js';
import { judgeSettle } from './settle.js';
import type { Finding } from './verdict.js';

/** Compares one objective with what was measured: a finding a probe of its family and, for detect and recover, a fault. */
export function judgeObjective(history: History, objective: Objective): Finding[] {
  const own = history.probes.filter(({ probe }) => probe.family === objective.probe);
  const { measure, probe } = objective;
  if (own.length === 0) return [makeFinding({ ...missing(objective), because: `there is no probe called ${probe}` })];
  const isOfFault = measure === 'detect' || measure === 'recover' || measure === 'reprotect';
  if (isOfFault && history.faults.length === 0) {
    return own.map((one) =>
      makeFinding({ ...missing(objective), probe: one.probe.name, because: 'the drill has no fault' }),
    );
  }
  if (measure === 'reprotect' && objective.service !== undefined) {
    // Named after the service, as the figures without an objective are: it is no matter of the probes of the family.
    const who = { probe: objective.service, service: objective.service };
    return history.faults.map((fault) =>
      asWritten(history, fault, judgeReprotect(history, fault, who, objective.limitMs)),
    );
  }
  return own.flatMap((one) => judgeProbe(history, one, objective));
}

/** What a finding says of an objective for which nothing at all could be measured. */
function missing(objective: Objective): Pick<Finding, 'measure' | 'probe' | 'unit' | 'limit'> {
  const { measure, probe } = objective;
  switch (measure) {
    case 'detect':
    case 'recover':
    case 'reprotect':
      return { measure, probe, unit: 's', limit: toSeconds(objective.limitMs) };
    case 'lose':
      return { measure, probe, unit: 'writes', limit: objective.limitWrites };
    case 'age':
      return { measure: 'lose', probe, unit: 's', limit: toSeconds(objective.limitMs) };
    case 'stale':
      return { measure, probe, unit: 's', limit: toSeconds(objective.limitMs) };
    case 'availability':
      return { measure, probe, unit: '%', limit: objective.limitPercent };
    case 'budget':
      return { measure, probe, unit: '%', limit: 100 };
    case 'latency':
      return { measure, probe, unit: 'ms', limit: objective.limitMs };
    case 'goodput':
      return { measure, probe, unit: '/s', limit: objective.limitPerSecond };
    case 'settle':
      return { measure, probe, unit: 's', limit: toSeconds(objective.limitMs) };
  }
}

function judgeProbe(history: History, probe: ProbeHistory, objective: Objective): Finding[] {
  switch (objective.measure) {
    case 'detect':
      return probe.faults.map((fault) => asWritten(history, fault, judgeDetect(probe, fault, objective.limitMs)));
    case 'recover':
      return probe.faults.map((fault) => asWritten(history, fault, judgeRecover(probe, fault, objective.limitMs)));
    case 'reprotect': {
      const who = { probe: probe.probe.name, service: null };
      return history.faults.map((fault) =>
        asWritten(history, fault, judgeReprotect(history, fault, who, objective.limitMs)),
      );
    }
    case 'lose':
      return [judgeLose(history, probe, objective.limitWrites)];
    case 'age':
      return [judgeAge(history, probe, objective.limitMs)];
    case 'stale':
      return [judgeStale(history, probe, objective.limitMs)];
    case 'availability':
      return [judgeAvailability(probe, objective.limitPercent)];
    case 'budget':
      return [judgeBudget(probe, objective.targetPercent, objective.windowMs)];
    case 'latency':
      return [judgeLatency(history, probe, objective)];
    case 'goodput':
      return [judgeGoodput(history, probe, objective.limitPerSecond)];
    case 'settle':
      return [judgeSettle(history, probe, objective.limitMs)];
  }
}

/** A fault that took hold only in part, or of what was not there, is not the one that the objective is about: its figures stay, its outcome does not. */
function asWritten(history: History, fault: FaultHistory, finding: Finding): Finding {
  if (fault.held === null) return finding;
  const reason = fault.trouble ?? (finding.measure === 'reprotect' ? null : describeAbsence(history, fault));
  return reason === null ? finding : withoutOutcome(finding, reason);
}
