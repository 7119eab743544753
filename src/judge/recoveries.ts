import type { Entry } from '../journal/journal.js';
import type { Fault } from '../plan/plan.js';
import type { Probe } from '../scenario/scenario.js';
import { judgeDetect } from './detect.js';
import type { Instant } from './faults.js';
import { hasLooked, readHistory } from './history.js';
import { judgeRecover } from './recover.js';
import type { Finding } from './verdict.js';

/** What one probe went through after one fault that took hold. */
export interface Recovery {
  readonly probe: Probe;
  readonly fault: Fault;
  /** `power-loss pangyo @15:30:00`, as findings name it. */
  readonly name: string;
  /** As the probe is measured from it: on the units that it asks, where the fault has steps on them. */
  readonly held: Instant;
  /** Both without an objective: they say what was measured, and judge nothing. */
  readonly detect: Finding;
  readonly recover: Finding;
}

/** Every fault that took hold with every probe that looked, faults in the order of time and probes in that of the plan. */
export function recoveriesOf(entries: readonly Entry[]): Recovery[] {
  const { faults, probes } = readHistory(entries);
  return faults.flatMap(({ name, fault: { id } }) =>
    probes.filter(hasLooked).flatMap((history) => {
      const fault = history.faults.find((one) => one.fault.id === id);
      if (fault === undefined || fault.held === null) return [];
      return [
        {
          ...{ probe: history.probe, fault: fault.fault, name, held: fault.held },
          detect: judgeDetect(history, fault, null),
          recover: judgeRecover(history, fault, null),
        },
      ];
    }),
  );
}
