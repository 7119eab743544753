import type { Clock } from '../clock.js';
import type { Io } from './io.js';

const PATIENCE_MS = 3000;

/** What `work` gives; says on standard error what is waited for when that takes longer than a person waits without a word. */
export async function tellWaiting<T>(io: Io, clock: Clock, what: string, work: Promise<T>): Promise<T> {
  const done = new AbortController();
  void clock.sleepUntil(clock.now() + PATIENCE_MS, done.signal).then(() => {
    if (!done.signal.aborted) io.err(`waiting for ${what} …\n`);
  });
  return work.finally(() => done.abort());
}
