import { makeFinding } from './finding.js';
import type { ProbeHistory } from './history.js';
import type { Finding } from './verdict.js';

/** Writes that were acknowledged and are absent after recovery. No probe keeps a ledger of its writes, so nobody knows. */
export function judgeLose({ probe }: ProbeHistory, limitWrites: number): Finding {
  return makeFinding({
    measure: 'lose',
    probe: probe.name,
    unit: 'writes',
    limit: limitWrites,
    because: 'no ledger was kept: this probe does not record its writes',
  });
}
