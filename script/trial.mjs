// One trial of a scenario, as often as is wanted, in this process: trial.mjs FILE TIMES. Prints as JSON how long each took in seconds.
import { readFileSync } from 'node:fs';
import { playTrials } from '../dist/cli/trial-worker.js';
import { planDrill } from '../dist/plan/plan.js';
import { readScenario } from '../dist/scenario/scenario.js';

const [file, times] = process.argv.slice(2);
const plan = planDrill(readScenario(readFileSync(file), file, { exists: () => true, depth: 1 }));
const seconds = [];
for (let seed = 1; seed <= Number(times); seed += 1) {
  const startMs = performance.now();
  await playTrials(plan, [seed]);
  seconds.push((performance.now() - startMs) / 1000);
}
console.log(JSON.stringify({ seconds }));
