import type { Trial, TrialFinding } from '../../src/forecast/forecast.js';

/** A recovery of `write` after a power loss, with an objective of 45 s. */
export function recovery(value: number | null, given: Partial<TrialFinding> = {}): TrialFinding {
  const outcome = value === null ? 'unknown' : value <= 45 ? 'met' : 'missed';
  const about = { measure: 'recover', probe: 'write', fault: 'power-loss pangyo @15:30:00', quantile: null } as const;
  return { ...about, unit: 's', limit: 45, outcome, value, censored: false, ...given };
}

/** A trial with these findings; its seed is 100 and its number. */
export function trial(number: number, ...findings: TrialFinding[]): Trial {
  return { seed: 100 + number, notes: [], findings };
}

/** A simulation that has these trials. */
export function simulationOf(trials: readonly Trial[], confidence = 95) {
  return { scenario: 'Power loss', engine: 'sim', seed: 7, confidence, trials };
}
