import type { Entry } from '../../src/journal/journal.js';
import { downBetween, makeJournal } from '../judge/histories.js';

type WorldEvent = Extract<Entry, { entry: 'event' }>;

/** An event in few words: when, what, into which state, because of the events at these places of the list. */
export type Told = readonly [
  atMs: number,
  kind: WorldEvent['subject']['kind'],
  name: string,
  state: WorldEvent['state'],
  because: readonly number[],
  detail?: string,
];

/** Events with ids from 1 on; `because` counts places of the list, from 0 on. */
export function eventsOf(told: readonly Told[]): WorldEvent[] {
  return told.map(([atMs, kind, name, state, because, detail], index) => ({
    ...{ atMs, monoMs: atMs, entry: 'event', id: index + 1, subject: { kind, name }, state },
    because: because.map((place) => place + 1),
    ...(detail === undefined ? {} : { detail }),
  }));
}

/** A power loss at 30 s and a probe that is down from then on until `backMs`, with these events. */
export function journalOf(told: readonly Told[], backMs: number, durationMs = 600_000): Entry[] {
  const journal = makeJournal({
    faults: [{ title: 'power-loss pangyo', atMs: 30_000 }],
    probes: [{ name: 'text', everyMs: 1000, tell: downBetween([30_000, backMs]) }],
    ...{ durationMs, engine: 'sim', measured: false },
  });
  return [...journal, ...eventsOf(told)];
}

/** The controller that could switch over stands in the dark site: the failure that this project grew from. */
export const CONTROLLER_INSIDE: readonly Told[] = [
  [30_000, 'fault', 'f1', 'held', []],
  [30_000, 'site', 'pangyo', 'dark', [0]],
  [30_000, 'service', 'text', 'leaderless', [1]],
  [30_000, 'service', 'text', 'blocked', [2], 'failover-controller is only at pangyo'],
  [30_000, 'probe', 'text', 'down', [2]],
  [400_000, 'site', 'pangyo', 'powered', [1]],
  [400_000, 'group', 'failover-controller@pangyo', 'booting', [5]],
  [460_000, 'group', 'failover-controller@pangyo', 'up', [6]],
  [460_000, 'step', 'takeover of text', 'working', [3, 7]],
  [470_000, 'service', 'text', 'leading', [8]],
  [470_000, 'probe', 'text', 'up', [9]],
];
