import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.js';
import { type Plan, planDrill, stepsOf } from '../../src/plan/plan.js';
import type { Incident, Scenario } from '../../src/scenario/scenario.js';
import {
  buildScenario,
  buildService,
  link,
  partition,
  powerLoss,
  restore,
  restoreInWaves,
  type Written,
} from './build-scenario.js';

const services = [
  buildService('db', {
    at: [
      { site: 'pangyo', count: 2 },
      { site: 'ansan', count: 1 },
    ],
  }),
  buildService('web', { restart: 'always', needs: ['db'] }),
  buildService('proxy', { at: [{ site: null, count: 1 }], needs: ['web'] }),
];
const target = fc.constantFrom('pangyo', 'anyang', 'ansan', 'db', 'web@pangyo', 'db-pangyo-2', 'proxy', 'outside');
const targets = fc.uniqueArray(target, { minLength: 1, maxLength: 2 });
const sides = fc.uniqueArray(target, { minLength: 2, maxLength: 3 }).map((names) => names.map((name) => [name]));
const waves = fc.shuffledSubarray(['db', 'web', 'proxy'], { minLength: 1 }).map((names) => names.map((name) => [name]));

const incident: fc.Arbitrary<Incident> = fc.oneof(
  targets.map((names) => powerLoss(...names)),
  targets.map((names): Incident => ({ kind: 'crash', targets: names })),
  targets.map((names): Incident => ({ kind: 'freeze', targets: names })),
  sides.map((groups) => partition(...groups)),
  sides.map((groups): Incident => ({ kind: 'partition', groups: groups.slice(0, 2), oneWay: true })),
  sides.map(([one = [], other = []]) => link(one, other)),
  fc.oneof(targets, fc.constantFrom<string[][]>(['all'], ['n1'], ['n2'])).map((names) => restore(...names)),
  fc
    .tuple(fc.oneof(targets, fc.constant<string[]>(['all'])), waves)
    .map(([names, order]) => restoreInWaves(names, order)),
);

const written: fc.Arbitrary<Written> = fc.record(
  { atS: fc.integer({ min: 0, max: 600 }).map((s) => s - (s % 20)), incident, forS: fc.constantFrom(10, 20, 55, 300) },
  { requiredKeys: ['atS', 'incident'] },
);

/** Any timeline, without what the plan room will not have: so it has in it whatever can stand beside one another. */
const plan = fc.array(written, { minLength: 1, maxLength: 12 }).map((timeline) => {
  const inOrder = timeline.toSorted((a, b) => a.atS - b.atS).map((one, index) => ({ ...one, name: `n${index}` }));
  return planWhatStands(buildScenario(inOrder, services));
});

function planWhatStands(scenario: Scenario): Plan {
  try {
    return planDrill(scenario);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const wrong = new Set(error.problems.map(({ path }) => path));
    const timeline = scenario.timeline.filter(({ index }) => !wrong.has(`timeline[${index}]`));
    expect(timeline.length).toBeLessThan(scenario.timeline.length);
    return planWhatStands({ ...scenario, timeline });
  }
}

describe('in every plan', () => {
  const check = (promise: (plan: Plan) => void) => fc.assert(fc.property(plan, promise), { numRuns: 300 });

  test('moments follow one another and lie within the drill', () => {
    check(({ moments, durationMs }) => {
      const instants = moments.map(({ atMs }) => atMs);
      expect(instants).toEqual([...new Set(instants)].sort((a, b) => a - b));
      for (const atMs of instants) expect(atMs).toBeLessThanOrEqual(durationMs);
    });
  });

  test('every cure undoes a step of an earlier moment, and none is undone twice', () => {
    check(({ moments }) => {
      const open = new Set<string>();
      for (const { cures, steps } of moments) {
        for (const id of cures) expect(open.delete(id)).toBe(true);
        for (const { id } of steps) open.add(id);
      }
    });
  });

  test('every fault has a step, and each of its steps is taken once, in the moment of the fault', () => {
    check((drill) => {
      for (const { steps } of drill.faults) expect(steps).not.toEqual([]);
      const taken = drill.moments.flatMap(({ atMs, steps }) => steps.map((step) => ({ step, atMs })));
      const written = drill.faults.flatMap(({ atMs, steps }) => steps.map((step) => ({ step, atMs })));
      expect(taken).toEqual(written);
      expect(stepsOf(drill).size).toBe(taken.length);
    });
  });

  test('a fault that cuts the network ends as a whole', () => {
    check(({ faults, moments }) => {
      for (const { kind, steps } of faults.filter((fault) => ['partition', 'link'].includes(fault.kind))) {
        const ends = steps.map(({ id }) => moments.find(({ cures }) => cures.includes(id))?.atMs);
        expect(new Set(ends).size, kind).toBe(1);
      }
    });
  });

  test('everything survives being written as JSON and read again', () => {
    check((drill) => {
      expect(JSON.parse(JSON.stringify(drill))).toStrictEqual(drill);
    });
  });

  test('there is much to see: restores, waves and every kind of fault', () => {
    const seen = new Set<string>();
    for (const drill of fc.sample(plan, { numRuns: 300, seed: 1 })) {
      for (const { kind } of drill.faults) seen.add(kind);
      for (const { title } of drill.moments) {
        for (const word of ['restore', 'wave 2', 'end of', ' + ']) if (title.includes(word)) seen.add(word);
      }
    }
    const kinds = ['crash', 'freeze', 'link', 'partition', 'power-loss'];
    expect([...seen].sort()).toEqual([...kinds, 'restore', 'wave 2', 'end of', ' + '].sort());
  });
});
