import type { Trial } from '../../src/forecast/forecast.js';
import { type Plan, planDrill } from '../../src/plan/plan.js';
import { type Edit, type Scenario, scenarioReader } from '../../src/scenario/scenario.js';
import { type Change, changesOf, type Lab } from '../../src/what-if/what-if.js';

/** Three sites, of which the first loses its power for ten hours; whatever a change can be about is there once. */
export const OUTAGE = `
version: 1
name: A small Pangyo
begins: "10:00"
ends: "+20h"
sites:
  pangyo: { model: { crew: { people: 3, each: 5m }, monitoring: eyes, power: { 0s: 12.5%, 3h: 100% } } }
  anyang: {}
  ansan: {}
services:
  eyes: { at: pangyo, model: { servers: 2 } }
  deploy: { at: pangyo, model: { servers: { pangyo: 3 }, start: manual } }
  director: { at: pangyo, model: {} }
  auth: { at: pangyo, model: { servers: 40, start: manual, tools: [deploy] } }
  votes: { at: pangyo, model: { role: leader } }
  store: { at: [pangyo, ansan], model: { role: standby, controller: director, replication: async, lag: 5s } }
  text:
    at: [pangyo, anyang]
    needs: [auth, store]
    model: { servers: { pangyo: 100, anyang: 50 }, capacity: 10, demand: 800 }
  phone: { at: outside, needs: [text], model: {} }
probes:
  text: { http: "http://phone/", every: 5m, timeout: 10s }
timeline:
  - { at: "10:30", power-loss: pangyo }
  - { at: "20:30", restore: pangyo }
`;

/** Reads the scenario of a text, with or without edits. */
export function reading(text: string): (edits?: readonly Edit[]) => Scenario {
  return scenarioReader(text, 'scenario.yaml', { exists: () => true, depth: 0 });
}

/** The changes that apply to the scenario of a text. */
export function changesFor(text: string): Change[] {
  const scenario = reading(text)();
  return changesOf(scenario, planDrill(scenario));
}

/** A laboratory in which a drill of a plan takes as many seconds to recover as `secondsOf` says; it counts the drills. */
export function laboratory(text: string, secondsOf: (plan: Plan, seed: number) => number | null, probe = 'text') {
  const played: number[] = [];
  const lab: Lab = {
    read: reading(text),
    changesOf,
    async play(plan, seeds) {
      played.push(seeds.length);
      return seeds.map((seed) => trialWith(probe, secondsOf(plan, seed), seed));
    },
  };
  return { lab, drills: () => played.reduce((sum, count) => sum + count, 0) };
}

/** A trial in which one probe was away for so long. */
export function trialWith(probe: string, seconds: number | null, seed = 1): Trial {
  const about = { measure: 'recover', probe, fault: 'power-loss pangyo @10:30:00', quantile: null } as const;
  const finding = { ...about, unit: 's', limit: null, outcome: 'unknown', value: seconds, censored: false } as const;
  return { seed, notes: [], findings: [finding] };
}
