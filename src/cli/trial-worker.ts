import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type Trial, trialOf } from '../forecast/forecast.js';
import { judge } from '../judge/judge.js';
import type { Plan } from '../plan/plan.js';
import { playSimulated } from './play-simulated.js';

/** Some trials of one plan, a seed each; a plan that a worker was given last it still has. */
export interface TrialTask {
  readonly plan: Plan | null;
  readonly seeds: readonly number[];
}

/** Plays a trial a seed and judges each; its journal is not kept. */
export async function playTrials(plan: Plan, seeds: readonly number[]): Promise<Trial[]> {
  const trials: Trial[] = [];
  for (const seed of seeds) trials.push(trialOf(judge(await playSimulated(plan, seed))));
  return trials;
}

/** A thread that answers each `TrialTask` with its trials; it keeps no process alive by itself once it is unreferenced. */
export function startTrialWorker(): Worker {
  // Nothing of the command line is for the thread, and what it prints would be a bug.
  return new Worker(new URL(import.meta.url), { workerData: ROLE, argv: [], execArgv: [], env: {} });
}

const ROLE = 'firedrill trials';

/** This same file is what the thread runs. */
if (!isMainThread && workerData === ROLE) {
  let plan: Plan | null = null;
  parentPort?.on('message', async (task: TrialTask) => {
    plan = task.plan ?? plan;
    parentPort?.postMessage(plan === null ? [] : await playTrials(plan, task.seeds));
  });
}
