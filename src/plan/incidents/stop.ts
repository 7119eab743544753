import { onEveryUnit, type Recipe } from './recipe.js';

/** Somebody shuts it down in order: it is asked to end, and made to after the grace. */
export const stop: Recipe<'stop'> = {
  titleOf: ({ targets }) => `stop ${targets.join(', ')}`,
  sidesOf: ({ targets }) => [targets],
  deedsOf: ({ graceMs }, sides) => onEveryUnit(sides, { verb: 'stop', graceMs }),
};
