import { describe, expect, test } from 'vitest';
import { planDrill, stepsOf } from '../../src/plan/plan.js';
import type { Incident } from '../../src/scenario/scenario.js';
import {
  buildScenario,
  buildService,
  partition,
  powerLoss,
  restore,
  restoreInWaves,
  type Written,
} from './build-scenario.js';

function momentsOf(timeline: readonly Written[], services?: Parameters<typeof buildScenario>[1]) {
  return planDrill(buildScenario(timeline, services)).moments.map(({ atMs, title, cures, steps }) => ({
    atS: atMs / 1000,
    title,
    cures,
    steps: steps.map(({ id }) => id),
  }));
}

describe('the plan of a drill', () => {
  test('what is restored with its volumes destroyed lost them with its power; what is restored without kept them', () => {
    const burnt = { ...restore('db@pangyo'), volumes: 'destroyed' } as Incident;
    const { moments, faults } = planDrill(
      buildScenario([
        { atS: 60, incident: powerLoss('pangyo') },
        { atS: 180, incident: burnt },
        { atS: 190, incident: restore('pangyo') },
      ]),
    );
    const steps = ['destroyed', 'kept'].map((volumes) => ({ action: { verb: 'power-off', volumes } }));
    expect(moments[0]?.steps).toMatchObject(steps);
    expect(faults[0]?.steps).toMatchObject(steps);
    expect(moments[1]?.title).toBe('restore db@pangyo, volumes destroyed');
  });

  test('is worked out to the last unit', () => {
    const plan = planDrill(
      buildScenario([
        { atS: 60, incident: powerLoss('pangyo') },
        { atS: 180, incident: restore('pangyo') },
      ]),
    );
    const powerOff = { verb: 'power-off', volumes: 'kept' };
    const steps = [
      { id: 'f1.1', fault: 'f1', unit: 'db-pangyo', action: powerOff },
      { id: 'f1.2', fault: 'f1', unit: 'web-pangyo', action: powerOff },
    ];
    expect(plan.startWaves).toEqual([['db'], ['web']]);
    expect(plan.faults).toEqual([{ id: 'f1', title: 'power-loss pangyo', kind: 'power-loss', atMs: 60_000, steps }]);
    expect(plan.moments).toEqual([
      { atMs: 60_000, title: 'power-loss pangyo', cures: [], steps },
      { atMs: 180_000, title: 'restore pangyo', cures: ['f1.1', 'f1.2'], steps: [] },
    ]);
    expect(stepsOf(plan).get('f1.2')).toEqual(steps[1]);
  });

  test('starts services in waves, each after all that it needs', () => {
    const needs = { etcd: [], db: ['etcd'], cache: [], app: ['db', 'cache'] };
    const services = Object.entries(needs).map(([name, needed]) => buildService(name, { needs: needed }));
    expect(planDrill(buildScenario([], services)).startWaves).toEqual([['etcd', 'cache'], ['db'], ['app']]);
  });
});

describe('the timetable', () => {
  test('makes one moment of everything at one instant, cures first', () => {
    expect(
      momentsOf([
        { atS: 60, incident: powerLoss('pangyo') },
        { atS: 120, incident: powerLoss('anyang') },
        { atS: 120, incident: { kind: 'freeze', targets: ['db@ansan'] } },
        { atS: 120, incident: restore('pangyo') },
      ])[1],
    ).toEqual({
      atS: 120,
      title: 'restore pangyo + power-loss anyang + freeze db@ansan',
      cures: ['f1.1', 'f1.2'],
      steps: ['f2.1', 'f2.2', 'f3.1'],
    });
  });

  test('ends a fault by itself after its `for`, and lets it begin again in that very moment', () => {
    expect(
      momentsOf([
        { atS: 60, incident: powerLoss('db@pangyo'), forS: 30 },
        { atS: 90, incident: powerLoss('db@pangyo'), forS: 510 },
      ]),
    ).toEqual([
      { atS: 60, title: 'power-loss db@pangyo', cures: [], steps: ['f1.1'] },
      { atS: 90, title: 'end of power-loss db@pangyo + power-loss db@pangyo', cures: ['f1.1'], steps: ['f2.1'] },
      { atS: 600, title: 'end of power-loss db@pangyo', cures: ['f2.1'], steps: [] },
    ]);
  });

  test('leaves nothing for a `for` to end where a restore came before it', () => {
    const moments = momentsOf([
      { atS: 60, incident: powerLoss('pangyo'), forS: 100 },
      { atS: 90, incident: restore('db@pangyo') },
      { atS: 95, incident: restore('web@pangyo') },
    ]);
    expect(moments.map(({ atS, cures }) => [atS, cures])).toEqual([
      [60, []],
      [90, ['f1.1']],
      [95, ['f1.2']],
    ]);
  });

  test('lets different verbs overlap on one unit, and a restore there undoes them all', () => {
    const moments = momentsOf([
      { atS: 60, incident: { kind: 'freeze', targets: ['db@pangyo'] } },
      { atS: 70, incident: powerLoss('pangyo') },
      { atS: 80, incident: restore('db-pangyo') },
    ]);
    expect(moments[2]?.cures).toEqual(['f1.1', 'f2.1']);
  });

  test('lets a crash stand for ever, and crashes again what its restart policy revives', () => {
    const services = [buildService('db', { restart: 'always' })];
    const crash = { kind: 'crash', targets: ['db@pangyo'] } as const;
    const moments = momentsOf(
      [60, 70].map((atS) => ({ atS, incident: crash })),
      services,
    );
    expect(moments.map(({ steps }) => steps)).toEqual([['f1.1'], ['f2.1']]);
  });
});

