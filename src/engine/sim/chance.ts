import type { Spread } from '../../scenario/scenario.js';

/**
 * Numbers from 0 up to but not 1, that depend on nothing but what they are drawn for: the seed, a probe's name and the
 * number of its look. So no call changes what another one draws.
 */
export function chanceOf(seed: number, name: string, count: number): () => number {
  let state = stir(stir(hash(name) ^ seed) ^ count);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    return (stir(state) >>> 0) / 2 ** 32;
  };
}

/** Longer than any story by far, and still an instant: a spread over many magnitudes has no end of its own. */
const LONGEST_MS = 1e12;

/** A length of time in milliseconds as a spread has it; the mean of many is the spread's, whoever draws. */
export function drawMs(spread: Spread, draw: () => number): number {
  if (typeof spread === 'number') return spread;
  if ('fromMs' in spread) return spread.fromMs + (spread.toMs - spread.fromMs) * draw();
  if ('meanMs' in spread) return -spread.meanMs * Math.log(1 - draw());
  if (spread.p50Ms === 0) return 0;
  // Of a log-normal distribution one in twenty exceeds the median times e^(1.645 sigma).
  const sigma = Math.log(spread.p95Ms / spread.p50Ms) / 1.6448536269514722;
  return Math.min(LONGEST_MS, spread.p50Ms * Math.exp(sigma * drawNormal(draw)));
}

/** Box and Muller: two even numbers become a normal one. */
function drawNormal(draw: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
}

/** FNV-1a: a few letters become 32 bits. */
function hash(text: string): number {
  let bits = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) bits = Math.imul(bits ^ text.charCodeAt(index), 0x01000193);
  return bits;
}

/** The finalizer of splitmix32: neighbours in, strangers out. */
function stir(bits: number): number {
  let mixed = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return mixed ^ (mixed >>> 15);
}
