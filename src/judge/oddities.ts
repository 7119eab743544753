import { commonRanges, countIn, OPEN_FATES, type Range, tidyRanges, withoutRanges } from '../journal/journal.js';
import { compareAtMost, countOf, inWords, makeFinding, toSeconds } from './finding.js';
import type { History, ProbeHistory } from './history.js';
import { acknowledgedBy, knownAt, type LedgerHistory, ledgerOf, refusalOf } from './ledger.js';
import { listRanges } from './ranges.js';
import type { Finding } from './verdict.js';

/** What a ledger's read-back shows beside what is lost: extra, duplicate and reordered writes; empty where nothing was read. */
export function describeOddities(history: History, { probe }: ProbeHistory): Finding[] {
  const ledger = ledgerOf(history, probe);
  if (ledger === null || ledger.finals.length === 0) return [];
  return [judgeExtra(ledger), judgeDuplicate(ledger), judgeReorder(ledger)];
}

/** Present and never acknowledged: harmless after silence, a broken promise after a refusal. */
function judgeExtra(ledger: LedgerHistory): Finding {
  const first = ledger.runs[0]?.[0] ?? 0;
  // What was written before the story, to find out whether all is well, is not of this ledger.
  const present = tidyRanges(ledger.finals.flatMap((recall) => recall.present)).flatMap(([from, to]): Range[] =>
    to < first ? [] : [[Math.max(from, first), to]],
  );
  const extra = withoutRanges(present, ledger.acknowledged);
  const silent = ledger.runs.flatMap(([from, to, , , error]): Range[] =>
    error !== undefined && OPEN_FATES.includes(error) ? [[from, to]] : [],
  );
  const unsure = countIn(commonRanges(extra, tidyRanges(silent)));
  const total = countIn(extra);
  const words = `${countOf(total, 'write')} ${total === 1 ? 'is' : 'are'} there without an acknowledgement`;
  const because =
    total === 0 ? 'nothing is there without an acknowledgement' : `${words}, ${unsure} of them after silence`;
  return countFinding(ledger, 'extra', extra, because);
}

function judgeDuplicate(ledger: LedgerHistory): Finding {
  const again = tidyRanges(ledger.finals.flatMap((recall) => recall.again.map(([from, to]): Range => [from, to])));
  const total = countIn(again);
  const because = total === 0 ? 'no write is there twice' : `${countOf(total, 'write')} there more than once`;
  return countFinding(ledger, 'duplicate', again, because);
}

/** Behind a write that was sent only after this one's acknowledgement had come. */
function judgeReorder(ledger: LedgerHistory): Finding {
  const behind = ledger.finals
    .flatMap((recall) => recall.behind)
    .filter(([number, after]) => {
      const [own, other] = [knownAt(ledger, number), knownAt(ledger, after)];
      return own !== null && other !== null && refusalOf(ledger, number) === null && other.lowMs > own.highMs;
    });
  const numbers = tidyRanges(behind.map(([number]): Range => [number, number]));
  const total = countIn(numbers);
  const words = `${countOf(total, 'write')} stored behind a later one`;
  return countFinding(ledger, 'reorder', numbers, total === 0 ? 'the order of the writes was kept' : words);
}

function countFinding(
  ledger: LedgerHistory,
  measure: Finding['measure'],
  writes: readonly Range[],
  words: string,
): Finding {
  const value = countIn(writes);
  const because = value === 0 ? words : `${words}: ${listRanges(writes)}`;
  return makeFinding({
    measure,
    probe: ledger.probe.name,
    unit: 'writes',
    value,
    low: value,
    high: value,
    writes,
    because,
  });
}

/** A read that did not show a write whose acknowledgement had come before it was sent. */
interface Staleness {
  readonly place: string;
  readonly lowMs: number;
  /** null: this place never showed it. */
  readonly highMs: number | null;
}

/** How long after its acknowledgement a place answered reads without a write that is not lost, in seconds, the longest. */
export function judgeStale(history: History, { probe }: ProbeHistory, limitMs: number | null): Finding {
  const limit = limitMs === null ? null : toSeconds(limitMs);
  const base = { measure: 'stale', probe: probe.name, unit: 's', limit } as const;
  const ledger = ledgerOf(history, probe);
  if (ledger === null || ledger.sights.length === 0) return makeFinding({ ...base, because: 'nothing was read back' });
  const { worst, writes, reads } = findStale(ledger);
  if (worst === null) {
    const because = `each of ${countOf(ledger.looks, 'read')} showed all that was acknowledged before it`;
    return makeFinding({
      ...base,
      outcome: compareAtMost(0, 0, limit),
      value: 0,
      low: 0,
      high: 0,
      writes: [],
      because,
    });
  }
  const low = toSeconds(worst.lowMs);
  const high = worst.highMs === null ? null : toSeconds(worst.highMs);
  const value = high === null ? low : toSeconds((worst.lowMs + (worst.highMs ?? 0)) / 2);
  const longest = `at ${worst.place} for ${inWords(worst.lowMs)} at least`;
  const because = `${reads} of ${countOf(ledger.looks, 'read')} did not show what was acknowledged, ${longest}: ${listRanges(writes)}`;
  const outcome = compareAtMost(low, high, limit);
  return makeFinding({ ...base, outcome, value, low, high, writes, censored: high === null, because });
}

function findStale(ledger: LedgerHistory): { worst: Staleness | null; writes: Range[]; reads: number } {
  let worst: Staleness | null = null;
  let reads = 0;
  const writes: Range[] = [];
  for (const sight of ledger.sights) {
    const due = withoutRanges(acknowledgedBy(ledger, sight.sentMs, sight.since), ledger.lost);
    const absent = withoutRanges(due, tidyRanges(sight.present));
    const oldest = absent[0]?.[0];
    const known = oldest === undefined ? null : knownAt(ledger, oldest);
    if (oldest === undefined || known === null) continue;
    reads += 1;
    writes.push(...absent);
    const lowMs = sight.sentMs - known.highMs;
    if (worst !== null && lowMs <= worst.lowMs) continue;
    const shown = ledger.sights.find(
      ({ place, sentMs, present, since }) =>
        place === sight.place &&
        sentMs > sight.sentMs &&
        (oldest < since || present.some(([from, to]) => from <= oldest && oldest <= to)),
    );
    worst = { place: sight.place, lowMs, highMs: shown ? shown.sentMs + shown.tookMs - known.lowMs : null };
  }
  return { worst, writes: tidyRanges(writes), reads };
}
