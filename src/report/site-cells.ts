import type { Entry } from '../journal/journal.js';
import type { Action, Plan, Step } from '../plan/plan.js';
import { columnAfter, columnOf, type Scale } from './scale.js';

/** Nothing is being done to the site. */
export const NORMAL = '─';

/** How a site is drawn while a verb holds one of its units; where several do, the first of these is shown. */
export const STATES: Readonly<Record<Action['verb'], { readonly char: string; readonly words: string }>> = {
  'power-off': { char: '▓', words: 'power off' },
  kill: { char: 'x', words: 'crashed' },
  stop: { char: 'o', words: 'stopped' },
  freeze: { char: '*', words: 'frozen' },
  isolate: { char: '/', words: 'cut off' },
  shape: { char: '~', words: 'slow or lossy link' },
};

/** A character a column: what was being done to a site's units then. */
export function siteCells(site: string, plan: Plan, entries: readonly Entry[], scale: Scale): string {
  const units = new Map(plan.units.filter((unit) => unit.site === site).map((unit) => [unit.name, unit.service]));
  const steps = plan.faults.flatMap((fault) => fault.steps).filter(({ unit }) => units.has(unit));
  const faults = effectsOf(entries, 'fault');
  const cures = effectsOf(entries, 'cure');
  const cells = Array.from({ length: scale.columns }, () => NORMAL);
  const rank = Object.keys(STATES).reverse();
  for (const step of steps.sort((a, b) => rank.indexOf(a.action.verb) - rank.indexOf(b.action.verb))) {
    const fault = faults.get(step.id);
    if (fault === undefined) continue;
    const endMs = revivesItself(step, plan) ? fault.toMs : (cures.get(step.id)?.fromMs ?? Number.POSITIVE_INFINITY);
    const first = Math.max(0, columnOf(scale, drawnFrom(fault)));
    const last = Math.min(scale.columns, Math.max(first + 1, columnAfter(scale, endMs)));
    for (let column = first; column < last; column++) cells[column] = STATES[step.action.verb].char;
  }
  return cells.join('');
}

/** What may have come a hair before its instant is drawn in the column of that instant, and not in the one before. */
const HAIR_MS = 50;

function drawnFrom({ fromMs, toMs }: Effect): number {
  return toMs - fromMs < HAIR_MS ? toMs : fromMs;
}

type Effect = Extract<Entry, { entry: 'effect' }>['effects'][number];

function effectsOf(entries: readonly Entry[], does: 'fault' | 'cure'): Map<string, Effect> {
  // What was done when the story was not told any more, as by a recovery, has no place on its clock.
  const own = entries.flatMap((entry) =>
    entry.entry === 'effect' && entry.does === does && entry.dueMs >= 0 ? entry.effects : [],
  );
  return new Map(own.filter(({ error }) => error === null).map((effect) => [effect.step, effect]));
}

/** A killed unit whose restart policy applies is down for a moment only; how long, nobody wrote down. */
function revivesItself({ unit, action }: Step, plan: Plan): boolean {
  if (action.verb !== 'kill') return false;
  const service = plan.units.find(({ name }) => name === unit)?.service;
  return (plan.services.find(({ name }) => name === service)?.restart ?? 'no') !== 'no';
}
