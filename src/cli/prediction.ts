import { EnvironmentError, InputError } from '../errors.js';
import type { Entry } from '../journal/journal.js';
import { judge, type Verdict, withPrediction } from '../judge/judge.js';
import type { Plan } from '../plan/plan.js';
import { saysNothing } from '../scenario/scenario.js';
import type { Io } from './io.js';

/** As many looks as a scenario may have: a damaged journal must not keep its reader for years. */
const MOST_LOOKS = 3_000_000;

/**
 * The verdict of a journal; of a measured drill whose scenario has models with what the simulation of its plan gives, with the
 * drill's seed. A simulation that fails is told and changes nothing.
 */
export async function judgeWithPrediction(io: Io, entries: readonly Entry[]): Promise<Verdict> {
  const verdict = judge(entries);
  const [drill] = entries;
  if (drill?.entry !== 'drill' || !verdict.measured) return verdict;
  try {
    if (!isPredictable(drill.plan)) return verdict;
    const { playSimulated } = await import('./play-simulated.js');
    const simulated = await playSimulated(drill.plan, drill.seed);
    const end = simulated.at(-1);
    return end?.entry === 'end' && end.why === 'completed' ? withPrediction(verdict, judge(simulated)) : verdict;
  } catch (error) {
    // What our own code says of a plan that no scenario gives is no sentence for a person.
    const isOurs = error instanceof InputError || error instanceof EnvironmentError;
    const because = isOurs ? error.message : 'the plan in this journal cannot be simulated';
    io.err(`nothing is predicted: ${because}\n`);
    return verdict;
  }
}

/** Models that say nothing predict nothing, and a drill without a fault is no prediction. */
function isPredictable({ services, sites, probes, faults, durationMs }: Plan): boolean {
  const looks = probes.reduce((sum, { everyMs }) => sum + durationMs / everyMs, 0);
  const isModelled =
    services.some(({ model }) => !saysNothing(model)) || sites.some(({ model }) => model !== undefined);
  return isModelled && faults.length > 0 && looks <= MOST_LOOKS;
}
