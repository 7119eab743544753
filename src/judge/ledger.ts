import {
  acknowledgedIn,
  commonRanges,
  fateOf,
  type LossEntry,
  type Range,
  type RecallEntry,
  runOf,
  tidyRanges,
  type WriteRun,
  withoutRanges,
} from '../journal/journal.js';
import type { Probe } from '../scenario/scenario.js';
import type { History, Instant } from './history.js';

/** One probe's ledger, sorted out: what was promised to its writer, and what is there. */
export interface LedgerHistory {
  readonly probe: Probe;
  /** In the order of numbers. */
  readonly runs: readonly WriteRun[];
  readonly periodMs: number;
  readonly acknowledged: readonly Range[];
  /** The last look at each place that answered. */
  readonly finals: readonly RecallEntry[];
  /** How many looks at its places answered. */
  readonly looks: number;
  /** The looks that showed what was not so before, in the order of time, the last of each place included. */
  readonly sights: readonly RecallEntry[];
  /** Why the ledger was not read back from everywhere, as a sentence, or null. */
  readonly unread: string | null;
  /** Acknowledged and at none of the places that were read in the end. */
  readonly lost: readonly Range[];
  /** Acknowledged and missing in the end at one of these places at least. */
  readonly missing: readonly Range[];
  /** What a simulation says instead; null: there are real writes. */
  readonly loss: LossEntry | null;
}

/** The ledger of a probe; null when it keeps none, or when the journal has nothing of it. */
export function ledgerOf({ entries }: History, probe: Probe): LedgerHistory | null {
  const own = entries.filter((entry) => 'probe' in entry && entry.probe === probe.name);
  const written = own.filter((entry) => entry.entry === 'ledger');
  const loss = own.findLast((entry) => entry.entry === 'loss') ?? null;
  if (probe.ledger === undefined || (written.length === 0 && loss === null)) return null;
  const runs = written.flatMap((entry) => entry.runs).sort((a, b) => a[0] - b[0]);
  const acknowledged = acknowledgedIn(runs);
  const recalls = own.filter((entry) => entry.entry === 'recall').sort((a, b) => a.sentMs - b.sentMs);
  const finals = recalls.filter(({ final, error }) => final && error === null);
  const everywhere = finals.map(({ present }) => tidyRanges(present));
  return {
    probe,
    runs,
    periodMs: 1000 / (written[0]?.perSecond ?? probe.ledger.perSecond),
    acknowledged,
    finals,
    looks: recalls.reduce((sum, { error, whole }) => sum + whole + (error === null ? 1 : 0), 0),
    sights: recalls.filter(({ error }) => error === null),
    unread: describeUnread(probe, recalls),
    lost: withoutRanges(acknowledged, tidyRanges(everywhere.flat())),
    missing: withoutRanges(acknowledged, everywhere.reduce<Range[]>(commonRanges, [...acknowledged])),
    loss,
  };
}

function describeUnread({ ledger }: Probe, recalls: readonly RecallEntry[]): string | null {
  const troubles = [...new Set(ledger?.readFrom.map(({ host }) => host))].flatMap((host) => {
    const last = recalls.findLast(({ final, place }) => final && place === host);
    if (last === undefined) return [`${host}: nobody asked`];
    return last.error === null ? [] : [`${host}: ${last.error}`];
  });
  return troubles.length === 0 ? null : `it could not be read back from ${troubles.join(', ')}`;
}

/** When the write with this number was acknowledged, or was known not to be; null when it was never sent. */
export function knownAt({ runs, periodMs }: LedgerHistory, number: number): Instant | null {
  return fateOf(runs, 1000 / periodMs, number);
}

/** Why the write was not acknowledged; null when it was, or was never sent. */
export function refusalOf({ runs }: LedgerHistory, number: number): string | null {
  return runOf(runs, number)?.[4] ?? null;
}

/** The acknowledged writes from `since` on whose acknowledgement had certainly come by this instant. */
export function acknowledgedBy({ runs, periodMs }: LedgerHistory, atMs: number, since: number): Range[] {
  const ranges = runs.flatMap(([from, to, dueMs, withinMs, error]): Range[] => {
    if (error !== undefined || to < since) return [];
    const known = Math.min(to, from + Math.ceil((atMs - withinMs - dueMs) / periodMs) - 1);
    return known < Math.max(from, since) ? [] : [[Math.max(from, since), known]];
  });
  return tidyRanges(ranges);
}
