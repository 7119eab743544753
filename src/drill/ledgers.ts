import type { Book, Listing, Place } from '../engine/engine.js';
import { acknowledgedIn, type Range, type RecallEntry, type WriteRun, withoutRanges } from '../journal/journal.js';
import type { Probe } from '../scenario/scenario.js';
import { addRuns, foldNumbers, foldWrites, nextSince, type WriteFolding } from './folding.js';
import { startWriting, type Write, type Writing } from './ledger.js';
import { roundMs } from './probing.js';
import { append, attempt, type Run } from './run.js';
import type { StoryClock } from './story-clock.js';

type LedgerProbe = Probe & { readonly ledger: NonNullable<Probe['ledger']> };

/** Every ledger of a story under way. */
export interface Ledgers {
  /** Resolves when every write was taken; never rejects. */
  readonly finished: Promise<void>;
  /** No further write is sent. */
  stop(): void;
  /** Writes into the journal what is known and worth a line by now; the last time, everything. */
  flush(isLast: boolean): void;
  /** Reads every ledger back from all its places; resolves when all show everything, or have had their time to settle. */
  recall(): Promise<void>;
}

/** Who gets what the ledgers find out beside the journal: the samples of their probes in due order, and every lag. */
export interface Listener {
  sample(probe: Probe, write: Write): void;
  lag(lagMs: number): void;
}

interface Ledger {
  readonly probe: LedgerProbe;
  readonly book: Book;
  readonly writing: Writing;
  readonly folding: WriteFolding;
  /** Every write whose fate is known, and those of them that are not yet in the journal. */
  readonly runs: WriteRun[];
  readonly unwritten: WriteRun[];
  readonly places: readonly Watched[];
}

/** A place of a ledger, and from which number on it is still to be looked at. */
interface Watched {
  readonly place: Place;
  since: number;
  /** Looks that showed all that was acknowledged since the last entry, and whether the one before them did. */
  whole: number;
  wasWhole: boolean;
}

const LOOK_EVERY_MS = 1000;
/** A look that lists more would be a burden to what it looks at. */
const LONGEST_LOOK = 20_000;
const LIST_WITHIN_MS = 15_000;

/** Opens the book of every probe that keeps one, where the engine writes any. */
export function openBooks({ plan, engine, books }: Run): void {
  for (const probe of plan.probes) {
    if (probe.ledger !== undefined && engine.openBook !== undefined) books.set(probe, engine.openBook(probe));
  }
}

/** Starts the writes of every open book, and a look at each of its places about once a second. */
export function startLedgers(run: Run, story: StoryClock, listener: Listener): Ledgers {
  const ledgers = [...run.books].map(([probe, book]) => startOne(run, story, probe as LedgerProbe, book, listener));
  const over = new AbortController();
  const looking = ledgers.flatMap((ledger) =>
    ledger.places.map((place, index) => lookRegularly(run, story, ledger, place, index, over.signal)),
  );
  const written = Promise.all(ledgers.map(({ writing }) => writing.finished));
  const flush = (isLast: boolean) => {
    for (const ledger of ledgers) flushOne(run, ledger, isLast);
  };
  return {
    finished: written.then(async () => {
      over.abort();
      await Promise.all(looking);
    }),
    stop() {
      for (const { writing } of ledgers) writing.stop();
    },
    flush,
    async recall() {
      flush(true);
      const untilMs = run.clock.now();
      await Promise.all(
        ledgers.flatMap((ledger) =>
          ledger.places.map((watched) =>
            recallFrom(run, story, ledger, watched, untilMs + ledger.probe.ledger.settleMs),
          ),
        ),
      );
    },
  };
}

function startOne(run: Run, story: StoryClock, probe: LedgerProbe, book: Book, listener: Listener): Ledger {
  const folding = foldWrites(probe.ledger.perSecond);
  const first = run.looks.get(probe) ?? 0;
  const between = Math.max(1, Math.round((probe.everyMs * probe.ledger.perSecond) / 1000));
  const writing = startWriting({
    ...{ probe, book, clock: run.clock, story, durationMs: run.plan.durationMs, first },
    take(write) {
      folding.take(write);
      listener.lag(write.sentMs - write.dueMs);
      if (write.turn % between === 0) listener.sample(probe, write);
    },
  });
  const places = probe.ledger.readFrom.map((place): Watched => ({ place, since: first, whole: 0, wasWhole: true }));
  return { probe, book, writing, folding, runs: [], unwritten: [], places };
}

/** A quiet ledger writes a line in ten seconds, not one a second. */
const QUIET_MS = 10_000;
const MANY_RUNS = 10;

function gather({ probe, folding, runs, unwritten }: Ledger): void {
  const fresh = folding.flush();
  addRuns(runs, fresh, probe.ledger.perSecond);
  addRuns(unwritten, fresh, probe.ledger.perSecond);
}

