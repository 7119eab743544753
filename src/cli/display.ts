import type { Clock } from '../clock.js';
import type { Entry } from '../journal/journal.js';
import { cleaned, printed } from '../printable.js';
import { tellEvents } from './events.js';
import type { Io } from './io.js';
import { advance, columnsOf, liveView, nothingYet } from './live-view.js';

/** What a person sees of a drill while it runs. */
export interface Display {
  watch(entry: Entry): void;
  /** A line of firedrill's own, among the events. */
  say(line: string): void;
  /** A person pressed Enter, which the terminal shows as a line of its own. */
  entered(): void;
  /** Takes what is redrawn off the terminal; the events stay. */
  close(): void;
}

const REDRAW_EVERY_MS = 100;

/** A line an event; on a terminal, where the drill takes its time, also a view below them that is redrawn in place. */
export function openDisplay(io: Io, clock: Clock, isLive: boolean): Display {
  const canRedraw = io.errColumns !== null && io.env.TERM !== 'dumb';
  return isLive && canRedraw ? openLive(io, clock) : openPlain(io);
}

function openPlain(io: Io): Display {
  const tell = tellEvents();
  const say = (line: string) => io.err(`${line}\n`);
  return { say, watch: (entry) => tell(cleaned(entry)).forEach(say), entered() {}, close() {} };
}

function openLive(io: Io, clock: Clock): Display {
  const tell = tellEvents();
  let state = nothingYet;
  /** How many columns each line took that is redrawn, and whether a person broke one more. */
  let drawn: readonly number[] = [];
  let entered = 0;
  let drawnAtMs = Number.NEGATIVE_INFINITY;
  let closed = false;
  const draw = (events: readonly string[]) => {
    const { columns, rows } = sizeOf(io);
    // More lines than there are rows could not be taken back: the upper ones have left the terminal.
    const view = closed ? [] : liveView(state, columns).slice(0, rows - 1);
    // A terminal that has become narrower has broken what was drawn.
    const back = entered + drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    const moves = back > 0 ? `\u001b[${back}A\u001b[0J` : '';
    drawn = view.map(columnsOf);
    entered = 0;
    drawnAtMs = clock.now();
    // In one piece, so that no half of it is ever seen.
    io.draw(moves + printed([...events, ...view].map((line) => `${line}\n`).join('')));
  };
  return {
    watch(written) {
      const entry = cleaned(written);
      state = advance(state, entry);
      const events = tell(entry);
      if (events.length > 0 || clock.now() - drawnAtMs >= REDRAW_EVERY_MS) draw(events);
    },
    say: (line) => draw([line]),
    entered() {
      if (drawn.length > 0) entered += 1;
    },
    close() {
      closed = true;
      draw([]);
    },
  };
}

/** What is no size of a terminal, as some are said to have none, is that of most. */
function sizeOf({ errColumns, errRows }: Io): { columns: number; rows: number } {
  const isSize = (size: number | null | undefined, least: number) => size != null && size >= least;
  return {
    columns: isSize(errColumns, 10) ? (errColumns as number) : 80,
    rows: isSize(errRows, 2) ? (errRows as number) : 24,
  };
}
