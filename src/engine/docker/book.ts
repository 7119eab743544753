import type { Clock } from '../../clock.js';
import type { Ask, Ledger } from '../../scenario/scenario.js';
import type { Book, Reading } from '../engine.js';
import { bad, hole, readingOf } from './failures.js';
import { type Line, type Making, openLine, type Reach } from './lines.js';
import { listNumbers } from './listings.js';

const UNSENT = hole('the drill ended before it was sent');
const GIVEN_UP = hole('given up as the drill ended');

/** What a place shows of one number, with all that may stand around it, and of none. */
const BYTES_OF_NUMBER = 256;
const SLACK_BYTES = 1024 * 1024;

/** A write that is under way or waits for a connection. */
interface Flight {
  readonly number: number;
  readonly deadlineMs: number;
  /** null: it waits. */
  line: Line | null;
  isOver: boolean;
  readonly resolve: (reading: Reading) => void;
}

/** Connections that are shared, and the writes on them. */
interface Pool {
  readonly clock: Clock;
  readonly most: number;
  open(): Line;
  readonly idle: Line[];
  readonly busy: Set<Line>;
  readonly waiting: Flight[];
  /** In the order in which they came, which is that of their deadlines, since all have the same time. */
  readonly flights: Flight[];
  readonly closed: AbortController;
  isSwept: boolean;
}

/** A book whose writes share at most `ledger.connections` connections, as the pool of a user's program does. */
export function openBook(clock: Clock, reach: Reach, ask: Ask, ledger: Ledger | undefined): Book {
  if (ledger === undefined) throw new Error('a probe without a ledger has no book');
  const making = onceDone();
  let greatest = -1;
  const pool: Pool = {
    ...{ clock, most: ledger.connections, open: () => openLine(clock, reach, ask, ledger, making) },
    ...{ idle: [], busy: new Set(), waiting: [], flights: [], closed: new AbortController(), isSwept: false },
  };
  return {
    write: (number, deadlineMs) =>
      new Promise((resolve) => {
        const flight: Flight = { number, deadlineMs, line: null, isOver: false, resolve };
        pool.flights.push(flight);
        greatest = Math.max(greatest, number);
        pool.waiting.push(flight);
        serveNext(pool);
        if (!pool.isSwept) void sweep(pool);
      }),
    list(place, since, deadlineMs) {
      const most = SLACK_BYTES + (greatest + 1) * BYTES_OF_NUMBER;
      return listNumbers(clock, reach, { ask, ledger }, place, { since, most, deadlineMs });
    },
    close() {
      pool.closed.abort();
      for (const line of [...pool.idle.splice(0), ...pool.busy]) line.cut();
      pool.busy.clear();
      // Nobody waits for their answers any more: what was sent may be stored, what waited was never sent.
      for (const flight of pool.flights.splice(0)) end(flight, flight.line === null ? UNSENT : GIVEN_UP);
    },
  };
}

function serveNext(pool: Pool): void {
  const { waiting, closed } = pool;
  while (waiting.length > 0 && !closed.signal.aborted) {
    if (waiting[0]?.isOver) {
      waiting.shift();
      continue;
    }
    const line = takeLine(pool);
    if (line === null) return;
    serve(pool, waiting.shift() as Flight, line);
  }
}

function takeLine({ idle, busy, most, open }: Pool): Line | null {
  for (let line = idle.pop(); line !== undefined; line = idle.pop()) {
    if (line.isUsable()) return line;
    line.cut();
  }
  return busy.size < most ? open() : null;
}

function serve(pool: Pool, flight: Flight, line: Line): void {
  flight.line = line;
  pool.busy.add(line);
  const written = line.write(flight.number).catch((error: unknown) => readingOf(error));
  written.then((reading) => {
    end(flight, reading);
    if (!pool.busy.delete(line)) return;
    if (line.isUsable() && !pool.closed.signal.aborted) pool.idle.push(line);
    else line.cut();
    serveNext(pool);
  });
}

/** One sleeper for all deadlines: a timer for each write would be half of the work. */
async function sweep(pool: Pool): Promise<void> {
  const { clock, flights, closed } = pool;
  pool.isSwept = true;
  while (flights.length > 0 && !closed.signal.aborted) {
    const first = flights.findIndex(({ isOver, deadlineMs }) => !isOver && deadlineMs > clock.now());
    for (const flight of flights.splice(0, first < 0 ? flights.length : first)) void giveUp(pool, flight);
    if (flights[0] !== undefined) await clock.sleepUntil(flights[0].deadlineMs, closed.signal);
  }
  pool.isSwept = false;
}

async function giveUp(pool: Pool, flight: Flight): Promise<void> {
  const { line, isOver } = flight;
  if (isOver) return;
  if (line === null) return end(flight, bad('no connection'));
  if (line.late === undefined) end(flight, bad('timeout'));
  else end(flight, await line.late());
  if (!pool.busy.delete(line)) return;
  line.cut();
  serveNext(pool);
}

function end(flight: Flight, reading: Reading): void {
  if (flight.isOver) return;
  flight.isOver = true;
  flight.resolve(reading);
}

/** Runs what it is given until one of them succeeded; those that come meanwhile wait for it. */
function onceDone(): Making {
  let done: Promise<unknown> | null = null;
  return async (run) => {
    const mine = done ?? run();
    done = mine;
    await mine.catch((error: unknown) => {
      if (done === mine) done = null;
      throw error;
    });
  };
}
