import type { Clock } from '../clock.js';
import type { Entry } from '../journal/journal.js';
import { tellEvents } from './events.js';
import type { Io } from './io.js';
import { advance, liveView, nothingYet } from './live-view.js';

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
  return isLive && io.errColumns !== null ? openLive(io, clock) : openPlain(io);
}

function openPlain(io: Io): Display {
  const tell = tellEvents();
  const say = (line: string) => io.err(`${line}\n`);
  return { say, watch: (entry) => tell(entry).forEach(say), entered() {}, close() {} };
}

function openLive(io: Io, clock: Clock): Display {
  const tell = tellEvents();
  let state = nothingYet;
  let drawnLines = 0;
  let drawnAtMs = Number.NEGATIVE_INFINITY;
  let closed = false;
  const draw = (events: readonly string[]) => {
    const view = closed ? [] : liveView(state, io.errColumns ?? 0);
    const back = drawnLines > 0 ? `\u001b[${drawnLines}A\u001b[0J` : '';
    drawnLines = view.length;
    drawnAtMs = clock.now();
    // In one piece, so that no half of it is ever seen.
    io.err(back + [...events, ...view].map((line) => `${line}\n`).join(''));
  };
  return {
    watch(entry) {
      state = advance(state, entry);
      const events = tell(entry);
      if (events.length > 0 || clock.now() - drawnAtMs >= REDRAW_EVERY_MS) draw(events);
    },
    say: (line) => draw([line]),
    entered() {
      if (drawnLines > 0) drawnLines += 1;
    },
    close() {
      closed = true;
      draw([]);
    },
  };
}
