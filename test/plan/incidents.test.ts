import { describe, expect, test } from 'vitest';
import { planDrill } from '../../src/plan/plan.js';
import type { Incident } from '../../src/scenario/scenario.js';
import { buildScenario, buildService, link, partition, powerLoss, restore } from './build-scenario.js';

const services = [buildService('db'), buildService('proxy', { at: [{ site: null, count: 2 }] })];

function faultOf(incident: Incident) {
  const [fault] = planDrill(buildScenario([{ atS: 60, incident }], services)).faults;
  if (fault === undefined) throw new Error('the plan has no fault');
  return { title: fault.title, deeds: fault.steps.map(({ unit, action }) => [unit, action]) };
}

describe('an incident comes to verbs on units', () => {
  test('a power loss powers off every unit of its targets, each once', () => {
    expect(faultOf(powerLoss('pangyo', 'db@pangyo', 'proxy-2'))).toEqual({
      title: 'power-loss pangyo, db@pangyo, proxy-2',
      deeds: [
        ['db-pangyo', { verb: 'power-off', volumes: 'kept' }],
        ['proxy-2', { verb: 'power-off', volumes: 'kept' }],
      ],
    });
  });

  test('a power loss that destroys the disks says so', () => {
    expect(faultOf({ kind: 'power-loss', targets: ['pangyo'], volumes: 'destroyed' })).toEqual({
      title: 'power-loss pangyo, volumes destroyed',
      deeds: [['db-pangyo', { verb: 'power-off', volumes: 'destroyed' }]],
    });
  });

  test('a crash kills, a stop stops with its grace, a freeze freezes', () => {
    expect(faultOf({ kind: 'crash', targets: ['db@ansan'] })).toEqual({
      title: 'crash db@ansan',
      deeds: [['db-ansan', { verb: 'kill' }]],
    });
    expect(faultOf({ kind: 'crash', targets: ['db@ansan'], program: 'worker.py' })).toEqual({
      title: 'crash db@ansan (worker.py)',
      deeds: [['db-ansan', { verb: 'kill', program: 'worker.py' }]],
    });
    expect(faultOf({ kind: 'stop', targets: ['ansan'], graceMs: 5000 })).toEqual({
      title: 'stop ansan',
      deeds: [['db-ansan', { verb: 'stop', graceMs: 5000 }]],
    });
    expect(faultOf({ kind: 'freeze', targets: ['proxy'] })).toEqual({
      title: 'freeze proxy',
      deeds: [
        ['proxy', { verb: 'freeze' }],
        ['proxy-2', { verb: 'freeze' }],
      ],
    });
  });

  test('a partition cuts each group off from all that come after it, and so every pair of groups', () => {
    expect(faultOf(partition(['pangyo'], ['anyang', 'proxy'], ['ansan']))).toEqual({
      title: 'partition pangyo | anyang, proxy | ansan',
      deeds: [
        ['db-pangyo', { verb: 'isolate', from: ['db-anyang', 'proxy', 'proxy-2', 'db-ansan'], direction: 'both' }],
        ['db-anyang', { verb: 'isolate', from: ['db-ansan'], direction: 'both' }],
        ['proxy', { verb: 'isolate', from: ['db-ansan'], direction: 'both' }],
        ['proxy-2', { verb: 'isolate', from: ['db-ansan'], direction: 'both' }],
      ],
    });
  });

  test('a one-way partition makes the second group deaf to the first and nothing else', () => {
    expect(faultOf({ kind: 'partition', groups: [['pangyo'], ['proxy']], oneWay: true })).toEqual({
      title: 'partition pangyo → proxy',
      deeds: [
        ['proxy', { verb: 'isolate', from: ['db-pangyo'], direction: 'in' }],
        ['proxy-2', { verb: 'isolate', from: ['db-pangyo'], direction: 'in' }],
      ],
    });
  });

  test('outside is where no unit is, so that the others are cut off from it, in whatever order the groups stand', () => {
    const deeds = [
      ['db-pangyo', { verb: 'isolate', from: ['db-ansan', 'proxy', 'proxy-2', 'outside'], direction: 'both' }],
    ];
    expect(faultOf(partition(['pangyo'], ['ansan', 'outside'])).deeds).toEqual(deeds);
    expect(faultOf(partition(['ansan', 'outside'], ['pangyo'])).deeds).toEqual(deeds);
    expect(faultOf({ kind: 'partition', groups: [['outside'], ['pangyo']], oneWay: true }).deeds).toEqual([
      ['db-pangyo', { verb: 'isolate', from: ['proxy', 'proxy-2', 'outside'], direction: 'in' }],
    ]);
    expect(faultOf({ kind: 'partition', groups: [['pangyo'], ['outside']], oneWay: true }).deeds).toEqual([
      ['proxy', { verb: 'isolate', from: ['db-pangyo'], direction: 'in' }],
      ['proxy-2', { verb: 'isolate', from: ['db-pangyo'], direction: 'in' }],
      ['db-pangyo', { verb: 'isolate', from: ['outside'], direction: 'out' }],
    ]);
  });

  test('outside can be named where no unit is outside, and be restored; only the network reaches there', () => {
    const inside = [buildService('db')];
    const cut = { atS: 60, incident: partition(['outside'], ['pangyo']) };
    const plan = planDrill(buildScenario([cut, { atS: 90, incident: restore('outside') }], inside));
    expect(plan.faults[0]?.steps.map(({ unit }) => unit)).toEqual(['db-pangyo']);
    expect(plan.moments[1]?.cures).toEqual(['f1.1']);
    expect(() => planDrill(buildScenario([{ atS: 60, incident: powerLoss('outside') }], inside))).toThrow(
      /`outside` stands for no unit/,
    );
  });

  test('a line may be lossy by one fault and narrow by another; the same twice is told', () => {
    const line = (quality: object) =>
      ({ ...link(['pangyo'], ['ansan']), latencyMs: 0, loss: 0, ...quality }) as Incident;
    const both = (one: object, other: object) => () =>
      planDrill(buildScenario([one, other].map((quality, index) => ({ atS: 60 + index, incident: line(quality) }))));
    expect(both({ loss: 0.1 }, { bandwidthBps: 1000 })).not.toThrow();
    expect(both({ loss: 0.1 }, { loss: 0.2 })).toThrow(/has done the same/);
  });

  test('a link is shaped at both of its ends', () => {
    const quality = { verb: 'shape', latencyMs: 80, jitterMs: 0, loss: 0.02, bandwidthBps: null };
    expect(faultOf(link(['pangyo'], ['anyang', 'ansan']))).toEqual({
      title: 'link pangyo – anyang, ansan 80 ms, 2 % loss',
      deeds: [
        ['db-pangyo', { ...quality, to: ['db-anyang', 'db-ansan'] }],
        ['db-anyang', { ...quality, to: ['db-pangyo'] }],
        ['db-ansan', { ...quality, to: ['db-pangyo'] }],
      ],
    });
  });

  test.each([
    [{ latencyMs: 80, jitterMs: 10, loss: 0, bandwidthBps: null }, '80 ± 10 ms'],
    [{ latencyMs: 0, jitterMs: 0, loss: 0.07, bandwidthBps: null }, '7 % loss'],
    [{ latencyMs: 0, jitterMs: 0, loss: 0, bandwidthBps: 2_500_000 }, '2.5 Mbit/s'],
    [{ latencyMs: 1, jitterMs: 0, loss: 0.001, bandwidthBps: 64_000 }, '1 ms, 0.1 % loss, 64 kbit/s'],
  ])('the title of a link %j names its quality', (quality, words) => {
    const incident: Incident = { kind: 'link', between: [['pangyo'], ['ansan']], ...quality };
    expect(faultOf(incident).title).toBe(`link pangyo – ansan ${words}`);
  });
});
