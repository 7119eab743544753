import { OUTSIDE } from '../targets.js';
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
  const deaf = onEveryUnit([to], { verb: 'isolate', from, direction: 'in' });
  if (!to.includes(OUTSIDE)) return deaf;
  // Who is outside cannot be made deaf: what goes there is lost where it leaves.
  return [...deaf, ...onEveryUnit([from], { verb: 'isolate', from: [OUTSIDE], direction: 'out' })];
}

/**
 * Each side is cut off from all that come after it, which is enough for every pair; outside there is nothing to do it with, so
 * that it comes last.
 */
function cutApart(sides: readonly (readonly string[])[]): Deed[] {
  const isOutside = (side: readonly string[]) => side.includes(OUTSIDE);
  const ordered = [...sides.filter((side) => !isOutside(side)), ...sides.filter(isOutside)];
  return ordered.slice(0, -1).flatMap((side, index) => {
    const from = ordered.slice(index + 1).flat();
    return onEveryUnit([side], { verb: 'isolate', from, direction: 'both' });
  });
}
