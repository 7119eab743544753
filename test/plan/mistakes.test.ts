import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.js';
import { planDrill } from '../../src/plan/plan.js';
import type { Incident } from '../../src/scenario/scenario.js';
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

/** The mistakes of a timeline as `file:line:col path: message`. */
function mistakesOf(timeline: readonly Written[], services?: Parameters<typeof buildScenario>[1]): string[] {
  try {
    planDrill(buildScenario(timeline, services));
  } catch (error) {
    if (error instanceof InputError) return error.message.split('\n');
    throw error;
  }
  return [];
}

const crash: Incident = { kind: 'crash', targets: ['db@pangyo'] };
const dark: Written = { atS: 60, incident: powerLoss('pangyo') };

describe('the author hears', () => {
  test('that disks which never lost their power cannot come back empty', () => {
    const burnt = { ...restore('db@pangyo'), volumes: 'destroyed' } as Incident;
    expect(
      mistakesOf([
        { atS: 60, incident: crash },
        { atS: 70, incident: burnt },
      ]),
    ).toEqual([
      'drill.yaml:11:5 timeline[1]: only what lost its power comes back with empty disks, and nothing of that is restored here; take `volumes` out',
    ]);
  });

  test('all mistakes at once, each with its place, in the order of the file', () => {
    expect(
      mistakesOf([
        { atS: 60, incident: powerLoss('pangyo'), forS: 560 },
        { atS: 70, incident: restore('ansan') },
        { atS: 80, incident: powerLoss('daejeon') },
      ]),
    ).toEqual([
      'drill.yaml:10:5 timeline[0]: it would last until 15:39:20, but the drill ends at 15:39: lengthen `ends` or shorten `for`',
      'drill.yaml:11:5 timeline[1]: nothing to restore at ansan: no fault is open there at 15:30:10; take this out, or name what is broken by then',
      'drill.yaml:12:5 timeline[2]: `daejeon` stands for no unit: write a site (pangyo, anyang, ansan), a service (db, web), `service@site` or a unit',
    ]);
  });

  const db = buildService('db', {
    at: [
      { site: 'ansan', count: 1 },
      { site: null, count: 1 },
    ],
  });
  const fault = { atS: 60, incident: powerLoss('db') };
  const cases: [string, Written[], string][] = [
    [
      'that a service is not at the site, and where it is',
      [{ atS: 60, incident: powerLoss('db@pangyo') }],
      '`db@pangyo` stands for no unit: db is at ansan, outside',
    ],
    [
      'that a site is empty',
      [{ atS: 60, incident: powerLoss('pangyo') }],
      '`pangyo` stands for no unit: give it one with `at`, or take it out here',
    ],
    [
      'that a unit stands on both sides of a partition',
      [{ atS: 60, incident: partition(['ansan'], ['db']) }],
      'db-ansan stands on more than one side: name it on one side only',
    ],
    [
      'that a unit stands at both ends of a link',
      [{ atS: 60, incident: link(['ansan'], ['db-ansan']) }],
      'db-ansan stands on more than one side: name it on one side only',
    ],
    [
      'that a partition has one group',
      [{ atS: 60, incident: partition(['db']) }],
      'partition db does nothing: name more targets',
    ],
    ['that a fault has no length', [{ ...fault, forS: 0 }], 'it ends as it begins: make `for` longer than 0'],
    [
      'that a restore names nothing',
      [fault, { atS: 70, incident: restore('dbb') }],
      '`dbb` stands for no unit: write a site (pangyo, anyang, ansan), a service (db), `service@site` or a unit, the `name` of an earlier happening, or `all`',
    ],
  ];
  test.each(cases)('%s', (_, timeline, message) => {
    expect(mistakesOf(timeline, [db])).toEqual([expect.stringContaining(message)]);
  });
});

