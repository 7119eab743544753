import type { Clock } from '../clock.js';
import type { Book, Reading } from '../engine/engine.js';
import type { Sample } from '../journal/journal.js';
import type { Probe } from '../scenario/scenario.js';
import { isMissed, SILENCE_MS } from './probing.js';
import type { StoryClock } from './story-clock.js';

/** One ledger of a story: numbered writes on a fixed schedule, from the story's beginning until `durationMs` later. */
export interface Pacing {
  readonly probe: Probe & { readonly ledger: NonNullable<Probe['ledger']> };
  readonly book: Book;
  readonly clock: Clock;
  readonly story: StoryClock;
  readonly durationMs: number;
  /** The number of the first write; those before it were written to find out whether all is well. */
  readonly first: number;
  /** Gets every write once, in the order of numbers, all instants the story's; never throws. */
  take(write: Write): void;
}

/** One write and what came of it. */
export interface Write extends Sample {
  readonly number: number;
  /** It was due so many periods after the story's beginning; what a jump or a standstill skipped has a turn and no number. */
  readonly turn: number;
}

/** Writing that is under way. */
export interface Writing {
  /** Resolves when the last write was taken; never rejects. */
  readonly finished: Promise<void>;
  /** No further write is sent; those under way still end and are still taken. */
  stop(): void;
}

interface Flight {
  readonly turn: number;
  readonly dueMs: number;
  readonly sentMs: number;
  readonly deadlineMs: number;
  landed: Write | null;
}

/** Starts an open loop: a write is sent when it is due, whatever earlier ones are doing. */
export function startWriting(pacing: Pacing): Writing {
  const stopping = new AbortController();
  const flights = new Map<number, Flight>();
  const next = { turn: 0, sent: pacing.first, taken: pacing.first };
  const land = (number: number, reading: Reading) => {
    const flight = flights.get(number);
    if (flight === undefined || flight.landed !== null) return;
    flight.landed = writeOf(pacing, number, flight, reading);
    for (let head = flights.get(next.taken); head?.landed != null; head = flights.get(next.taken)) {
      flights.delete(next.taken);
      next.taken += 1;
      pacing.take(head.landed);
    }
  };
  const giveUpSilent = () => {
    for (let head = flights.get(next.taken); head !== undefined; head = flights.get(next.taken)) {
      if (head.deadlineMs + SILENCE_MS > pacing.clock.now()) return;
      land(next.taken, { ok: false, error: 'timeout' });
    }
  };
  const send = (number: number, turn: number, dueMs: number) => {
    const sentMs = pacing.clock.now();
    const deadlineMs = sentMs + pacing.probe.timeoutMs;
    flights.set(number, { turn, dueMs, sentMs, deadlineMs, landed: null });
    pacing.book
      .write(number, deadlineMs)
      .catch((error: unknown): Reading => ({ ok: false, error: String(error), hole: true }))
      .then((reading) => land(number, reading));
  };
  const run = async () => {
    const { clock, story, durationMs, probe } = pacing;
    const periodMs = 1000 / probe.ledger.perSecond;
    while (!stopping.signal.aborted && next.turn * periodMs < durationMs) {
      giveUpSilent();
      // What was due before the story jumped and was not sent by then is never sent.
      next.turn = Math.max(next.turn, Math.ceil(story.resumedMs() / periodMs));
      for (let dueMs = next.turn * periodMs; dueMs < durationMs && story.hasCome(dueMs); ) {
        // What is not written in time is never written, and has a turn and no number.
        if (!isMissed(dueMs, periodMs, story)) {
          send(next.sent, next.turn, dueMs);
          next.sent += 1;
        }
        next.turn += 1;
        dueMs = next.turn * periodMs;
      }
      await story.sleepUntil(Math.min(next.turn * periodMs, durationMs), stopping.signal);
    }
    while (flights.size > 0) {
      await clock.sleepUntil(clock.now() + 5);
      giveUpSilent();
    }
  };
  return { finished: run(), stop: () => stopping.abort() };
}

function writeOf({ clock, story }: Pacing, number: number, flight: Flight, reading: Reading): Write {
  const endedMs = clock.now();
  const late = reading.ok && endedMs > flight.deadlineMs;
  const ok = reading.ok && !late;
  const sentMs = story.storyOf(flight.sentMs);
  return {
    number,
    turn: flight.turn,
    dueMs: flight.dueMs,
    sentMs,
    endedMs: sentMs + (endedMs - flight.sentMs),
    ok,
    error: ok ? null : late ? 'timeout' : (reading.error ?? 'failed'),
    ...(reading.hole === true && { hole: reading.hole }),
  };
}