function flushOne(run: Run, ledger: Ledger, isLast: boolean): void {
  gather(ledger);
  const { probe, unwritten } = ledger;
  const { perSecond } = probe.ledger;
  const spanMs = ((unwritten.at(-1)?.[1] ?? 0) - (unwritten[0]?.[0] ?? 0)) * (1000 / perSecond);
  if (unwritten.length === 0 || (!isLast && unwritten.length < MANY_RUNS && spanMs < QUIET_MS)) return;
  const runs = unwritten.splice(0);
  attempt(run, () => append(run, { entry: 'ledger', probe: probe.name, perSecond, runs }));
}

async function lookRegularly(
  run: Run,
  story: StoryClock,
  ledger: Ledger,
  watched: Watched,
  index: number,
  over: AbortSignal,
): Promise<void> {
  const { clock } = run;
  const offsetMs = (index * LOOK_EVERY_MS) / ledger.places.length;
  for (let dueMs = clock.now() + offsetMs + LOOK_EVERY_MS; !over.aborted; ) {
    await clock.sleepUntil(dueMs, over);
    if (over.aborted) return;
    await look(run, story, ledger, watched);
    // A place that is silent is looked at again in its turn; what it missed is not made up for.
    dueMs += LOOK_EVERY_MS * Math.max(1, Math.ceil((clock.now() - dueMs) / LOOK_EVERY_MS));
  }
}

async function look(run: Run, story: StoryClock, ledger: Ledger, watched: Watched): Promise<void> {
  const { clock } = run;
  const { probe, runs, book } = ledger;
  gather(ledger);
  const last = runs.at(-1)?.[1] ?? watched.since;
  const since = Math.max(watched.since, last - LONGEST_LOOK);
  const known = acknowledgedIn(runs.filter(([, to]) => to >= since));
  const sentMs = clock.now();
  const listing = await book.list(watched.place, since, sentMs + probe.timeoutMs).catch(refusal);
  if (listing.error !== null) return;
  const entry = recallOf(ledger, watched, story.storyOf(sentMs), clock.now() - sentMs, since, listing);
  watched.since = nextSince(since, entry.present, known, last + 1);
  note(run, watched, entry, isWhole(known, since, entry));
}

/** Whether a look showed every acknowledged number from `since` on of those that were known when it was sent. */
function isWhole(known: readonly Range[], since: number, { present }: RecallEntry): boolean {
  const wanted = known.flatMap(([from, to]): Range[] => (to < since ? [] : [[Math.max(from, since), to]]));
  return withoutRanges(wanted, present).length === 0;
}

function note(run: Run, watched: Watched, entry: RecallEntry, whole: boolean): void {
  const isNews = !whole || !watched.wasWhole;
  watched.wasWhole = whole;
  if (!isNews) watched.whole += 1;
  else attempt(run, () => append(run, { ...takeWhole(watched, entry), again: [], behind: [] }));
}

function takeWhole(watched: Watched, entry: RecallEntry): RecallEntry {
  const { whole } = watched;
  watched.whole = 0;
  return { ...entry, whole };
}

async function recallFrom(
  run: Run,
  story: StoryClock,
  ledger: Ledger,
  watched: Watched,
  untilMs: number,
): Promise<void> {
  const { clock, signal } = run;
  const since = ledger.runs[0]?.[0] ?? 0;
  const acknowledged = acknowledgedIn(ledger.runs);
  for (;;) {
    const sentMs = clock.now();
    const listing = await ledger.book.list(watched.place, since, sentMs + LIST_WITHIN_MS).catch(refusal);
    const entry = recallOf(ledger, watched, story.storyOf(sentMs), clock.now() - sentMs, since, listing);
    const whole = listing.error === null && isWhole(acknowledged, since, entry);
    if (whole || clock.now() + LOOK_EVERY_MS > untilMs || signal.aborted) {
      return attempt(run, () => append(run, { ...takeWhole(watched, entry), final: true }));
    }
    if (listing.error === null) note(run, watched, entry, false);
    await clock.sleepUntil(clock.now() + LOOK_EVERY_MS, signal);
  }
}

function recallOf(
  { probe, runs }: Ledger,
  { place }: Watched,
  sentMs: number,
  tookMs: number,
  since: number,
  { numbers, error }: Listing,
): RecallEntry {
  const { perSecond } = probe.ledger;
  const folded = foldNumbers(numbers, since, { runs, perSecond });
  const times = { sentMs: roundMs(sentMs), tookMs: roundMs(tookMs) };
  return {
    entry: 'recall',
    probe: probe.name,
    place: place.host,
    ...times,
    whole: 0,
    final: false,
    error,
    since,
    ...folded,
  };
}

function refusal(error: unknown): Listing {
  return { numbers: [], error: error instanceof Error ? error.message : String(error) };
}
