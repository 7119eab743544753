import { onEveryUnit, type Recipe } from './recipe.js';

/** The current is cut: every unit goes dark at one instant, in silence, and comes back by a cold start. */
export const powerLoss: Recipe<'power-loss'> = {
  titleOf({ targets, volumes }) {
    return `power-loss ${targets.join(', ')}${volumes === 'destroyed' ? ', volumes destroyed' : ''}`;
  },
  sidesOf: ({ targets }) => [targets],
  deedsOf: ({ volumes }, sides) => onEveryUnit(sides, { verb: 'power-off', volumes }),
};
