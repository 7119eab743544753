import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.js';
import { isOfStory, planDrill, runbookStepsOf } from '../../src/plan/plan.js';
import type { Incident, WrittenStep } from '../../src/scenario/scenario.js';
import { buildScenario, powerLoss, restore } from './build-scenario.js';

function runbook(...steps: Partial<WrittenStep>[]): Incident {
  const bare = {
    title: 'go',
    by: 'automation',
    runsFrom: null,
    needs: [],
    decideMs: 0,
    takesMs: 0,
    does: null,
  } as const;
  return { kind: 'runbook', steps: steps.map((step) => ({ ...bare, ...step })) };
}

describe('a runbook of the plan', () => {
  test('has its steps with the unit that each runs from, numbered in the order of the file', () => {
    const plan = planDrill(
      buildScenario([
        { atS: 60, incident: powerLoss('pangyo') },
        { atS: 60, incident: runbook({ title: 'look' }, { title: 'promote', runsFrom: 'db@anyang', needs: ['db'] }) },
        { atS: 90, incident: runbook({ title: 'again' }) },
      ]),
    );
    expect(plan.runbooks?.map(({ atMs }) => atMs)).toEqual([60_000, 90_000]);
    expect(runbookStepsOf(plan)).toMatchObject([
      { id: 'r1.1', title: 'look', runsFrom: null },
      { id: 'r1.2', title: 'promote', runsFrom: 'db-anyang', needs: ['db'] },
      { id: 'r2.1', title: 'again' },
    ]);
    expect(plan.moments.map(({ atMs }) => atMs)).toEqual([60_000]);
    expect(['promote', 'power-loss pangyo', 'cure power-loss pangyo'].map((title) => isOfStory(plan, title))).toEqual([
      true,
      true,
      false,
    ]);
  });

  test('restores every step that its targets stand for, whichever fault they are of', () => {
    const plan = planDrill(
      buildScenario([
        { atS: 60, incident: powerLoss('pangyo') },
        { atS: 70, incident: powerLoss('web-anyang') },
        { atS: 80, incident: runbook({ does: { kind: 'restore', targets: ['web'] } }) },
        { atS: 200, incident: restore('all') },
      ]),
    );
    expect(runbookStepsOf(plan)[0]?.does).toEqual({ kind: 'restore', steps: ['f1.2', 'f2.1'] });
  });

  test('that runs from many units or restores what is never broken is told at its place', () => {
    const wrong = () =>
      planDrill(
        buildScenario([
          { atS: 60, incident: powerLoss('pangyo') },
          { atS: 70, incident: runbook({ runsFrom: 'db' }, { does: { kind: 'restore', targets: ['ansan'] } }) },
        ]),
      );
    expect(wrong).toThrow(InputError);
    expect(wrong).toThrow(/drill.yaml:11:5 timeline\[1\]: the step `go` runs from one unit/);
    expect(wrong).toThrow(/nothing to restore at ansan: nothing is ever broken there/);
  });
});
