import {
  acknowledgedIn,
  commonRanges,
  type Entry,
  fateOf,
  type LossEntry,
  OPEN_FATES,
  type Range,
  type RecallEntry,
  runOf,
  tidyRanges,
  type WriteRun,
  withoutRanges,
} from '../journal/journal.js';
import { clockAt, type Probe } from '../scenario/scenario.js';
import type { Instant } from './faults.js';
import type { History } from './history.js';
import { skippedBetween } from './skips.js';

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
  /** Not acknowledged as far as anybody heard, who may have missed the answer, and missing in the end at one of these places at least. */
  readonly doubtful: readonly Range[];
  /** Why nobody knows what became of some of the writes, as a sentence, or null. */
  readonly untold: string | null;
  /** What a simulation says instead; null: there are real writes. */
  readonly loss: LossEntry | null;
}

type Still = Pick<Extract<Entry, { entry: 'standstill' }>, 'fromMs' | 'toMs'>;

/** So many periods may lie beside the writes of a whole story: its end, and what is left over beside a jump. */
const SLACK = 3;

/** The ledger of a probe; null when it keeps none, or when the journal has nothing of it. */
export function ledgerOf(history: History, probe: Probe): LedgerHistory | null {
  const { entries } = history;
  const own = entries.filter((entry) => 'probe' in entry && entry.probe === probe.name);
  const written = own.filter((entry) => entry.entry === 'ledger');
  const loss = own.findLast((entry) => entry.entry === 'loss') ?? null;
  if (probe.ledger === undefined || (written.length === 0 && loss === null)) return null;
  const runs = written.flatMap((entry) => entry.runs).sort((a, b) => a[0] - b[0]);
  const acknowledged = acknowledgedIn(runs);
  const recalls = own.filter((entry) => entry.entry === 'recall').sort((a, b) => a.sentMs - b.sentMs);
  const finals = recalls.filter(({ final, error }) => final && error === null);
  const everywhere = finals.map(({ present }) => tidyRanges(present));
  const periodMs = 1000 / (written[0]?.perSecond ?? probe.ledger.perSecond);
  const missingOf = (numbers: readonly Range[]) =>
    withoutRanges(numbers, everywhere.reduce<Range[]>(commonRanges, [...numbers]));
  return {
    probe,
    runs,
    periodMs,
    acknowledged,
    finals,
    looks: recalls.reduce((sum, { error, whole }) => sum + whole + (error === null ? 1 : 0), 0),
    sights: recalls.filter(({ error }) => error === null),
    unread: describeUnread(probe, recalls),
    lost: withoutRanges(acknowledged, tidyRanges(everywhere.flat())),
    missing: missingOf(acknowledged),
    doubtful: missingOf(unheardIn(entries, runs, periodMs)),
    untold: describeUntold(history, runs, periodMs),
    loss,
  };
}

/** Writes that were given up while the runner stood still, or whose fate nobody was told: their acknowledgement may have come. */
function unheardIn(entries: readonly Entry[], runs: readonly WriteRun[], periodMs: number): Range[] {
  const stills = entries.filter((entry) => entry.entry === 'standstill');
  const open = runs.flatMap(([from, to, dueMs, withinMs, error]): Range[] => {
    if (error === undefined || !OPEN_FATES.includes(error)) return [];
    // The only ones of these that nobody took back.
    if (error !== 'timeout' && error !== 'reset') return [[from, to]];
    return stills.flatMap((still): Range[] => {
      const numbers = numbersAround(still, dueMs, withinMs, periodMs);
      const own: Range = [Math.max(from, from + numbers[0]), Math.min(to, from + numbers[1])];
      return own[0] <= own[1] ? [own] : [];
    });
  });
  return tidyRanges(open);
}

/** How many periods after `dueMs` the writes were due whose fate may have come to be known in a standstill. */
function numbersAround(still: Still, dueMs: number, withinMs: number, periodMs: number): Range {
  return [Math.floor((still.fromMs - withinMs - dueMs) / periodMs), Math.ceil((still.toMs - dueMs) / periodMs)];
}

/** Writes that were due and of which the journal says nothing. */
function describeUntold({ plan, skips }: History, runs: readonly WriteRun[], periodMs: number): string | null {
  const [first, last] = [runs[0], runs.at(-1)];
  if (first === undefined || last === undefined) return null;
  const gap = runs.find(([from], index) => index > 0 && from > (runs[index - 1] as WriteRun)[1] + 1);
  const endMs = last[2] + (last[1] - last[0] + 1) * periodMs;
  const lateMs = first[2] - skippedBetween(skips, 0, first[2]);
  const shortMs = plan.durationMs - endMs - skippedBetween(skips, endMs, plan.durationMs);
  const [where, fromMs] =
    gap !== undefined
      ? ['before', gap[2]]
      : lateMs > SLACK * periodMs
        ? ['before', first[2]]
        : shortMs > SLACK * periodMs
          ? ['after', endMs]
          : ['', 0];
  if (where === '') return null;
  return `the journal does not say what became of the writes ${where} ${clockAt(plan.begins, Math.round(Number(fromMs)))}`;
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
