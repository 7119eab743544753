import { randomInt } from 'node:crypto';
import { InputError } from '../errors.js';
import { trialSeedOf } from '../forecast/forecast.js';
import { exitCodes } from '../judge/judge.js';
import { planDrill } from '../plan/plan.js';
import { jsonReport, terminalWhatIf } from '../report/report.js';
import { parseEdit } from '../scenario/scenario.js';
import { type Aim, type Change, changesOf, exploreChanges, type Lab } from '../what-if/what-if.js';
import type { Io } from './io.js';
import { checkOutputs, printReport, type ReportOptions } from './output.js';
import { openProgress } from './progress.js';
import { openSource } from './scenario-file.js';
import { examineSim, untilStopped, workersFor } from './simulate.js';

/** The options of `what-if`, as commander gives them. */
export interface WhatIfOptions extends ReportOptions {
  readonly set: readonly string[];
  readonly by: Aim;
  readonly probe?: string;
  readonly budget: number;
  readonly trials: number;
  readonly seed?: number;
  readonly workers?: number;
}

/**
 * Plays a scenario as it is and with changes, on the simulated engine, and prints which of them would have saved most. Ends
 * with 0 when changes could be compared, with 2 when there was nothing to compare by.
 */
export async function tryChanges(io: Io, name: string, options: WhatIfOptions): Promise<number> {
  checkOutputs(io, name, options);
  const { read } = await openSource(io, name);
  const plan = planDrill(read());
  const { by, budget, trials, probe = null } = options;
  if (trials * 2 > budget)
    throw wrong(`--budget ${budget} has no room for a change beside what is: write at least ${2 * trials}`);
  const named = readNamed(options.set);
  const engine = await examineSim(plan);
  const seed = options.seed ?? randomInt(2 ** 32);
  const seeds = Array.from({ length: trials }, (_, trial) => trialSeedOf(seed, trial));
  const progress = openProgress(io, 'drills at most', budget);
  const found = await untilStopped(io, workersFor(options.workers, budget), (pool) => {
    const play: Lab['play'] = (changed, own) => pool.play(changed, own, progress.advance);
    return exploreChanges({ read, play, changesOf }, { by, probe, engine, seed, seeds, budget, named });
  });
  progress.close();
  if (typeof found === 'string') {
    io.err(`${found}: stopped after ${progress.done()} of at most ${budget} drills; nothing was broken\n`);
    return exitCodes.stopped.code;
  }
  printReport(io, { terminal: (look) => terminalWhatIf(found, look), json: jsonReport(found) }, options);
  return found.baseline === null ? exitCodes.unknown.code : exitCodes.met.code;
}

/** A change for each `--set`; several edits of one are parted by ` + `. @throws InputError with all that are wrong. */
function readNamed(texts: readonly string[]): Change[] {
  const problems: InputError[] = [];
  const changes = texts.map((text): Change => {
    const edits = text.split(/ \+ /).flatMap((part) => {
      try {
        return parseEdit(part.trim());
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        problems.push(error);
        return [];
      }
    });
    return { key: text, title: text, about: 'yours', edits };
  });
  if (problems.length > 0) throw new InputError(problems.flatMap((error) => error.problems));
  return changes;
}

function wrong(message: string): InputError {
  return new InputError([{ file: 'command line', line: 0, col: 0, path: '', message }]);
}
