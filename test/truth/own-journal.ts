import { readFileSync } from 'node:fs';
import type { Entry } from '../../src/journal/journal.js';
import type { Plan } from '../../src/plan/plan.js';
import type { Case } from './cases.js';

/** The plan at the head of a journal. */
export function planIn(entries: readonly Entry[]): Plan {
  const head = entries[0];
  if (head?.entry !== 'drill') throw new Error('a journal begins with its drill entry');
  return head.plan;
}

/** What a drill of this unit alone would have written down: faults of others are no faults of it. */
export function entriesOf(entries: readonly Entry[], { name: service, unit }: Case): Entry[] {
  const whole = planIn(entries);
  const isOwn = (name: string) => [service, 'obs', 'mirror'].includes(name);
  const faults = whole.faults.filter(({ steps }) => steps.some((step) => step.unit === unit));
  const ids = new Set(faults.flatMap(({ steps }) => steps.map(({ id }) => id)));
  const plan: Plan = {
    ...whole,
    faults,
    units: whole.units.filter((one) => isOwn(one.service)),
    services: whole.services.filter(({ name }) => isOwn(name)),
    probes: whole.probes.filter(({ name }) => name === service),
    moments: whole.moments.filter(({ steps, cures }) =>
      [...steps.map(({ id }) => id), ...cures].some((id) => ids.has(id)),
    ),
  };
  return entries.flatMap((entry): Entry[] => {
    if (entry.entry === 'drill') return [{ ...entry, plan }];
    if (entry.entry === 'effect') {
      const effects = entry.effects.filter(({ step }) => ids.has(step));
      return effects.length === 0 ? [] : [{ ...entry, effects }];
    }
    const isOther = 'probe' in entry && entry.probe !== service;
    if (isOther) return [];
    return entry.entry === 'ready' && entry.unit !== unit ? [] : [entry];
  });
}

/** The entries of a journal's file. */
export function readEntries(file: string): Entry[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Entry);
}
