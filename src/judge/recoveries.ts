import type { Entry } from '../journal/journal.js';
import type { Fault } from '../plan/plan.js';
import type { Probe } from '../scenario/scenario.js';
import { judgeDetect } from './detect.js';
import { hasLooked, type Instant, readHistory } from './history.js';
import { judgeRecover } from './recover.js';
import type { Finding } from './verdict.js';

/** What one probe went through after one fault that took hold. */
export interface Recovery {
  readonly probe: Probe;
  readonly fault: Fault;
  /** `power-loss pangyo @15:30:00`, as findings name it. */
  readonly name: string;
  readonly held: Instant;
  /** Both without an objective: they say what was measured, and judge nothing. */
  readonly detect: Finding;
  readonly recover: Finding;
}

/** Every fault that took hold with every probe that looked, faults in the order of time and probes in that of the plan. */
export function recoveriesOf(entries: readonly Entry[]): Recovery[] {
  const { faults, probes } = readHistory(entries);
  return faults.flatMap((fault) => {
    const { held, name } = fault;
    if (held === null) return [];
    return probes.filter(hasLooked).map((history) => ({
      ...{ probe: history.probe, fault: fault.fault, name, held },
      detect: judgeDetect(history, fault, null),
      recover: judgeRecover(history, fault, null),
    }));
  });
}
