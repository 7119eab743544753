import type { Incident } from '../../scenario/scenario.js';
import { crash } from './crash.js';
import { freeze } from './freeze.js';
import { link } from './link.js';
import { partition } from './partition.js';
import { powerLoss } from './power-loss.js';
import type { FaultKind, Recipe } from './recipe.js';
import { stop } from './stop.js';

/** Every incident that breaks something, by its kind; a kind of the scenario language without its file does not compile. */
const recipes = { 'power-loss': powerLoss, crash, stop, freeze, partition, link } satisfies {
  readonly [Kind in FaultKind]: Recipe<Kind>;
};

/** The recipe for one incident. */
export function recipeOf(incident: Extract<Incident, { kind: FaultKind }>): Recipe<FaultKind> {
  // The table above pairs each kind with its own recipe, which the type of a look-up cannot say.
  return recipes[incident.kind] as Recipe<FaultKind>;
}
