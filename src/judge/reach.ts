import { placeOf, reaches } from '../plan/plan.js';
import type { History } from './history.js';
import type { Finding } from './verdict.js';

/**
 * The same finding, with the words that nothing put it to the test where it was met and no fault lay between the probe and what
 * it asks: not the fault that the finding is of, or, where it is of none, not any.
 */
export function withReach({ plan, faults, probes }: History, finding: Finding): Finding {
  const own = probes.find(({ probe }) => probe.name === finding.probe)?.probe;
  const concerned = faults.filter(({ name }) => finding.fault === null || name === finding.fault);
  const isUntouched = finding.outcome === 'met' || /^never failed/.test(finding.because);
  if (own === undefined || !isUntouched || concerned.length === 0) return finding;
  if (concerned.some(({ fault }) => reaches(plan, own, fault))) return finding;
  const because = finding.because === '' ? '' : `${finding.because}: `;
  return { ...finding, because: `${because}no fault lay ${placeOf([own])}` };
}
