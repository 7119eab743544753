import type { Io } from './io.js';

/** How far something is, on standard error, where that is a terminal. */
export interface Progress {
  advance(more: number): void;
  done(): number;
  /** Takes the line off the terminal again. */
  close(): void;
}

/** Redrawn when so many percent more are done. */
const STEP_PERCENT = 1;

/** `317 of 1000 trials`, redrawn in place; nothing at all where standard error is no terminal. */
export function openProgress(io: Io, what: string, count: number): Progress {
  const isShown = io.errColumns !== null && io.env.TERM !== 'dumb';
  let done = 0;
  let drawn = 0;
  return {
    advance(more) {
      done += more;
      if (!isShown || (done - drawn) * 100 < count * STEP_PERCENT) return;
      drawn = done;
      io.draw(`\r${done} of ${count} ${what}`);
    },
    done: () => done,
    close() {
      if (drawn > 0) io.draw('\r\u001b[0K');
    },
  };
}
