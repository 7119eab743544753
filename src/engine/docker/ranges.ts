/** Between what something lies. */
export interface Range {
  readonly lowMs: number;
  readonly highMs: number;
}

/** Clocks are read to parts of a millisecond. */
const TOLERANCE_MS = 0.5;

/** Whether both can be true. */
export function meet(one: Range, other: Range): boolean {
  return one.lowMs <= other.highMs + TOLERANCE_MS && other.lowMs <= one.highMs + TOLERANCE_MS;
}

/** What is true of both, which must meet. */
export function bothOf(one: Range, other: Range): Range {
  const lowMs = Math.max(one.lowMs, other.lowMs);
  const highMs = Math.min(one.highMs, other.highMs);
  // Where they only touch by the tolerance.
  return lowMs <= highMs ? { lowMs, highMs } : { lowMs: highMs, highMs: lowMs };
}

/** Its middle. */
export function middleOf({ lowMs, highMs }: Range): number {
  return (lowMs + highMs) / 2;
}

/** How wide it is. */
export function lengthOf({ lowMs, highMs }: Range): number {
  return highMs - lowMs;
}

/** How far it goes from zero. */
export function sizeOf({ lowMs, highMs }: Range): number {
  return Math.max(Math.abs(lowMs), Math.abs(highMs));
}

/** The range that lies so much later. */
export function shiftedBy({ lowMs, highMs }: Range, byMs: number): Range {
  return { lowMs: lowMs + byMs, highMs: highMs + byMs };
}