describe('a restore', () => {
  const twoFaults: Written[] = [
    { atS: 60, incident: powerLoss('pangyo'), name: 'the fire' },
    { atS: 70, incident: partition(['anyang'], ['pangyo', 'ansan']) },
  ];
  const cures = (...targets: string[]) =>
    momentsOf([...twoFaults, { atS: 80, incident: restore(...targets) }])[2]?.cures;

  test('of a happening by its name undoes that one alone', () => {
    expect(cures('the fire')).toEqual(['f1.1', 'f1.2']);
  });

  test('of all undoes everything that is open', () => {
    expect(cures('all')).toEqual(['f1.1', 'f1.2', 'f2.1', 'f2.2']);
  });

  test('of a place heals a partition as a whole, whichever side the place is on', () => {
    expect(cures('ansan')).toEqual(['f2.1', 'f2.2']);
    expect(cures('db-anyang')).toEqual(['f2.1', 'f2.2']);
  });

  test('of overlapping targets undoes each step once', () => {
    expect(cures('pangyo', 'db@pangyo')).toEqual(['f1.1', 'f1.2', 'f2.1', 'f2.2']);
  });

  const inWaves = (waves: string[][], ...rest: Written[]) =>
    momentsOf([
      { atS: 60, incident: powerLoss('pangyo') },
      { atS: 80, incident: restoreInWaves(['pangyo'], waves) },
      ...rest,
    ]).slice(1);

  test('in waves brings services back one after another', () => {
    expect(inWaves([['db'], ['web']])).toEqual([
      { atS: 80, title: 'restore pangyo (wave 1 of 2)', cures: ['f1.1'], steps: [] },
      { atS: 90, title: 'restore pangyo (wave 2 of 2)', cures: ['f1.2'], steps: [] },
    ]);
  });

  test('in waves leaves other places alone', () => {
    const [, , wave] = momentsOf([
      { atS: 60, incident: powerLoss('pangyo') },
      { atS: 61, incident: powerLoss('anyang') },
      { atS: 80, incident: restoreInWaves(['pangyo'], [['db', 'web']]) },
    ]);
    expect(wave?.cures).toEqual(['f1.1', 'f1.2']);
  });

  test('in waves heals the network with the first wave that names one of those cut off', () => {
    const moments = momentsOf([
      { atS: 60, incident: powerLoss('pangyo') },
      { atS: 61, incident: partition(['web@pangyo'], ['anyang']) },
      { atS: 80, incident: restoreInWaves(['pangyo'], [['db'], ['web']]) },
    ]);
    expect(moments.slice(2).map((moment) => moment.cures)).toEqual([['f1.1'], ['f1.2', 'f2.1']]);
  });

  test('before a later wave takes over from it', () => {
    expect(
      inWaves([['db'], ['web']], { atS: 85, incident: restore('web') }).map(({ atS, cures }) => [atS, cures]),
    ).toEqual([
      [80, ['f1.1']],
      [85, ['f1.2']],
    ]);
  });
});
