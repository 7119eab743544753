import { type Clock, onAbort } from '../../clock.js';

/** How the drill's time goes with the runner's: at the runner's `rawMs` it was `atMs`, and it goes `rate` times as fast. */
export interface Course {
  readonly rawMs: number;
  readonly atMs: number;
  readonly rate: number;
}

/** What the time of day is, or in the past was, for the drill's time. */
export interface Almanac {
  epochOf(atMs: number): number;
  spanOf(epochMs: number): { readonly fromMs: number; readonly toMs: number };
}

/**
 * A clock that goes as a better one does, as far as that is known. `doubt` is called when the runner's own clock has made a
 * leap: until it resolves, time stands still, and nobody who sleeps is woken by a clock that may be wrong.
 */
export interface SteeredClock extends Clock {
  /** The runner's own clock, which nobody sets. */
  readonly raw: Clock;
  course(): Course;
  /** The drill's time at the runner's `rawMs`. */
  at(rawMs: number): number;
  /** Goes on this course from now on; time never goes back, it waits. */
  steer(course: Course): void;
  /** Takes the engine's time of day to be so much later than the runner's, as long as nothing better is known. */
  presume(aheadMs: number): void;
  /** Takes the time of day from here, and has every leap looked into. */
  trust(almanac: Almanac, doubt: () => Promise<void>): void;
}

/** What a runner's clock does not do while it is looked at several times a second, unless it leapt or the runner stood still. */
const LEAP_MS = 1000;
/** Two looks at one clock may be told in the wrong order by so much. */
const BACK_MS = 1;
const HAIR_MS = 0.001;

/** A clock that goes as `raw` does until it is steered. */
export function steeredClock(raw: Clock): SteeredClock {
  let course: Course = { rawMs: raw.now(), atMs: raw.now(), rate: 1 };
  let guide: { readonly almanac: Almanac; doubt(): Promise<void> } | null = null;
  let aheadMs = 0;
  let doubtful = false;
  let seenRawMs = raw.now();
  let latestMs = course.atMs;
  const naps = new Set<AbortController>();
  const wakeAll = () => {
    for (const nap of [...naps]) nap.abort();
  };
  const at = (rawMs: number) => course.atMs + (rawMs - course.rawMs) * course.rate;
  const doubt = () => {
    doubtful = true;
    void guide?.doubt().finally(() => {
      doubtful = false;
      seenRawMs = raw.now();
      wakeAll();
    });
  };
  const now = () => {
    const rawMs = raw.now();
    const leapt = rawMs - seenRawMs > LEAP_MS || seenRawMs - rawMs > BACK_MS;
    if (guide !== null && leapt && !doubtful) doubt();
    if (doubtful) return latestMs;
    seenRawMs = rawMs;
    latestMs = Math.max(latestMs, at(rawMs));
    return latestMs;
  };
  return {
    raw,
    now,
    at,
    course: () => course,
    steer(next) {
      course = next;
      wakeAll();
    },
    presume(byMs) {
      aheadMs = byMs;
    },
    trust(almanac, look) {
      seenRawMs = raw.now();
      guide = { almanac, doubt: look };
    },
    epochOf(atMs) {
      if (guide !== null) return guide.almanac.epochOf(atMs);
      return raw.epochOf(course.rawMs + (atMs - course.atMs) / course.rate) + aheadMs;
    },
    spanOf(epochMs) {
      if (guide !== null) return guide.almanac.spanOf(epochMs);
      const atMs = now() + (epochMs - aheadMs - raw.epochOf(raw.now()));
      return { fromMs: atMs, toMs: atMs };
    },
    async sleepUntil(atMs, signal) {
      while (!signal?.aborted && (now() < atMs || doubtful)) {
        const nap = new AbortController();
        const forget = signal && onAbort(signal, () => nap.abort());
        naps.add(nap);
        const wakeRawMs = course.rawMs + (atMs - course.atMs) / course.rate;
        await raw.sleepUntil(doubtful ? Number.POSITIVE_INFINITY : wakeRawMs, nap.signal);
        naps.delete(nap);
        forget?.();
        // Who has slept as long as it should has come to its instant, whatever is lost in the reckoning.
        const isHair = Math.abs(at(raw.now()) - atMs) < HAIR_MS;
        if (!nap.signal.aborted && !doubtful && isHair) latestMs = Math.max(latestMs, atMs);
      }
    },
  };
}
