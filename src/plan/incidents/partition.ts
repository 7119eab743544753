import { type Deed, onEveryUnit, type Recipe } from './recipe.js';

/** The network falls apart: groups that hear themselves and nobody else, or one that is no longer heard by another. */
export const partition: Recipe<'partition'> = {
  titleOf({ groups, oneWay }) {
    return `partition ${groups.map((group) => group.join(', ')).join(oneWay ? ' → ' : ' | ')}`;
  },
  sidesOf: ({ groups }) => groups,
  deedsOf: ({ oneWay }, sides) => (oneWay ? deafen(sides) : cutApart(sides)),
};

function deafen([from = [], to = []]: readonly (readonly string[])[]): Deed[] {
  return onEveryUnit([to], { verb: 'isolate', from, direction: 'in' });
}

/** Rules on one side of each pair are enough, so every side but the last is cut off from all that come after it. */
function cutApart(sides: readonly (readonly string[])[]): Deed[] {
  return sides.slice(0, -1).flatMap((side, index) => {
    const from = sides.slice(index + 1).flat();
    return onEveryUnit([side], { verb: 'isolate', from, direction: 'both' });
  });
}
