import type { Action } from './timetable.js';

/** The state that a unit is in when a fault comes to it: the first of these that is true. What is cut off is as it was. */
export type Plight = 'dark' | 'stopped' | 'waiting' | 'frozen' | 'running';

/** What a fault finds: it takes hold, there is nothing to act on, or the unit is already as it would make it. */
type Find = 'holds' | 'nothing' | 'already';

const NOTHING_RUNS = { kill: 'nothing', freeze: 'nothing' } as const;
const NETWORK = { isolate: 'holds', shape: 'holds' } as const;

/**
 * Every fault in every state, as in the world: a machine without power cannot be asked to stop, and what does not run
 * cannot crash; the network's faults concern nobody's processes.
 */
export const FINDS: Readonly<Record<Plight, Readonly<Record<Action['verb'], Find>>>> = {
  dark: { ...NETWORK, ...NOTHING_RUNS, stop: 'nothing', 'power-off': 'already' },
  stopped: { ...NETWORK, ...NOTHING_RUNS, stop: 'nothing', 'power-off': 'holds' },
  // Its process ended, and its restart policy waits before it starts it again: that can be called off.
  waiting: { ...NETWORK, ...NOTHING_RUNS, stop: 'holds', 'power-off': 'holds' },
  // A signal to end is not heard by what is frozen: it is killed when the grace is over, and has not run until then.
  frozen: { ...NETWORK, kill: 'holds', freeze: 'already', stop: 'holds', 'power-off': 'holds' },
  running: { ...NETWORK, kill: 'holds', freeze: 'holds', stop: 'holds', 'power-off': 'holds' },
};

const DONE: Readonly<Record<Action['verb'], string>> = {
  ...{ 'power-off': 'lose power', kill: 'crash', stop: 'be stopped', freeze: 'be frozen' },
  ...{ isolate: 'be cut off', shape: 'be slowed' },
};

/**
 * Why a verb does not take hold of a unit in this state, as the part of an effect that says so; null: it does. Where the unit
 * is already as the verb would make it, the verb lies on it all the same, until it is undone.
 */
export function whyNot(
  unit: string,
  plight: Plight,
  verb: Action['verb'],
): { readonly error: string; readonly untouched?: true } | null {
  switch (FINDS[plight][verb]) {
    case 'holds':
      return null;
    case 'already':
      return { error: plight === 'dark' ? `${unit} has no power already` : `${unit} is frozen already` };
    case 'nothing':
      return { error: `${unit} ${REASONS[plight]}: nothing runs there that could ${DONE[verb]}`, untouched: true };
  }
}

const REASONS: Readonly<Record<Plight, string>> = {
  ...{ dark: 'has no power', stopped: 'was not running', frozen: 'is frozen', running: 'is running' },
  waiting: 'was not running, since its restart policy was waiting',
};
