import type { Clock } from '../clock.js';

/**
 * The story's time on a drill's clock: it goes as fast as that one, and in a jump over what is skipped. All instants are
 * milliseconds.
 */
export interface StoryClock {
  /** The story's instant now, counted from its beginning; negative before it. */
  now(): number;
  /** The story's instant when the clock showed `clockMs`. */
  storyOf(clockMs: number): number;
  /** When the clock shows a story's instant, as known now; all that was skipped is at the instant of its jump. */
  instantOf(storyMs: number): number;
  /** Whether the story has come to this instant; true when `sleepUntil` has slept until it, where `now` may be a hair earlier. */
  hasCome(storyMs: number): boolean;
  /** The story's instant since which it has not jumped; 0 where it never did. */
  resumedMs(): number;
  /** Resolves when the story has come to `storyMs` or jumped over it, or as soon as `signal` aborts; never rejects. */
  sleepUntil(storyMs: number, signal?: AbortSignal): Promise<void>;
  /** Takes the story on by `skippedMs` at once; whole seconds keep its seconds on those of the wall clock. */
  jump(skippedMs: number): void;
}

/** A stretch of the story without a jump. */
interface Stretch {
  readonly clockMs: number;
  readonly storyMs: number;
}

/** A story whose instant 0 is `zeroMs` on the clock. */
export function storyClock(clock: Clock, zeroMs: number): StoryClock {
  const stretches: Stretch[] = [{ clockMs: zeroMs, storyMs: 0 }];
  const asleep = new Set<() => void>();
  const last = () => stretches.at(-1) as Stretch;
  const now = () => last().storyMs + (clock.now() - last().clockMs);
  const instantOf = (storyMs: number) => {
    const at = Math.max(
      0,
      stretches.findLastIndex((stretch) => stretch.storyMs <= storyMs),
    );
    const { clockMs, storyMs: fromMs } = stretches[at] as Stretch;
    return Math.min(clockMs + (storyMs - fromMs), stretches[at + 1]?.clockMs ?? Number.POSITIVE_INFINITY);
  };
  const hasCome = (storyMs: number) => instantOf(storyMs) <= clock.now();
  return {
    now,
    instantOf,
    storyOf(clockMs) {
      const stretch = stretches.findLast((one) => one.clockMs <= clockMs) ?? (stretches[0] as Stretch);
      return stretch.storyMs + (clockMs - stretch.clockMs);
    },
    hasCome,
    resumedMs: () => last().storyMs,
    async sleepUntil(storyMs, signal) {
      do {
        // By hand: what `AbortSignal.any` leaves behind makes a story of many looks slow.
        const woken = new AbortController();
        const wake = () => woken.abort();
        asleep.add(wake);
        signal?.addEventListener('abort', wake, { once: true });
        await clock.sleepUntil(instantOf(storyMs), signal?.aborted ? signal : woken.signal);
        signal?.removeEventListener('abort', wake);
        asleep.delete(wake);
      } while (!hasCome(storyMs) && !signal?.aborted);
    },
    jump(skippedMs) {
      stretches.push({ clockMs: clock.now(), storyMs: now() + skippedMs });
      for (const wake of [...asleep]) wake();
    },
  };
}
