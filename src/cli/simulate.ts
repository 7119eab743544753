import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { EnvironmentError } from '../errors.js';
import { forecastOf, trialSeedOf } from '../forecast/forecast.js';
import { exitCodes } from '../judge/judge.js';
import { type Plan, planDrill } from '../plan/plan.js';
import { jsonReport, terminalForecast } from '../report/report.js';
import type { Io } from './io.js';
import { checkOutputs, printReport, type ReportOptions } from './output.js';
import { openProgress } from './progress.js';
import { openScenario } from './scenario-file.js';
import { simStage } from './stage.js';
import { openTrialPool, type TrialPool } from './trial-pool.js';

/** The options of `simulate`, as commander gives them. */
export interface SimulateOptions extends ReportOptions {
  readonly trials: number;
  readonly seed?: number;
  readonly workers?: number;
  /** In percent. */
  readonly confidence: number;
}

/**
 * Plays a scenario many times on the simulated engine, each time with a seed of its own, and prints what the trials say
 * together; the exit code is the forecast's. Nothing is broken, no journal is kept.
 */
export async function simulateScenario(io: Io, name: string, options: SimulateOptions): Promise<number> {
  checkOutputs(io, name, options);
  const { scenario } = await openScenario(io, name);
  const plan = planDrill(scenario);
  const seed = options.seed ?? randomInt(2 ** 32);
  const engine = await examineSim(plan);
  const seeds = Array.from({ length: options.trials }, (_, trial) => trialSeedOf(seed, trial));
  const progress = openProgress(io, 'trials', seeds.length);
  const trials = await untilStopped(io, workersFor(options.workers, seeds.length), (pool) =>
    pool.play(plan, seeds, progress.advance),
  );
  progress.close();
  if (typeof trials === 'string') {
    io.err(`${trials}: stopped after ${progress.done()} of ${seeds.length} trials; nothing was broken\n`);
    return exitCodes.stopped.code;
  }
  const { confidence } = options;
  const forecast = forecastOf({ scenario: plan.name, engine, seed, confidence, trials });
  printReport(io, { terminal: (look) => terminalForecast(forecast, look), json: jsonReport(forecast) }, options);
  return forecast.exitCode;
}

/** The simulated engine's name. @throws EnvironmentError when it cannot play this plan. */
export async function examineSim(plan: Plan): Promise<string> {
  const { engine } = await simStage({ begins: plan.begins, seed: 0 });
  const missing = await engine.examine(plan);
  if (missing.length === 0) return engine.name;
  throw new EnvironmentError(`this scenario needs what ${engine.name} does not have:\n${missing.join('\n')}`, '');
}

/** As many workers as were wished for, else one a core; never more than there are trials. */
export function workersFor(wished: number | undefined, trials: number): number {
  return Math.min(wished ?? availableParallelism(), trials);
}

/** What `task` gives, or the reason for which a person stopped it; the pool is closed then. */
export async function untilStopped<T>(
  io: Io,
  workers: number,
  task: (pool: TrialPool) => Promise<T>,
): Promise<T | string> {
  const pool = openTrialPool(workers);
  let end = () => {};
  const stopped = new Promise<string>((stop, crash) => {
    end = io.onStop((reason, error) => (error === undefined ? stop(reason) : crash(error)));
  });
  try {
    return await Promise.race([task(pool), stopped]);
  } finally {
    end();
    pool.close();
  }
}
