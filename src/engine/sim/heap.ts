/** Instants in order, each with the number of a seat; of equal instants the one that was put first comes first. */
export interface Heap {
  /** `seat` is one that is not in the heap. */
  put(atMs: number, seat: number): void;
  /** The earliest instant; Infinity when there is none. */
  firstMs(): number;
  /** Takes the earliest instant away and returns its seat; there must be one. */
  take(): number;
}

/**
 * An empty binary heap. Its two loops are written out, with every array in a variable of their own, because they are most of
 * what an outage of many servers costs.
 */
export function makeHeap(): Heap {
  let times = new Float64Array(64);
  let seats = new Int32Array(64);
  let size = 0;
  /** The how-manieth it was, by seat. */
  const orders: number[] = [];
  let added = 0;

  const isBefore = (seat: number, other: number) => (orders[seat] as number) < (orders[other] as number);
  const sink = (atMs: number, seat: number) => {
    const heap = times;
    const who = seats;
    const end = size;
    let place = 0;
    for (let child = 1; child < end; child = 2 * place + 1) {
      let childMs = heap[child] as number;
      const next = child + 1;
      if (next < end) {
        const nextMs = heap[next] as number;
        if (nextMs < childMs || (nextMs === childMs && isBefore(who[next] as number, who[child] as number))) {
          child = next;
          childMs = nextMs;
        }
      }
      if (atMs < childMs || (atMs === childMs && isBefore(seat, who[child] as number))) break;
      heap[place] = childMs;
      who[place] = who[child] as number;
      place = child;
    }
    heap[place] = atMs;
    who[place] = seat;
  };
  return {
    put(atMs, seat) {
      if (size === times.length) {
        times = widen(times, new Float64Array(2 * size));
        seats = widen(seats, new Int32Array(2 * size));
      }
      const heap = times;
      const who = seats;
      orders[seat] = added++;
      let place = size++;
      while (place > 0) {
        const parent = (place - 1) >> 1;
        const parentMs = heap[parent] as number;
        // What is put comes after all that is due at the same instant.
        if (parentMs <= atMs) break;
        heap[place] = parentMs;
        who[place] = who[parent] as number;
        place = parent;
      }
      heap[place] = atMs;
      who[place] = seat;
    },
    firstMs: () => (size > 0 ? (times[0] as number) : Number.POSITIVE_INFINITY),
    take() {
      const seat = seats[0] as number;
      size -= 1;
      if (size > 0) sink(times[size] as number, seats[size] as number);
      return seat;
    },
  };
}

function widen<Numbers extends Float64Array | Int32Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}
