import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { playSimulated } from '../../src/cli/play-simulated.js';
import { judge } from '../../src/judge/judge.js';
import { planDrill } from '../../src/plan/plan.js';
import { readScenario } from '../../src/scenario/scenario.js';

test.each([
  // The second in which the leader's site was cut off and had power, at 200 writes a second, and the lag of 20 ms before.
  ['async', 204],
  ['sync', 0],
])('under %s replication the simulator predicts %i lost writes', async (name, writes) => {
  const folder = join(import.meta.dirname, '../../scenarios/replication', name);
  const text = readFileSync(join(folder, 'scenario.yaml'));
  const plan = planDrill(readScenario(text, 'scenario.yaml', { exists: () => true, depth: 9 }));
  const lose = judge(await playSimulated(plan, 7)).findings.find(({ measure }) => measure === 'lose');
  expect(lose?.value).toBe(writes);
});
