import { describe, expect, test } from 'vitest';
import { planDrill } from '../../src/plan/plan.js';
import type { Incident } from '../../src/scenario/scenario.js';
import { buildScenario, buildService, link, partition, powerLoss } from './build-scenario.js';

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
