import type { Entry } from '../journal/journal.js';
import type { Recovery } from '../judge/judge.js';
import type { Plan, Step } from '../plan/plan.js';

/** The services behind what a probe asks, the nearest first: the asked one, those that it needs, those that these need. */
export function servicesBehind(plan: Plan, host: string): string[] {
  const asked = plan.units.find(({ name }) => name === host)?.service ?? host;
  const behind = new Set([asked]);
  for (const one of behind) {
    for (const needed of plan.services.find(({ name }) => name === one)?.needs ?? []) behind.add(needed);
  }
  return [...behind];
}

/** The unit that a probe asks, by its name or as the only one of its service; null when that is nobody alone. */
export function askedUnit(plan: Plan, host: string): string | null {
  if (plan.units.some(({ name }) => name === host)) return host;
  const units = plan.units.filter(({ service }) => service === host);
  return units.length === 1 ? (units[0]?.name ?? null) : null;
}

/** The units of a service on which a step of the fault lies. */
export function hitUnits(plan: Plan, { fault }: Recovery, service: string): string[] {
  const hit = new Set(fault.steps.map(({ unit }) => unit));
  return plan.units.filter((unit) => unit.service === service && hit.has(unit.name)).map(({ name }) => name);
}

/** An instant of the story, as the interval that it lies in. */
export interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}

/** When a step was cured inside of the story, or null. */
export function cureOf(entries: readonly Entry[], step: Step): Interval | null {
  const effects = entries
    .flatMap((entry) => (entry.entry === 'effect' && entry.does === 'cure' && entry.dueMs >= 0 ? entry.effects : []))
    .filter((effect) => effect.step === step.id && effect.error === null);
  return effects[0] ?? null;
}