describe('the author hears of a restore', () => {
  const cases: [string, Written[], string][] = [
    [
      'that comes before its fault',
      [{ atS: 30, incident: restore('pangyo') }, dark],
      'nothing to restore at pangyo: no fault is open there at 15:29:30; power-loss pangyo comes at 15:30, so restore after that',
    ],
    [
      'that comes in the moment of its fault',
      [dark, { atS: 60, incident: restore('pangyo') }],
      'nothing to restore at pangyo: no fault is open there at 15:30; power-loss pangyo comes at 15:30, so restore after that',
    ],
    [
      'that comes after everything was restored',
      [dark, { atS: 70, incident: restore('all') }, { atS: 80, incident: restore('all') }],
      'nothing to restore at all: no fault is open there at 15:30:20; take this out, or name what is broken by then',
    ],
    [
      'whose waves forget a service',
      [dark, { atS: 70, incident: restoreInWaves(['pangyo'], [['db']]) }],
      'no wave mentions web, still hit by power-loss pangyo: add to a wave',
    ],
    [
      'with a wave that has nothing to do',
      [
        { atS: 60, incident: powerLoss('db@pangyo') },
        { atS: 70, incident: restoreInWaves(['pangyo'], [['db'], ['web']]) },
      ],
      'wave 2 (web) restores nothing: take it out',
    ],
    [
      'whose last wave comes too late',
      [dark, { atS: 591, incident: restoreInWaves(['pangyo'], [['db'], ['web']]) }],
      'wave 2 would come at 15:39:01, but the drill ends at 15:39: lengthen `ends` or shorten `every`',
    ],
  ];
  test.each(cases)('%s', (_, timeline, message) => {
    expect(mistakesOf(timeline)).toEqual([expect.stringContaining(message)]);
  });

  test('whose wave names something unknown', () => {
    const waves = [['db', 'webb', 'web']];
    expect(mistakesOf([dark, { atS: 70, incident: restoreInWaves(['pangyo'], waves) }])).toEqual([
      expect.stringContaining('`webb` stands for no unit'),
    ]);
  });
});

describe('the author hears of the same fault twice', () => {
  const since = (title: string, units: string) =>
    expect.stringContaining(`${title} has done the same to ${units} since 15:30: restore first, or leave out here`);

  test('on a unit that is dark already', () => {
    expect(mistakesOf([dark, { atS: 90, incident: powerLoss('db') }])).toEqual([
      since('power-loss pangyo', 'db-pangyo'),
    ]);
  });

  test('in one moment', () => {
    expect(mistakesOf([dark, { atS: 60, incident: powerLoss('web') }])).toEqual([
      since('power-loss pangyo', 'web-pangyo'),
    ]);
  });

  test('until the wave that restores it', () => {
    const waves = { atS: 70, incident: restoreInWaves(['pangyo'], [['db'], ['web']]) };
    const again = { atS: 75, incident: powerLoss('pangyo') };
    expect(mistakesOf([dark, waves, again])).toEqual([since('power-loss pangyo', 'web-pangyo')]);
  });

  test('when it kills what no restart policy revived', () => {
    const timeline = [60, 70].map((atS) => ({ atS, incident: crash }));
    expect(mistakesOf(timeline)).toEqual([since('crash db@pangyo', 'db-pangyo')]);
  });

  test('when two partitions cut the same line, whichever side is named first', () => {
    const timeline = [
      { atS: 60, incident: partition(['db@pangyo'], ['db@anyang']) },
      { atS: 70, incident: partition(['anyang'], ['db@pangyo']) },
    ];
    expect(mistakesOf(timeline)).toEqual([since('partition db@pangyo | db@anyang', 'db-anyang')]);
  });

  test('but not when two partitions cut different lines of one unit', () => {
    const timeline = [
      { atS: 60, incident: partition(['pangyo'], ['anyang']) },
      { atS: 70, incident: partition(['pangyo'], ['ansan']) },
    ];
    expect(mistakesOf(timeline)).toEqual([]);
  });
});
