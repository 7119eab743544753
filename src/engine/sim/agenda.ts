import { makeHeap } from './heap.js';

/** What is due by itself: boots that end, elections. Nothing wakes up for it; it is caught up with when somebody looks. */
export interface Agenda {
  /** An instant that is not a number is never due. */
  add(atMs: number, act: (atMs: number) => void): void;
  /** Does what is due next, as if at its own instant; false when nothing is due by `limitMs`. */
  step(limitMs: number): boolean;
  /** The instant of what was done last; 0 before that. */
  nowMs(): number;
  /** Does all that is due by `nowMs`, in the order of instants, then of adding, each as if at its own instant. */
  catchUp(nowMs: number): void;
  /** How many things were done since the agenda was made. */
  done(): number;
}

type Act = (atMs: number) => void;

/**
 * An empty agenda. A site of a million servers adds and takes as many items: an object for each would cost more than what it
 * says, so that in the heap only numbers move, and what is to be done stands in a seat of its own until it is its turn.
 */
export function makeAgenda(): Agenda {
  const heap = makeHeap();
  const acts: Act[] = [];
  const free: number[] = [];
  let done = 0;
  let nowMs = 0;
  const step = (limitMs: number) => {
    const atMs = heap.firstMs();
    if (!(atMs <= limitMs && atMs < Number.POSITIVE_INFINITY)) return false;
    const seat = heap.take();
    nowMs = atMs;
    done += 1;
    free.push(seat);
    (acts[seat] as Act)(atMs);
    return true;
  };
  return {
    add(atMs, act) {
      if (!(atMs < Number.POSITIVE_INFINITY)) return;
      const seat = free.pop() ?? acts.length;
      acts[seat] = act;
      heap.put(atMs, seat);
    },
    step,
    nowMs: () => nowMs,
    catchUp(dueMs) {
      while (step(dueMs));
    },
    done: () => done,
  };
}
