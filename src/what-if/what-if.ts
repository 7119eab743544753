import type { Plan } from '../plan/plan.js';
import type { Scenario } from '../scenario/scenario.js';
import type { Change } from './change.js';
import { groundOf } from './ground.js';
import { controllersElsewhere, secondSites, toolsElsewhere } from './relocation.js';
import { automaticBoot, halfTheDarkness, moreCapacity, synchronousReplication, twiceTheCrew } from './strength.js';

export type { About, Change } from './change.js';
export { conclude } from './conclusion.js';
export { exploreChanges, type Lab, type Wishes } from './exploring.js';
export type { Effort, Pair, Single, Untried, WhatIf } from './findings.js';
export type { Aim, Score } from './score.js';

/**
 * Every single change that applies to a scenario: what is only where the story strikes goes elsewhere, what is short grows,
 * what waits for people or for power waits less, what is behind keeps up.
 */
export function changesOf(scenario: Scenario, plan: Plan): Change[] {
  const ground = groundOf(scenario, plan);
  return [
    secondSites,
    controllersElsewhere,
    toolsElsewhere,
    moreCapacity,
    twiceTheCrew,
    automaticBoot,
    halfTheDarkness,
    synchronousReplication,
  ].flatMap((changes) => changes(scenario, ground));
}
