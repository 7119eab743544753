import { calibrate } from '../calibration/calibration.js';
import { InputError } from '../errors.js';
import type { Entry } from '../journal/journal.js';
import { exitCodes } from '../judge/judge.js';
import { calibrationSnippet, jsonCalibration } from '../report/report.js';
import type { Io } from './io.js';
import { openJournalEntries } from './journal-or-scenario.js';
import { checkOutputs, printReport, type ReportOptions } from './output.js';

/**
 * Prints what measured drills of one scenario say about the times in its models, to be pasted into it. The exit code is 2 when they say
 * nothing, else 0.
 */
export async function calibrateModels(io: Io, names: readonly string[], options: ReportOptions): Promise<number> {
  for (const name of names) checkOutputs(io, name, options);
  const journals: Entry[][] = [];
  for (const name of names) journals.push(await openJournalEntries(io, name));
  refuseUnfit(names, journals);
  const calibration = calibrate(journals);
  printReport(io, { terminal: () => calibrationSnippet(calibration), json: jsonCalibration(calibration) }, options);
  return calibration.figures.length === 0 ? exitCodes.unknown.code : exitCodes.met.code;
}

/** A simulation would only give its own model back, and two scenarios may call different things by one name. */
function refuseUnfit(names: readonly string[], journals: readonly (readonly Entry[])[]): void {
  const drills = journals.map(([first]) => first as Extract<Entry, { entry: 'drill' }>);
  const scenario = drills[0]?.plan.name;
  const problems = drills.flatMap(({ measured, plan, drill }, index) => {
    const again = drills.findIndex((other) => other.drill === drill) < index;
    const message = !measured
      ? 'it was simulated, so it would only give its own model back; name the journal of a drill on real containers'
      : plan.name !== scenario
        ? `it is of another scenario (${plan.name}) than the first (${scenario}); calibrate each by itself`
        : again
          ? `it is the drill ${drill} once more; name each journal once`
          : null;
    return message === null ? [] : [{ file: names[index] ?? '', line: 0, col: 0, path: '', message }];
  });
  if (problems.length > 0) throw new InputError(problems);
}
