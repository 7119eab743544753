import type { Found } from './stretches.js';
import { OBSTACLES, phraseOf, type WorldEvent } from './words.js';

/** The events of a simulated journal, to be walked from an effect to its causes. */
export interface EventGraph {
  /** The causes of a probe's return at `backMs`, back to the fault, as stretches in the order of time; null: no event tells of it. */
  pathOf(probe: string, backMs: number): Found[] | null;
  /** What is in the way of a probe that is down at the end: everything that its last fall came from and that is not well since. */
  standingOf(probe: string): string[];
}

/** A recovery is told in seconds, the event of it in the journal's hundredths of a millisecond. */
const ROUNDING_MS = 0.01;

/** `titles` are the titles of the faults by id. */
export function graphOf(events: readonly WorldEvent[], titles: ReadonlyMap<string, string>): EventGraph {
  const byId = new Map(events.map((event) => [event.id, event]));
  // An id that is not lower would lead in a circle, and a cause that comes later is none.
  const causesOf = (event: WorldEvent) =>
    event.because
      .flatMap((id) => byId.get(id) ?? [])
      .filter((cause) => cause.id < event.id && cause.atMs <= event.atMs)
      .sort((a, b) => b.atMs - a.atMs || b.id - a.id);
  const flipsOf = (probe: string) => events.filter(({ subject }) => subject.kind === 'probe' && subject.name === probe);
  return {
    pathOf(probe, backMs) {
      const back = flipsOf(probe).findLast(({ state, atMs }) => state === 'up' && atMs <= backMs + ROUNDING_MS);
      return back === undefined ? null : walk(back, causesOf, (event) => phraseOf(event, titles));
    },
    standingOf(probe) {
      const fall = flipsOf(probe).findLast(({ state }) => state === 'down');
      if (fall === undefined) return [];
      const past = pastOf(fall, causesOf);
      const names = new Set([...past].filter((event) => event !== fall).map(nameOf));
      const last = new Map(events.filter((event) => names.has(nameOf(event))).map((event) => [nameOf(event), event]));
      return [...last.values()].filter(({ state }) => OBSTACLES.has(state)).map((event) => phraseOf(event, titles));
    },
  };
}

type Causes = (event: WorldEvent) => readonly WorldEvent[];

/** At every step the cause that came last: until then the effect could not be. */
function walk(back: WorldEvent, causesOf: Causes, phrase: (event: WorldEvent) => string): Found[] {
  const found: Found[] = [];
  let why: string[] = [];
  let effect = back;
  for (let [cause, ...others] = causesOf(effect); cause !== undefined; [cause, ...others] = causesOf(effect)) {
    // What was waited for beside it tells why this stretch was in the way; so does a cause that took no time itself.
    why.push(...others.filter(isTelling).map(phrase));
    if (effect.atMs > cause.atMs) {
      const what = isUnnoticed(cause, effect) ? `clients had not noticed: ${phrase(cause)}` : phrase(cause);
      const reasons = [...new Set(why)].filter((reason) => reason !== what);
      found.push({ fromMs: cause.atMs, toMs: effect.atMs, what, why: reasons });
      why = [];
    } else if (cause.state === 'blocked') {
      why.push(phrase(cause));
    }
    effect = cause;
  }
  return found.reverse();
}

/** Where a probe is back as soon as it goes elsewhere, it was not the fault that ended. */
function isUnnoticed({ subject, state }: WorldEvent, effect: WorldEvent): boolean {
  const isBack = effect.subject.kind === 'probe' && effect.state === 'up';
  return isBack && subject.kind === 'group' && ['dark', 'down', 'cut'].includes(state);
}

/** That nobody leads is what every takeover is about. */
function isTelling({ state }: WorldEvent): boolean {
  return OBSTACLES.has(state) && state !== 'leaderless';
}

/** Everything from which an event came, itself included. */
function pastOf(event: WorldEvent, causesOf: Causes): Set<WorldEvent> {
  const past = new Set([event]);
  for (const one of past) for (const cause of causesOf(one)) past.add(cause);
  return past;
}

function nameOf({ subject }: WorldEvent): string {
  return `${subject.kind} ${subject.name}`;
}
