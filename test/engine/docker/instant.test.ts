import { expect, test } from 'vitest';
import { describeOnDocker } from './engine-or-skip.js';
import { measureOneInstant } from './instants.js';

describeOnDocker('one instant', () => {
  test('thirty units lose power within a twentieth of the time in which docker kill kills them', async () => {
    const { firedrillMs, dockerKillMs, ratio, lateMs } = await measureOneInstant(30, 3);
    const [firedrill, dockerKill] = [firedrillMs, dockerKillMs].map((ms) => `${ms.toFixed(1)} ms`);
    console.log(
      `30 units, first to last: power loss ${firedrill} (the last answered ${lateMs.toFixed(1)} ms after the instant), docker kill ${dockerKill}: 1/${(1 / ratio).toFixed(0)}`,
    );
    expect(ratio).toBeLessThanOrEqual(1 / 20);
  });
});
