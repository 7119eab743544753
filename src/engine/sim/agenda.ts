/** What is due by itself: boots that end, elections. Nothing wakes up for it; it is caught up with when somebody looks. */
export interface Agenda {
  add(atMs: number, act: (atMs: number) => void): void;
  /** Does all that is due by `nowMs`, in the order of instants, then of adding, each as if at its own instant. */
  catchUp(nowMs: number): void;
}

interface Item {
  readonly atMs: number;
  act(atMs: number): void;
}

/** An empty agenda. */
export function makeAgenda(): Agenda {
  let items: Item[] = [];
  let done = 0;
  return {
    add(atMs, act) {
      let place = items.length;
      while (place > done && (items[place - 1] as Item).atMs > atMs) place -= 1;
      items.splice(place, 0, { atMs, act });
    },
    catchUp(nowMs) {
      for (let item = items[done]; item !== undefined && item.atMs <= nowMs; item = items[done]) {
        done += 1;
        item.act(item.atMs);
      }
      if (done > 1000 && done * 2 > items.length) {
        items = items.slice(done);
        done = 0;
      }
    },
  };
}
