import { InputError } from '../errors.js';
import { planDrill } from '../plan/plan.js';
import { tellFailure } from './failure.js';
import type { Io } from './io.js';
import { openScenario } from './scenario-file.js';

/** Says `ok` for every scenario that could run and everything that is wrong with every other; 0 only when all could. */
export async function checkScenarios(io: Io, names: readonly string[]): Promise<number> {
  let code = 0;
  for (const name of names) {
    try {
      const { scenario } = await openScenario(io, name);
      const { units, moments } = planDrill(scenario);
      io.out(`ok ${name}: ${scenario.name} (${count(units.length, 'unit')}, ${count(moments.length, 'moment')})\n`);
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
