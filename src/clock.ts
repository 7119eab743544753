/** Time through a port, so that the same drill runs in real time and in virtual time. All values are milliseconds. */
export interface Clock {
  /** Monotonic milliseconds since this clock was made; fractional on a wall clock. */
  now(): number;
  /** The time of day (milliseconds since 1970, UTC) at the monotonic instant `atMs`, as known now. */
  epochOf(atMs: number): number;
  /** Resolves at the monotonic instant `atMs`, never early, or as soon as `signal` aborts; never rejects. */
  sleepUntil(atMs: number, signal?: AbortSignal): Promise<void>;
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Real time: monotonic, immune to a change of the machine's clock while a drill runs. */
export function wallClock(): Clock {
  const startMs = performance.now();
  const now = () => performance.now() - startMs;
  return {
    now,
    epochOf: (atMs) => atMs - now() + epochNow(),
    async sleepUntil(atMs, signal) {
      while (now() < atMs && !signal?.aborted) {
        await wait(Math.min(LONGEST_TIMER_MS, Math.ceil(atMs - now())), signal);
      }
    },
  };
}

/** The time of day with a resolution well below the millisecond that `Date.now` gives: waits for its next tick. */
function epochNow(): number {
  const before = Date.now();
  let tick = before;
  while (tick === before) tick = Date.now();
  return tick;
}

function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** A clock on which nothing takes time but sleeping: `run` carries a task out and skips from one sleeper to the next. */
export interface VirtualClock extends Clock {
  /** Runs `task` to its end; throws when it waits for something that is not this clock. */
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
        if (signal?.aborted) return resolve();
        const wake = () => {
          sleeper.asleep = false;
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const sleeper: Sleeper = { atMs: Math.max(atMs, nowMs), order: order++, asleep: true, wake };
        pushSleeper(sleepers, sleeper);
        signal?.addEventListener('abort', wake, { once: true });
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
        const next = popSleeper(sleepers);
        if (next === undefined) {
          await new Promise((resolve) => setTimeout(resolve, 20));
          if (running && sleepers.length === 0) throw new Error('virtual time stands still: nothing is asleep');
          continue;
        }
        if (!next.asleep) continue;
        nowMs = next.atMs;
        next.wake();
      }
      return result;
    },
  };
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
