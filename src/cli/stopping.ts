import type { Clock } from '../clock.js';
import type { Io } from './io.js';

/** How a drill hears that it is to stop. */
export interface Stopping {
  readonly signal: AbortSignal;
  /** Aborted by the second request to stop. */
  readonly hurry: AbortSignal;
  /** What was thrown and caught by nobody. */
  readonly crashes: unknown[];
  /** From now on a drill is under way: what is said goes among its events, and tells of its cures. */
  begin(say: (line: string) => void): void;
  end(): void;
}

/** What was asked of an engine before there is a drill is waited for so long, since a container for it may stand. */
const PATIENCE_MS = 10_000;

/** Listens from now on for whatever asks to stop. */
export function listenForStop(io: Io): Stopping {
  const stop = new AbortController();
  const hurry = new AbortController();
  const crashes: unknown[] = [];
  let say: ((line: string) => void) | null = null;
  const end = io.onStop((reason, error) => {
    if (error !== undefined) crashes.push(error);
    const first = !stop.signal.aborted;
    if (!first) hurry.abort();
    stop.abort(`stopped by ${reason}`);
    if (say === null) io.err(`${reason}: stopping; no drill has begun, and nothing of one was made\n`);
    else
      say(
        first
          ? `${reason}: stopping; what was broken is cured and what was made is removed, please wait`
          : `${reason}: still curing and removing, which is never skipped; nothing else is waited for`,
      );
  });
  const begin = (sayNow: (line: string) => void) => {
    say = sayNow;
  };
  return { signal: stop.signal, hurry: hurry.signal, crashes, begin, end };
}

/** What `work` gives; null when a stop was asked for before that, some seconds later at the latest. */
export async function unlessStopped<T>(clock: Clock, { signal, hurry }: Stopping, work: Promise<T>): Promise<T | null> {
  const done = new AbortController();
  const stopped = new Promise<null>((resolve) => {
    const give = async () => {
      await clock.sleepUntil(clock.now() + PATIENCE_MS, AbortSignal.any([hurry, done.signal]));
      resolve(null);
    };
    if (signal.aborted) void give();
    else signal.addEventListener('abort', () => void give(), { once: true, signal: done.signal });
  });
  try {
    const given = await Promise.race([work, stopped]);
    return signal.aborted ? null : given;
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  } finally {
    done.abort();
    work.catch(() => {});
  }
}
