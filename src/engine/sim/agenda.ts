/** What is due by itself: boots that end, elections. Nothing wakes up for it; it is caught up with when somebody looks. */
export interface Agenda {
  /** An instant that is not a number is never due. */
  add(atMs: number, act: (atMs: number) => void): void;
  /** The instant of what is due next; Infinity when nothing is. */
  nextMs(): number;
  /** Does what is due next, as if at its own instant; nothing when nothing is. */
  step(): void;
  /** Does all that is due by `nowMs`, in the order of instants, then of adding, each as if at its own instant. */
  catchUp(nowMs: number): void;
  /** How many things were done since the agenda was made. */
  done(): number;
}

/**
 * An empty agenda: a binary heap in three plain arrays, because a site of a million servers adds and takes as many items, and
 * an object for each of them would cost more than what it says.
 */
export function makeAgenda(): Agenda {
  const times: number[] = [];
  const orders: number[] = [];
  const acts: ((atMs: number) => void)[] = [];
  let added = 0;
  let done = 0;

  const put = (place: number, atMs: number, order: number, act: (atMs: number) => void) => {
    times[place] = atMs;
    orders[place] = order;
    acts[place] = act;
  };
  const copy = (to: number, from: number) =>
    put(to, times[from] as number, orders[from] as number, acts[from] as (atMs: number) => void);
  const comesBefore = (atMs: number, order: number, place: number) => {
    const otherMs = times[place] as number;
    return atMs < otherMs || (atMs === otherMs && order < (orders[place] as number));
  };
  const sink = (atMs: number, order: number, act: (atMs: number) => void) => {
    const { length } = times;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= length) break;
      if (child + 1 < length && comesBefore(times[child + 1] as number, orders[child + 1] as number, child)) child += 1;
      if (comesBefore(atMs, order, child)) break;
      copy(place, child);
      place = child;
    }
    put(place, atMs, order, act);
  };
  const step = () => {
    const atMs = times[0];
    const act = acts[0];
    if (atMs === undefined || act === undefined) return;
    const lastMs = times.pop() as number;
    const lastOrder = orders.pop() as number;
    const lastAct = acts.pop() as (atMs: number) => void;
    if (times.length > 0) sink(lastMs, lastOrder, lastAct);
    done += 1;
    act(atMs);
  };
  const nextMs = () => times[0] ?? Number.POSITIVE_INFINITY;
  return {
    add(atMs, act) {
      if (!(atMs < Number.POSITIVE_INFINITY)) return;
      const order = added++;
      let place = times.length;
      put(place, atMs, order, act);
      while (place > 0) {
        const parent = (place - 1) >> 1;
        if (!comesBefore(atMs, order, parent)) break;
        copy(place, parent);
        place = parent;
      }
      put(place, atMs, order, act);
    },
    nextMs,
    step,
    catchUp(nowMs) {
      while (nextMs() <= nowMs) step();
    },
    done: () => done,
  };
}
