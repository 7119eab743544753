/** Time through a port, so that the same drill runs in real time and in virtual time. All values are milliseconds. */
export interface Clock {
  /** Monotonic milliseconds since this clock was made; fractional on a wall clock. */
  now(): number;
  /** The time of day (milliseconds since 1970, UTC) at the monotonic instant `atMs`, as known now. */
  epochOf(atMs: number): number;
  /** Between which instants the time of day was `epochMs`, as known now; a clock without this knows it exactly. */
  spanOf?(epochMs: number): { readonly fromMs: number; readonly toMs: number };
  /** Resolves at the monotonic instant `atMs`, never early, or as soon as `signal` aborts; never rejects. */
  sleepUntil(atMs: number, signal?: AbortSignal): Promise<void>;
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The time of day is taken from a tick that was seen within `SURE_MS`, or from the best of so many. */
const SURE_MS = 0.05;
const TICKS = 5;

/** Real time that a task on a virtual clock may spend without anything asleep, such as loading a module. */
const PATIENCE_MS = 500;

/** Real time: monotonic, immune to a change of the machine's clock while a drill runs. */
export function wallClock(): Clock {
  const startMs = performance.now();
  const now = () => performance.now() - startMs;
  return {
    now,
    epochOf: (atMs) => atMs + epochOfZero(now),
    async sleepUntil(atMs, signal) {
      while (now() < atMs && !signal?.aborted) {
        await wait(Math.min(LONGEST_TIMER_MS, Math.ceil(atMs - now())), signal);
      }
    },
  };
}

/**
 * The time of day at monotonic zero. `Date.now` gives whole milliseconds, so this waits for one to begin, and sees it
 * between two looks at the monotonic clock; on a machine that is busy in just that moment, it waits for the next one.
 */
function epochOfZero(now: () => number): number {
  let best = { zeroMs: 0, unsureMs: Number.POSITIVE_INFINITY };
  for (let tries = 0; tries < TICKS && best.unsureMs > SURE_MS; tries += 1) {
    let beforeMs = now();
    let lastMs = beforeMs;
    const first = Date.now();
    let tick = first;
    while (tick === first) {
      beforeMs = lastMs;
      lastMs = now();
      tick = Date.now();
    }
    // The millisecond began between the last two looks, and so between these two instants.
    const afterMs = now();
    const unsureMs = afterMs - beforeMs;
    if (unsureMs < best.unsureMs) best = { zeroMs: tick - (beforeMs + afterMs) / 2, unsureMs };
  }
  return best.zeroMs;
}

function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      forget?.();
      resolve();
    };
    const timer = setTimeout(done, ms);
    const forget = signal && onAbort(signal, done);
  });
}

const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `act` when `signal` aborts, unless the returned function was called before. One listener a signal, however many
 * probes sleep on it: Node warns about more than ten, and takes the longer to remove one the more there are.
 */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
  let acts = waiting.get(signal);
  if (acts === undefined) {
    const all = new Set<() => void>();
    signal.addEventListener('abort', () => [...all].forEach((each) => void each()), { once: true });
    waiting.set(signal, all);
    acts = all;
  }
  const mine = acts;
  mine.add(act);
  return () => void mine.delete(act);
}

/** A clock on which nothing takes time but sleeping: `run` carries a task out and skips from one sleeper to the next. */
export interface VirtualClock extends Clock {
  /**
   * Runs `task` to its end. What has nothing to do with this clock may take real time, during which virtual time stands
   * still as long as nothing is asleep; throws when nothing can ever wake the task. May be called again: time goes on.
   */
  run<T>(task: () => Promise<T>): Promise<T>;
}

interface Sleeper {
  readonly atMs: number;
  readonly order: number;
  /** False once it woke by its signal: its instant then no longer counts. */
  asleep: boolean;
  wake(): void;
}

/** Virtual time: deterministic, sleepers wake in the order of their instants, equal instants in the order they came. */
export function virtualClock(epochMs = 0): VirtualClock {
  const sleepers: Sleeper[] = [];
  let nowMs = 0;
  let order = 0;
  return {
    now: () => nowMs,
    epochOf: (atMs) => epochMs + atMs,
    sleepUntil(atMs, signal) {
      return new Promise((resolve) => {
        // What is not a number counts as past, as on the wall clock.
        if (signal?.aborted || Number.isNaN(atMs)) return resolve();
        const wake = () => {
          sleeper.asleep = false;
          forget?.();
          resolve();
        };
        const sleeper: Sleeper = { atMs: Math.max(atMs, nowMs), order: order++, asleep: true, wake };
        const forget = signal && onAbort(signal, wake);
        if (sleeper.atMs < Number.POSITIVE_INFINITY) pushSleeper(sleepers, sleeper);
      });
    },
    async run(task) {
      let running = true;
      const result = task().finally(() => {
        running = false;
      });
      result.catch(() => {});
      while (running) {
        await new Promise(setImmediate);
        if (!running) break;
        const next = popAsleep(sleepers);
        if (next === undefined) {
          await waitFor(() => !running || sleepers.length > 0);
          continue;
        }
        nowMs = next.atMs;
        next.wake();
      }
      return result;
    },
  };
}

/** Gives a task that is busy elsewhere the time to end or to fall asleep. */
async function waitFor(done: () => boolean): Promise<void> {
  const untilMs = performance.now() + PATIENCE_MS;
  while (!done()) {
    if (performance.now() > untilMs) throw new Error('virtual time stands still: nothing is asleep');
    await wait(1, undefined);
  }
}

/** The next one that no signal woke in the meantime. */
function popAsleep(heap: Sleeper[]): Sleeper | undefined {
  let next = popSleeper(heap);
  while (next !== undefined && !next.asleep) next = popSleeper(heap);
  return next;
}

function comesBefore(a: Sleeper, b: Sleeper): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

function pushSleeper(heap: Sleeper[], sleeper: Sleeper): void {
  let at = heap.push(sleeper) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (comesBefore(heap[parent] as Sleeper, sleeper)) break;
    heap[at] = heap[parent] as Sleeper;
    at = parent;
  }
  heap[at] = sleeper;
}

function popSleeper(heap: Sleeper[]): Sleeper | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (top === undefined || last === undefined || heap.length === 0) return top;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && comesBefore(heap[child + 1] as Sleeper, heap[child] as Sleeper)) child += 1;
    if (comesBefore(last, heap[child] as Sleeper)) break;
    heap[at] = heap[child] as Sleeper;
    at = child;
  }
  heap[at] = last;
  return top;
}

/** Between which instants of this clock its time of day was `epochMs`: the way back from a stamp that an engine wrote. */
export function instantsOf(clock: Clock, epochMs: number): { readonly fromMs: number; readonly toMs: number } {
  const known = clock.spanOf?.(epochMs);
  if (known !== undefined) return known;
  const nowMs = clock.now();
  const atMs = nowMs + (epochMs - clock.epochOf(nowMs));
  return { fromMs: atMs, toMs: atMs };
}

/** The instant as ISO 8601 in UTC, such as `2022-10-15T06:30:00.000Z`; `epochMs` counts from 1970. */
export function isoTimeOf(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** Milliseconds from 1970 to the beginning of a day such as `2022-10-15`, as if the day were UTC's. */
export function epochOfDay(date: string): number {
  return Date.parse(`${date}T00:00:00Z`);
}

/** Milliseconds from 1970 to an instant as ISO 8601 with its offset, such as `2022-10-15T06:29:30.25Z`; NaN when it is none. */
export function epochOfTime(time: string): number {
  return Date.parse(time);
}
