import type { TestDrill } from './drills.js';
import { type Observer, type Sight, type Stand, startObserver } from './observers.js';

/** Where an observer sees what a process of a unit would see. */
export async function standAt(
  { docker, clock, drill, anchorOf, containerOf }: TestDrill,
  unit: string,
): Promise<Stand> {
  const { Image } = await docker.getContainer(await containerOf(unit)).inspect();
  return { docker, clock, drill, image: Image, networkMode: `container:${await anchorOf(unit)}` };
}

/** An observer at `peer` with an idle connection to `server`, who sees every packet between the two. */
export async function listenAt(drill: TestDrill): Promise<{ observer: Observer; address: string }> {
  const address = drill.addressOf('server');
  const programs = [`packets.pl ${address}`, `idle.pl server ${address} 9000`];
  const observer = await startObserver(await standAt(drill, 'peer'), programs);
  await observer.lookUntil((sights) => packetsOf(sights, address, 0).length > 10);
  return { observer, address };
}

/** What came from an address within a time, such as `tcp FIN,ACK`. */
export function packetsOf(
  sights: readonly Sight[],
  address: string,
  fromMs: number,
  toMs: number = Number.POSITIVE_INFINITY,
): string[] {
  return sights
    .filter(({ atMs, words }) => words[0] === 'packet' && words[1] === address && atMs >= fromMs && atMs < toMs)
    .map(({ words }) => `${words[3]} ${words[4]}`);
}
