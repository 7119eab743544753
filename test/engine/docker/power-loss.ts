import type Docker from 'dockerode';
import { arrivalsOf, type Facts, factsOf, type Window } from './facts.js';
import { type Observer, type Stand, startObserver } from './observers.js';

/** A unit under observation. */
export interface Subject {
  readonly name: string;
  readonly address: string;
  /** The container of its processes, and the volume to which they write their count. */
  readonly container: Docker.Container;
  readonly volume: string;
}

/** When it was broken, and when whoever broke it was done. */
export interface Breakage {
  readonly atMs: number;
  readonly doneMs: number;
}

/** What somebody who is no part of firedrill saw of a unit without power. */
export interface PowerLossFacts extends Facts {
  /** Whether anything, such as a restart policy, started it anew. */
  readonly revived: boolean;
}

/** What a power loss looks like. */
export const POWER_LOSS = (address: string): PowerLossFacts => ({
  stream: 'silence',
  arrivals: ['timeout'],
  name: [address],
  runs: false,
  revived: false,
});

const DARK_MS = 5000;

/** Watches `subject` from `stand`, has it broken, and says what the next five seconds looked like. The observer goes on watching. */
export async function observePowerLoss(
  stand: Stand,
  subject: Subject,
  breakIt: () => Promise<Breakage>,
): Promise<{ facts: PowerLossFacts; dark: Window; observer: Observer }> {
  const { clock } = stand;
  const { name, address, container, volume } = subject;
  const observer = await startObserver({ ...stand, volumes: { '/shared': volume } }, [
    `stream.pl ${name} ${address}`,
    `arrivals.pl ${name} ${address}`,
    `names.pl ${name}`,
    `counts.pl ${name} /shared/count`,
  ]);
  await observer.lookUntil((sights) => arrivalsOf(sights, name, { fromMs: 0, toMs: clock.now() }).length >= 5);
  const wellMs = clock.now();
  const well = factsOf(await observer.look(), name, { fromMs: 0, toMs: wellMs });
  const expected: Facts = { stream: 'tick', arrivals: ['answered'], name: [address], runs: true };
  if (JSON.stringify(well) !== JSON.stringify(expected)) throw new Error(`not well before: ${JSON.stringify(well)}`);

  const before = await container.inspect();
  const { atMs, doneMs } = await breakIt();
  await clock.sleepUntil(Math.max(atMs + DARK_MS, doneMs + 1000));
  const dark = { fromMs: atMs + 1, toMs: clock.now() };
  const after = await container.inspect();
  const sights = await observer.look();
  const facts = {
    ...factsOf(sights, name, dark),
    // Whatever it did in the dark before it stood still, nobody outside could know but for this volume.
    runs: factsOf(sights, name, { fromMs: doneMs, toMs: dark.toMs }).runs,
    revived: before.State.StartedAt !== after.State.StartedAt || before.RestartCount !== after.RestartCount,
  };
  return { facts, dark, observer };
}
