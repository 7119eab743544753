import { formatProblem, InputError } from '../errors.js';
import { planDrill, unreachedOf, untoldOf } from '../plan/plan.js';
import { tellFailure } from './failure.js';
import type { Io } from './io.js';
import { openScenario } from './scenario-file.js';

/**
 * Says `ok` for every scenario that could run, what none of its faults can reach and no drill can tell, and everything that is wrong with every other;
 * 0 only when all could.
 */
export async function checkScenarios(io: Io, names: readonly string[]): Promise<number> {
  let code = 0;
  for (const name of names) {
    try {
      const { scenario } = await openScenario(io, name);
      const plan = planDrill(scenario);
      const { units, moments } = plan;
      io.out(`ok ${name}: ${scenario.name} (${count(units.length, 'unit')}, ${count(moments.length, 'moment')})\n`);
      for (const { probe, key, message } of untoldOf(plan)) {
        const path = ['slo', probe, key];
        io.err(`${formatProblem({ ...scenario.locate(path), path: path.join('.'), message })}\n`);
      }
      for (const { family, message } of unreachedOf(plan)) {
        const path = ['slo', family];
        io.err(`${formatProblem({ ...scenario.locate(path), path: path.join('.'), message })}\n`);
      }
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      code = tellFailure(io, error);
    }
  }
  return code;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
