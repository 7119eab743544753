import type { Entry } from '../journal/journal.js';
import type { Action } from '../plan/plan.js';

/** An event with its instant. */
export type WorldEvent = Extract<Entry, { entry: 'event' }>;

/** The state into which an event brought its subject, as a phrase after a duration: `no power at pangyo`. */
export function phraseOf(event: WorldEvent, titles: ReadonlyMap<string, string>): string {
  const { detail } = event;
  if (event.state === 'blocked') return `${event.subject.name} waiting${detail === undefined ? '' : `: ${detail}`}`;
  // A site that gets its power in steps has one event a step, and waits for the next one all along.
  if (event.state === 'powered' && detail !== undefined)
    return `${event.subject.name} waiting for the rest of its power`;
  const phrase = PHRASES[event.state]?.(event.subject.name, titles) ?? `${event.subject.name} ${event.state}`;
  return detail === undefined ? phrase : `${phrase} (${detail})`;
}

type Phrase = (name: string, titles: ReadonlyMap<string, string>) => string;

/** A journal of a newer firedrill may have a state that is not here. */
const PHRASES: Readonly<Record<string, Phrase | undefined>> = {
  held: (name, titles) => `${titles.get(name) ?? name} went on`,
  dark: (name) => `no power at ${name}`,
  powered: (name) => `power back at ${name}, and nothing started yet`,
  cut: (name) => `${name} cut off`,
  joined: (name) => `${name} joined again`,
  queued: (name) => `${name} waiting for a crew`,
  booting: (name) => `${name} booting`,
  repairing: (name) => `${name} repairing its data`,
  leaderless: (name) => `${name} without a leader`,
  leading: (name) => `clients had not noticed that ${name} is led again`,
  overloaded: (name) => `${name} overloaded`,
  up: (name) => `clients had not noticed that ${name} is up`,
  down: (name) => `${name} down`,
  noticing: (name) => `nobody had noticed yet (${name})`,
  deciding: (name) => `people deciding (${name})`,
  working: (name) => `${name} under way`,
  done: (name) => `${name} done`,
} satisfies Record<Exclude<WorldEvent['state'], 'blocked'>, Phrase>;

/** States in which something stands in the way of others; in all others it is well. */
export const OBSTACLES: ReadonlySet<WorldEvent['state']> = new Set([
  ...(['dark', 'cut', 'blocked', 'queued', 'booting', 'repairing', 'leaderless', 'overloaded'] as const),
  ...(['down', 'noticing', 'deciding', 'working'] as const),
]);

/** What a verb that lies on units is to those who wait for them: `no power at web-pangyo`. */
export function plightOf(verb: Action['verb'], units: string): string {
  switch (verb) {
    case 'power-off':
      return `no power at ${units}`;
    case 'kill':
      return `${units} crashed`;
    case 'stop':
      return `${units} stopped`;
    case 'freeze':
      return `${units} frozen`;
    case 'isolate':
      return `${units} cut off`;
    case 'shape':
      return `a slow or lossy link at ${units}`;
  }
}
