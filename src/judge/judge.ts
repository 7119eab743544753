import type { Entry } from '../journal/journal.js';
import type { Objective } from '../scenario/scenario.js';
import { judgeAvailability } from './availability.js';
import { judgeDetect } from './detect.js';
import { exitCodes } from './exit-codes.js';
import type { FaultHistory } from './faults.js';
import { withoutOutcome } from './finding.js';
import { type History, hasLooked, type ProbeHistory, readHistory } from './history.js';
import { describeGap, holesOf } from './holes.js';
import { describeLatency } from './latency.js';
import { judgeLose } from './lose.js';
import { judgeObjective } from './objectives.js';
import { describeOddities, judgeStale } from './oddities.js';
import { withReach } from './reach.js';
import { judgeRecover } from './recover.js';
import { describeReprotection } from './reprotect.js';
import { accountsOf } from './runbook.js';
import { describeEarlyFailure } from './steady.js';
import { holeBeyond } from './unseen.js';
import type { Finding, Outcome, Verdict } from './verdict.js';

export { exitCodes } from './exit-codes.js';
export { withPrediction } from './prediction.js';
export { type Recovery, recoveriesOf } from './recoveries.js';
export type * from './verdict.js';

/**
 * Compares what a journal holds with the objectives of its plan. Pure: the same entries give the same verdict on any
 * machine. A journal without its last entry is judged too, and is never better than unknown.
 */
export function judge(entries: readonly Entry[]): Verdict {
  const history = readHistory(entries);
  const { drill, plan, end } = history;
  const stopped = whyIncomplete(history);
  const findings = [
    ...plan.objectives.flatMap((objective) => judgeObjective(history, objective)),
    ...figuresOf(history),
    ...describeReprotection(history),
  ];
  const judged = findings.map((finding) => {
    if (stopped !== null && !isSettled(history, finding)) return withoutOutcome(finding, stopped);
    return withoutDoubts(history, stopped === null ? withReach(history, withoutGaps(history, finding)) : finding);
  });
  const counted = judged.filter(({ limit }) => limit !== null);
  const troubles = [
    ...new Set([
      ...history.faults.flatMap((fault) => describeTrouble(fault, stopped !== null)),
      ...history.failedCures,
      ...history.lapses,
      ...describeProofs(history),
    ]),
  ];
  const notes = [
    ...(stopped === null ? [] : [stopped]),
    ...(end === null || end.left.length === 0 ? [] : [`not restored: ${end.left.join(', ')}`]),
    ...history.doubts,
    ...troubles,
    ...(counted.length === 0 ? ['the scenario has no objective: there is nothing to compare with'] : []),
    ...history.probes.flatMap((probe) => probe.faults.flatMap((fault) => describeEarlyFailure(probe, fault) ?? [])),
    ...history.warnings,
  ];
  const outcome = outcomeOf(counted, stopped !== null || troubles.length + history.doubts.length > 0);
  return {
    format: 1,
    scenario: plan.name,
    engine: drill.engine,
    measured: drill.measured,
    outcome,
    exitCode: exitCodeOf(outcome, history),
    drill: drill.drill,
    seed: drill.seed,
    notes,
    findings: judged,
    ...(plan.runbooks === undefined ? {} : { runbook: accountsOf(plan, entries, history.skips) }),
  };
}

function whyIncomplete({ end }: History): string | null {
  if (end === null) return 'the journal ends abruptly';
  if (end.why === 'completed') return null;
  if (end.recovered === true) return `the drill was killed: ${end.because}`;
  const words = { interrupted: 'was interrupted', unsteady: 'did not begin', failed: 'failed' };
  return `the drill ${words[end.why]}${end.because === '' ? '' : `: ${end.because}`}`;
}

/** Its own runner died: what was seen until then is known, and only what was still to come is not. */
function isKilled({ end }: History): boolean {
  return end === null || end.recovered === true;
}

