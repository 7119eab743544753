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
