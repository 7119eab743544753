import type { Clock } from '../../clock.js';
import type { Reading } from '../engine.js';
import type { Follow, Ran, Running } from './commands.js';
import { bad, FATE_UNKNOWN, hole, readingOfExit, refusalOf } from './failures.js';

/** A command inside of a unit that is a look or a write, under way. */
export interface Errand {
  /** What it gave; null: the unit is paused, and says nothing. Never rejects. */
  readonly said: Promise<Reading | null>;
  /**
   * What it is when its time is over and it has said nothing: a `timeout` only where Docker began it, and still answers that
   * it runs; else nobody looked. Takes less than a second; never rejects.
   */
  late(): Promise<Reading>;
  /** Ends the waiting, not the command. */
  end(): void;
}

/** Docker has so long to say whether a command still runs; within the time that a reading may be late. */
const GRACE_MS = 600;
const NOT_RUN = hole('Docker did not run it in time');

/** Starts a command by `run`, once. */
export function startErrand(clock: Clock, run: (running: Running) => Promise<Ran>): Errand {
  const over = new AbortController();
  const follow: Follow = { stage: 'asked', runs: null };
  let paused = false;
  const said = run({ again: false, signal: over.signal, follow }).then(
    ({ code, output }) => readingOfExit(code, output),
    (error: unknown) => {
      const refusal = refusalOf(error, follow.stage);
      paused = refusal === null;
      return refusal;
    },
  );
  return {
    said,
    async late() {
      if (paused) return bad('timeout');
      if (follow.stage === 'asked') return NOT_RUN;
      const runs = follow.stage === 'started' && follow.runs !== null && (await stillRuns(clock, follow.runs));
      return runs ? bad('timeout') : FATE_UNKNOWN;
    },
    end: () => over.abort(),
  };
}

async function stillRuns(clock: Clock, ask: (signal: AbortSignal) => Promise<boolean>): Promise<boolean> {
  const over = new AbortController();
  const silence = clock.sleepUntil(clock.now() + GRACE_MS, over.signal).then(() => false);
  const answer = ask(over.signal).catch(() => false);
  return Promise.race([answer, silence]).finally(() => over.abort());
}
