import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.js';
import { planDrill, runbookStepsOf, sparesOf } from '../../src/plan/plan.js';
import type { Incident } from '../../src/scenario/scenario.js';
import { buildScenario, buildService, powerLoss, restore, type Written } from './build-scenario.js';

const services = [buildService('db', { spare: ['ansan'] }), buildService('web', { spare: ['ansan', 'anyang'] })];
const start = (...targets: string[]): Incident => ({ kind: 'start', targets });
const startStep = (...targets: string[]): Incident => ({
  kind: 'runbook',
  steps: [
    {
      ...{ title: 'rebuild', by: 'person', runsFrom: null, needs: [], decideMs: 0, takesMs: 0 },
      does: { kind: 'start', targets },
    },
  ],
});
const plan = (...timeline: Written[]) => planDrill(buildScenario(timeline, services));

function mistakesOf(...timeline: Written[]): string[] {
  try {
    plan(...timeline);
  } catch (error) {
    if (error instanceof InputError) return error.problems.map(({ message }) => message);
    throw error;
  }
  return [];
}

describe('a spare', () => {
  test('is kept from running by a step of its own that belongs to no fault', () => {
    const planned = plan({ atS: 60, incident: powerLoss('pangyo') });
    expect(sparesOf(planned)).toEqual([
      { id: 's1', fault: 'spare', unit: 'db-ansan', action: { verb: 'stop', graceMs: 0 } },
      { id: 's2', fault: 'spare', unit: 'web-anyang', action: { verb: 'stop', graceMs: 0 } },
      { id: 's3', fault: 'spare', unit: 'web-ansan', action: { verb: 'stop', graceMs: 0 } },
    ]);
    expect(JSON.parse(JSON.stringify(planned))).toEqual(planned);
  });

  test.each([
    ['db', ['s1']],
    ['ansan', ['s1', 's3']],
    ['web@anyang', ['s2']],
  ])('is started by every target that stands for it: %s', (target, cures) => {
    const planned = plan({ atS: 60, incident: powerLoss('pangyo') }, { atS: 70, incident: start(target) });
    expect(planned.moments[1]).toEqual({ atMs: 70_000, title: `start ${target}`, cures, steps: [] });
  });

  test('is started by a step of a runbook', () => {
    const planned = plan({ atS: 60, incident: powerLoss('pangyo') }, { atS: 60, incident: startStep('db') });
    expect(runbookStepsOf(planned)[0]?.does).toEqual({ kind: 'start', steps: ['s1'] });
  });

  test('is not started by a restore, of its site or of all', () => {
    const planned = plan({ atS: 60, incident: powerLoss('ansan') }, { atS: 70, incident: restore('all') });
    expect(planned.moments[1]?.cures).toEqual(['f1.1', 'f1.2']);
  });

  test('loses its power with its site, and crashes once somebody has started it', () => {
    const crash: Incident = { kind: 'crash', targets: ['db'] };
    const started = plan({ atS: 60, incident: start('db') }, { atS: 70, incident: crash });
    expect(started.faults[0]?.steps.map(({ unit }) => unit)).toEqual(['db-pangyo', 'db-anyang', 'db-ansan']);
    expect(mistakesOf({ atS: 60, incident: startStep('db') }, { atS: 70, incident: crash })).toEqual([]);
    expect(mistakesOf({ atS: 60, incident: crash }, { atS: 70, incident: start('db') })).toEqual([
      'db-ansan is a spare that nobody has started by then: `start` it first, or name the others',
    ]);
  });

  test.each([
    [
      'what is no spare',
      [start('db@anyang')],
      'there is no spare to start at db@anyang; write `db-ansan` or `web-anyang` or `web-ansan`',
    ],
    ['what was started before', [start('db'), start('ansan')], 'db-ansan was started before this: take it out here'],
    [
      'what is no spare, in a runbook',
      [startStep('pangyo')],
      'the step `rebuild`: there is no spare to start at pangyo; write `db-ansan` or `web-anyang` or `web-ansan`',
    ],
  ])('cannot be started where there is none: %s', (_, incidents, message) => {
    const timeline = incidents.map((incident, index) => ({ atS: 60 + index, incident }));
    expect(mistakesOf({ atS: 50, incident: powerLoss('pangyo') }, ...timeline)).toEqual([message]);
  });

  test('where no service has any, the author hears how to have one', () => {
    const without = [buildService('db')];
    const timeline = [
      { atS: 50, incident: powerLoss('pangyo') },
      { atS: 60, incident: start('db') },
    ];
    expect(() => planDrill(buildScenario(timeline, without))).toThrow(
      'there is no spare to start at db; no service has any: write `spare` there',
    );
  });
});
