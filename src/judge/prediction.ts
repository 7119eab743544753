import { roundTo } from './finding.js';
import type { Finding, PredictedFigure, Verdict } from './verdict.js';

const MEASURES: ReadonlySet<Finding['measure']> = new Set(['detect', 'recover', 'availability', 'lose']);

/**
 * A measured verdict with what a simulation of the same plan gave set beside it. Nothing else of the verdict changes: what was
 * predicted is neither an outcome nor a reason for one.
 */
export function withPrediction(measured: Verdict, simulated: Verdict): Verdict {
  const seen = new Set<string>();
  const figures = measured.findings.flatMap((finding) => {
    const key = keyOf(finding);
    const other = simulated.findings.find((candidate) => keyOf(candidate) === key);
    // An objective and another of the same measure see the same.
    if (!MEASURES.has(finding.measure) || other === undefined || seen.has(key)) return [];
    seen.add(key);
    return compare(finding, other);
  });
  if (figures.length === 0) return measured;
  const { engine, seed } = simulated;
  return { ...measured, predicted: { measured: false, engine, seed, figures } };
}

function keyOf({ measure, probe, fault }: Finding): string {
  return JSON.stringify([measure, probe, fault]);
}

function compare(finding: Finding, simulated: Finding): PredictedFigure[] {
  const { measure, probe, fault, unit, value, low, high } = finding;
  const predicted = simulated.value;
  if (value === null || predicted === null) return [];
  const isKnown = !finding.censored && !simulated.censored;
  const off = isKnown ? roundTo(predicted - value, 6) : null;
  const offPercent = off === null || value === 0 ? null : roundTo((100 * off) / value, 3);
  const most = high ?? (low === null ? value : Number.POSITIVE_INFINITY);
  const within = isKnown ? predicted >= (low ?? value) && predicted <= most : null;
  const censored = { predictedCensored: simulated.censored, measuredCensored: finding.censored };
  return [{ measure, probe, fault, unit, predicted, measured: value, ...censored, off, offPercent, within }];
}