/** Whether a finding of a drill that was killed says the same however the drill would have gone on. */
function isSettled(history: History, { measure, fault, probe, outcome }: Finding): boolean {
  if (!isKilled(history) || (measure !== 'detect' && measure !== 'recover')) return false;
  const own = history.faults.find(({ name }) => name === fault);
  // Until the next fault an outage may come again, and looks that are not written down yet may be bad.
  const hasPassed = own !== undefined && Number.isFinite(own.untilMs);
  return outcome === 'missed' ? hasLookedAt(history, probe) : outcome === 'met' && hasPassed;
}

function hasLookedAt({ probes }: History, name: string): boolean {
  return probes.some((one) => one.probe.name === name && hasLooked(one));
}

/** Evidence that is missing or changed keeps an objective from being met, and excuses none that was missed. */
function withoutDoubts({ doubts }: History, finding: Finding): Finding {
  const [doubt] = doubts;
  return doubt === undefined || finding.outcome !== 'met' ? finding : withoutOutcome(finding, doubt);
}

/** What is missing in a journal keeps an objective from being met, where its own measure does not reckon with it. */
function withoutGaps(history: History, finding: Finding): Finding {
  const own = history.probes.find(({ probe }) => probe.name === finding.probe);
  if (finding.outcome !== 'met' || own === undefined) return finding;
  const gap = describeGap(own, history.plan.durationMs);
  if (gap !== null) return withoutOutcome(finding, gap);
  const whole = { sinceMs: 0, endMs: Number.POSITIVE_INFINITY };
  // Places are read back beside the looks, and what was stale in a hole was stale for no longer than that.
  const hole = finding.measure === 'stale' ? holeBeyond(own, holesOf(own), whole, (finding.limit ?? 0) * 1000) : null;
  return hole === null ? finding : withoutOutcome(finding, hole);
}

/** What was measured beside the objectives; nothing of a fault that never took hold or of a probe that never looked. */
function figuresOf(history: History): Finding[] {
  const has = (measure: Objective['measure'], { probe }: ProbeHistory) =>
    history.plan.objectives.some((objective) => objective.measure === measure && objective.probe === probe.family);
  const heldFor = ({ faults }: ProbeHistory) => faults.filter(({ held }) => held !== null);
  return history.probes
    .filter(hasLooked)
    .flatMap((probe) => [
      ...(has('detect', probe) ? [] : heldFor(probe).map((fault) => judgeDetect(probe, fault, null))),
      ...(has('recover', probe) ? [] : heldFor(probe).map((fault) => judgeRecover(probe, fault, null))),
      ...(has('availability', probe) ? [] : [judgeAvailability(probe, null)]),
      ...(probe.probe.ledger === undefined || has('lose', probe) ? [] : [judgeLose(history, probe, null)]),
      ...(probe.probe.ledger === undefined || has('stale', probe) ? [] : [judgeStale(history, probe, null)]),
      ...describeOddities(history, probe),
      ...describeLatency(history, probe),
    ]);
}

/** A fault that a stopped drill never came to is no trouble of its own. */
function describeTrouble({ name, trouble, reached }: FaultHistory, stopped: boolean): string[] {
  return trouble === null || (stopped && !reached) ? [] : [`${name}: ${trouble}`];
}

/** What was not as before after its cures says that they were not what the author wrote; what is left is told as left. */
function describeProofs({ entries, end }: History): string[] {
  const differences = entries.flatMap((entry) => (entry.entry === 'proof' ? entry.differences : []));
  return differences.filter((one) => !end?.left.includes(one)).map((one) => `not as before: ${one}`);
}

function outcomeOf(counted: readonly Finding[], isDoubtful: boolean): Outcome {
  if (counted.some(({ outcome }) => outcome === 'missed')) return 'missed';
  const known = counted.length > 0 && counted.every(({ outcome }) => outcome === 'met');
  return known && !isDoubtful ? 'met' : 'unknown';
}

function exitCodeOf(outcome: Outcome, { end }: History): number {
  if (end !== null && end.left.length > 0) return exitCodes.notRestored.code;
  if (end?.why === 'interrupted' && end.recovered !== true) return exitCodes.stopped.code;
  return exitCodes[outcome].code;
}
