import { onEveryUnit, type Recipe } from './recipe.js';

/** The process dies where it stands; the restart policy may bring it back before the author does. */
export const crash: Recipe<'crash'> = {
  titleOf: ({ targets, program }) => `crash ${targets.join(', ')}${program === undefined ? '' : ` (${program})`}`,
  sidesOf: ({ targets }) => [targets],
  deedsOf: ({ program }, sides) => onEveryUnit(sides, { verb: 'kill', ...(program === undefined ? {} : { program }) }),
};
