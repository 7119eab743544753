const GOLDEN = 0x9e3779b9;

/**
 * The seed of one trial, 0 to 4294967295, from nothing but the simulation's seed and the trial's number (from 0): the same
 * whoever plays it, and never the same for two trials of a simulation. (Splitmix32: a Weyl sequence through a bijection.)
 */
export function trialSeedOf(seed: number, trial: number): number {
  return stir((stir(seed | 0) + Math.imul(trial, GOLDEN)) | 0) >>> 0;
}

function stir(bits: number): number {
  let mixed = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return mixed ^ (mixed >>> 15);
}
