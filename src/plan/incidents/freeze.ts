import { onEveryUnit, type Recipe } from './recipe.js';

/** It hangs: nothing runs, nothing is forgotten, the kernel still takes its connections. */
export const freeze: Recipe<'freeze'> = {
  titleOf: ({ targets }) => `freeze ${targets.join(', ')}`,
  sidesOf: ({ targets }) => [targets],
  deedsOf: (_, sides) => onEveryUnit(sides, { verb: 'freeze' }),
};
