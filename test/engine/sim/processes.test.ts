import { expect, test } from 'vitest';
import type { Step } from '../../../src/plan/plan.js';
import { onStage } from './stage.js';

test('a crash of another process than the first hits nothing, and the step says so', () =>
  onStage([{ name: 'app' }], async ({ engine, clock, see }) => {
    const steps: Step[] = [{ id: 's', fault: 'f', unit: 'app-1', action: { verb: 'kill', program: 'worker.py' } }];
    const error = 'no process worker.py runs in app-1: in the simulator a unit has none but its first';
    expect(await engine.perform(steps, clock.now())).toMatchObject([{ error, untouched: true }]);
    expect(await see('app')).toBe('ok');
  }));
