import type Docker from 'dockerode';
import type { Clock } from '../../clock.js';
import type { Step } from '../../plan/plan.js';
import { sentenceOf } from './api.js';
import type { Berth } from './berth.js';
import { runInside } from './commands.js';
import type { Holds } from './holds.js';

/**
 * How a unit comes to know no connection of before its power loss: its kernel destroys what is left of them, or it gets a
 * fresh network namespace. Which one is found out by what is left; a test may take a way away.
 */
export type Silencing = readonly ('destroy' | 'replace')[];

/** The first that works is taken. */
export const EVERY_SILENCING: Silencing = ['destroy', 'replace'];

/**
 * Destroys the sockets of every state, and fails when any is left: a listening one of a process that is gone goes by itself,
 * a connection that nobody owns any more would say goodbye as soon as it can.
 */
const DESTROY = `for try in 1 2 3 4 5; do
  ss -K -a -t -u >/dev/null 2>&1
  left=$(ss -H -a -n -t -u)
  [ -z "$left" ] && exit 0
  sleep 0.05
done
echo "$left"
exit 1`;

/**
 * Makes the kernel of a dead unit forget every connection, and ends these network steps on it. Called while the unit is dark
 * and nothing runs there. Resolves with what it could not do, as a sentence, or null.
 */
export async function forget(
  docker: Docker,
  clock: Clock,
  holds: Holds,
  berth: Berth,
  ended: readonly Step[],
  silencing: Silencing,
): Promise<string | null> {
  if (silencing.includes('destroy') && (await destroySockets(docker, clock, berth))) return null;
  if (silencing.includes('replace')) {
    const why = await holds
      .renew(berth, ended, () => docker.getContainer(berth.anchor).restart({ t: 0 }))
      .then(() => null, sentenceOf);
    if (why === null) return null;
  }
  const { name } = berth.unit;
  return `${name} came back with connections of before its power loss, and told its peers that they ended, as no machine without power does: its kernel could not be made to forget them`;
}

async function destroySockets(docker: Docker, clock: Clock, berth: Berth): Promise<boolean> {
  const ran = runInside(docker, clock, berth.anchor, ['sh', '-c', DESTROY], { again: true });
  return ran.then(({ code }) => code === 0).catch(() => false);
}
