import { countIn, tidyRanges } from '../journal/journal.js';
import type { FaultHistory, Instant } from './faults.js';
import { compareAtMost, countOf, inWords, makeFinding, toSeconds } from './finding.js';
import type { History, ProbeHistory } from './history.js';
import { knownAt, type LedgerHistory, ledgerOf } from './ledger.js';
import { listRanges } from './ranges.js';
import type { Finding } from './verdict.js';

/**
 * Writes that were acknowledged and are absent after recovery: at no place that was read (`low`), or not at every one (`high`),
 * as far as those could be read.
 */
export function judgeLose(history: History, { probe }: ProbeHistory, limitWrites: number | null): Finding {
  const base = { measure: 'lose', probe: probe.name, unit: 'writes', limit: limitWrites } as const;
  const ledger = ledgerOf(history, probe);
  if (ledger === null) return makeFinding({ ...base, because: whyNone(probe.ledger !== undefined) });
  if (ledger.loss !== null) {
    const value = countIn(ledger.loss.lost);
    const because = describeLost(value, ledger.loss.acknowledged, ledger.loss.lost);
    const outcome = compareAtMost(value, value, limitWrites);
    return makeFinding({ ...base, outcome, value, low: value, high: value, writes: ledger.loss.lost, because });
  }
  const { acknowledged, lost, missing, doubtful, finals } = ledger;
  const unread = ledger.unread ?? ledger.untold;
  if (acknowledged.length === 0) return makeFinding({ ...base, because: 'no write was acknowledged' });
  if (finals.length === 0) return makeFinding({ ...base, because: unread ?? 'it was not read back' });
  const [low, most] = [countIn(lost), countIn(missing)];
  const high = most + countIn(doubtful);
  const figures = { value: low, low: unread === null ? low : 0, high: unread === null ? high : null, writes: lost };
  const words = `${describeLost(low, countIn(acknowledged), lost)}${describeMissing(ledger, low, most)}${describeDoubtful(doubtful)}`;
  if (unread !== null) return makeFinding({ ...base, ...figures, because: `${words}; but ${unread}` });
  return makeFinding({ ...base, ...figures, outcome: compareAtMost(low, high, limitWrites), because: words });
}

/** How long before the fault that took it the oldest lost write was acknowledged, in seconds; 0 when nothing is lost. */
export function judgeAge(history: History, probe: ProbeHistory, limitMs: number | null): Finding {
  const limit = limitMs === null ? null : toSeconds(limitMs);
  const base = { measure: 'lose', probe: probe.probe.name, unit: 's', limit } as const;
  const ledger = ledgerOf(history, probe.probe);
  const count = judgeLose(history, probe, null);
  if (ledger === null || count.value === null) return makeFinding({ ...base, because: count.because });
  const unread = ledger.unread ?? ledger.untold;
  const faults = probe.faults;
  const [lost, missing] = [ageIn(faults, ledger, ledger.lost), ageIn(faults, ledger, ledger.missing)];
  const doubtful = ageIn(faults, ledger, tidyRanges([...ledger.missing, ...ledger.doubtful]));
  const exact = ledger.loss === null ? null : toSeconds(ledger.loss.oldestMs);
  const low = exact ?? toSeconds(lost.lowMs);
  const high = exact ?? toSeconds(Math.max(missing.highMs, doubtful.highMs));
  const value = exact ?? toSeconds((low + high) * 500);
  const because =
    value === 0 ? count.because : `the oldest was acknowledged ${inWords(value * 1000)} before it was lost`;
  const figures = { value, low: unread === null ? low : 0, writes: count.writes };
  if (ledger.loss === null && unread !== null) {
    return makeFinding({ ...base, ...figures, because: `${because}; but ${unread}` });
  }
  return makeFinding({ ...base, ...figures, high, outcome: compareAtMost(low, high, limit), because });
}

/** Between the oldest of these writes and what took it: the next fault, or the newest of them where they outlived that. */
function ageIn(faults: readonly FaultHistory[], ledger: LedgerHistory, writes: LedgerHistory['lost']): Instant {
  const [oldest, newest] = [writes[0]?.[0], writes.at(-1)?.[1]].map((number) =>
    number === undefined ? null : knownAt(ledger, number),
  );
  if (oldest == null || newest == null) return { lowMs: 0, highMs: 0 };
  const fault = heldAfter(faults, oldest) ?? newest;
  return {
    lowMs: Math.max(0, fault.lowMs - oldest.highMs, newest.lowMs - oldest.highMs),
    highMs: Math.max(fault.highMs, newest.highMs) - oldest.lowMs,
  };
}

function heldAfter(faults: readonly FaultHistory[], { lowMs }: Instant): Instant | null {
  return faults.flatMap(({ held }) => (held !== null && held.highMs >= lowMs ? [held] : []))[0] ?? null;
}

function whyNone(isWanted: boolean): string {
  if (isWanted) return 'no ledger was kept: the drill wrote nothing';
  return 'no ledger was kept: this probe does not record its writes';
}

function describeLost(lost: number, acknowledged: number, ranges: LedgerHistory['lost']): string {
  if (lost === 0) return `none of ${countOf(acknowledged, 'acknowledged write')} is lost`;
  return `${lost} of ${countOf(acknowledged, 'acknowledged write')} ${lost === 1 ? 'is' : 'are'} lost: ${listRanges(ranges)}`;
}

function describeDoubtful(doubtful: LedgerHistory['doubtful']): string {
  const count = countIn(doubtful);
  if (count === 0) return '';
  return `; but ${count} more ${count === 1 ? 'was' : 'were'} given up while nobody could hear whether it was acknowledged: ${listRanges(doubtful)}`;
}

function describeMissing({ finals, missing }: LedgerHistory, low: number, high: number): string {
  if (high === low) return '';
  return `; but ${high - low} more are not at every one of ${countOf(finals.length, 'place')}: ${listRanges(missing)}`;
}
