import { expect, test } from 'vitest';
import { planDrill } from '../../src/plan/plan.js';
import { readScenario } from '../../src/scenario/scenario.js';
import { casesOf, drillsOf, KINDS, scenarioOf } from './cases.js';
import { readHearts } from './hearts.js';

test.each([0, 1])('each case of pass %i is in one drill, which is a scenario that can be carried out', (pass) => {
  const cases = casesOf(pass);
  const drills = drillsOf(cases);
  expect(
    drills
      .flat()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(cases.map(({ name }) => name).sort());
  for (const own of drills) {
    const plan = planDrill(readScenario(scenarioOf(own), 'scenario.yaml', { exists: () => true }));
    expect(plan.faults).toHaveLength(own.flatMap(({ kinds }) => kinds).length);
  }
  for (const kind of KINDS) {
    expect(cases.filter(({ order, kinds }) => order === 'after' && kinds[1] === kind)).toHaveLength(KINDS.length);
  }
});

test('a watcher tells when a unit was silent, when it began anew, stood still and was asked to end', () => {
  const ns = (ms: number) => String(BigInt(1_000_000 + ms) * 1_000_000n);
  const lives = [
    `${ns(1)} fact u ${ns(0)} ${ns(1)} 0 0 0 0 0`,
    `${ns(2400)} silent u ${ns(2000)}`,
    `${ns(3001)} heard u ${ns(2000)} ${ns(3000)}`,
    `${ns(3001)} fact u ${ns(2900)} ${ns(3000)} ${ns(0)} ${ns(2001)} 0 0 ${ns(1999)}`,
    `${ns(5001)} fact u ${ns(2900)} ${ns(3000)} ${ns(0)} ${ns(2001)} ${ns(4000)} ${ns(5000)} ${ns(1999)} 3`,
    `${ns(6400)} silent u ${ns(6000)}`,
  ];
  expect(readHearts(lives.join('\n'), 1_000_000).get('u')).toEqual({
    silences: [
      { fromMs: 2000, toMs: 3000 },
      { fromMs: 6000, toMs: null },
    ],
    lives: [
      { bootMs: 0, listenedMs: 1, lastMs: 2001 },
      { bootMs: 2900, listenedMs: 3000, lastMs: null },
    ],
    standstills: [[4000, 5000]],
    terms: [1999],
    lost: 3,
  });
});
