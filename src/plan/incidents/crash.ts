import { onEveryUnit, type Recipe } from './recipe.js';

/** The process dies where it stands; the restart policy may bring it back before the author does. */
export const crash: Recipe<'crash'> = {
  titleOf: ({ targets }) => `crash ${targets.join(', ')}`,
  sidesOf: ({ targets }) => [targets],
  deedsOf: (_, sides) => onEveryUnit(sides, { verb: 'kill' }),
};
