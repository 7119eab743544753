import { InputError } from '../errors.js';
import type { Trial, TrialFinding } from '../forecast/forecast.js';
import type { Plan } from '../plan/plan.js';

/** What a change is to make better. */
export type Aim = 'recover' | 'availability' | 'lose';

/** How bad it was, on the mean of some trials: less is better. In seconds, in percent of looks that failed, or in writes. */
export interface Score {
  readonly value: number;
  /** The drill ended first in some trial: the true value is more. */
  readonly more: boolean;
  /** By probe, in the order of the plan. */
  readonly probes: readonly { readonly probe: string; readonly value: number; readonly more: boolean }[];
}

/** The unit in which an aim is counted. */
export const units: Readonly<Record<Aim, string>> = { recover: 's', availability: '%', lose: 'writes' };

/**
 * The probes that count: those of one name or family where one is wanted; else those of users, since nobody can be saved who
 * looks at a dead site itself; where there are none, all. @throws InputError when there is no such probe.
 */
export function countedProbes({ probes }: Pick<Plan, 'probes'>, wanted: string | null): string[] {
  const users = probes.filter(({ site }) => site === null);
  const usual = users.length > 0 ? users : probes;
  const counted = wanted === null ? usual : probes.filter(({ name, family }) => name === wanted || family === wanted);
  if (counted.length > 0) return counted.map(({ name }) => name);
  const names = probes.map(({ name }) => name).join(', ');
  const message = `there is no probe \`${wanted}\` in this scenario; write one of: ${names}`;
  throw new InputError([{ file: 'command line', line: 0, col: 0, path: '--probe', message }]);
}

/**
 * The score of these trials, or null when one of them has no number for any of the probes. Of several faults the longest
 * recovery counts; probes count alike: the mean of theirs, of losses the sum.
 */
export function scoreOf(trials: readonly Trial[], aim: Aim, probes: readonly string[]): Score | null {
  const scores = probes.flatMap((probe) => {
    const numbers = trials.map((trial) => badnessOf(trial, aim, probe));
    const known = numbers.flatMap((number) => number ?? []);
    if (known.length === 0 || known.length < trials.length) return [];
    return [{ probe, value: meanOf(known.map(({ value }) => value)), more: known.some(({ more }) => more) }];
  });
  if (scores.length === 0) return null;
  const values = scores.map(({ value }) => value);
  const value = aim === 'lose' ? values.reduce((sum, one) => sum + one, 0) : meanOf(values);
  return { value, more: scores.some(({ more }) => more), probes: scores };
}

/** Of one probe in one trial; null where there is no number. */
function badnessOf({ findings }: Trial, aim: Aim, probe: string): { value: number; more: boolean } | null {
  const own = findings.filter((finding) => finding.measure === aim && finding.probe === probe);
  const numbers = own.flatMap(({ value, censored, unit }) => (isCounted(aim, unit) ? { value, more: censored } : []));
  let worst: { value: number; more: boolean } | null = null;
  for (const { value, more } of numbers) {
    // Of a fault of which too little was seen to tell, before the next one came, the next one tells.
    if (value === null) continue;
    const bad = aim === 'availability' ? 100 - value : value;
    if (worst === null || bad > worst.value) worst = { value: bad, more };
  }
  return worst;
}

/** A loss may be told in seconds too. */
function isCounted(aim: Aim, unit: TrialFinding['unit']): boolean {
  return unit === units[aim];
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
