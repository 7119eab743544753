import { virtualClock } from '../../../src/clock.js';
import { simEngine } from '../../../src/engine/sim/sim.js';
import type { Bench } from '../acts.js';
import { engineContract, layersContract } from '../contract.js';

for (const contract of [engineContract, layersContract]) contract('sim', simBench);

async function simBench(): Promise<Bench> {
  const clock = virtualClock();
  const engine = simEngine({ clock, seed: 1 });
  return {
    clock,
    engine,
    run: clock.run,
    service: {},
    answerMs: 1000,
    patienceMs: 20_000,
    canReach: async (from, to) => engine.canReach(from, to),
    memoryOf: async (unit) => String(engine.bootsOf(unit)),
    lack: (plan) => ({ ...plan, services: plan.services.filter((service) => service.name !== 'keeper') }),
  };
}
