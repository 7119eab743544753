import { raiseTestDrill, type TestDrill } from './drills.js';
import { type Stand, startObserver } from './observers.js';

/** How long it took from the first to the last unit going dark, seen from outside, in milliseconds: the median of the rounds. */
export interface InstantFigures {
  readonly units: number;
  readonly firedrillMs: number;
  readonly dockerKillMs: number;
  /** The first over the second. */
  readonly ratio: number;
  /** How long after the instant that was asked for the last unit still answered, at most; negative when none did. */
  readonly lateMs: number;
}

/** Each unit is asked this often, and nothing finer can be seen. */
const EVERY_MS = 2;

/**
 * Breaks the same units with a power loss and with `docker kill` of all at once, in turn, under the same observer. A unit
 * whose answer waits for a busy processor looks dark too early, so the median of a few rounds counts.
 */
export async function measureOneInstant(units: number, rounds: number): Promise<InstantFigures> {
  const names = Array.from({ length: units }, (_, index) => `unit-${index}`);
  const drill = await raiseTestDrill(
    names.map((name) => ({ name, site: 'a', command: ['perl', '/echo.pl'], ready: null })),
  );
  try {
    const { docker, clock, network } = drill;
    const ids = await Promise.all(names.map((name) => drill.containerOf(name)));
    const containers = ids.map((id) => docker.getContainer(id));
    const { Image } = await docker.getContainer(ids[0] ?? '').inspect();
    const stand = { docker, clock, drill: drill.drill, image: Image, networkMode: network };
    const [lost, killed, late]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < rounds; round += 1) {
      let atMs = 0;
      const losses = await seeThemGo(drill, stand, names, async () => {
        const broken = await drill.strike({ kind: 'power-loss', targets: names, volumes: 'kept' });
        atMs = broken.atMs;
      });
      lost.push(spreadOf(losses));
      late.push(Math.max(...losses) - atMs);
      await drill.tidy();
      const deaths = await seeThemGo(drill, stand, names, async () => {
        await Promise.all(containers.map((container) => container.kill()));
      });
      killed.push(spreadOf(deaths));
      await Promise.all(containers.map((container) => container.start()));
    }
    const [firedrillMs, dockerKillMs] = [medianOf(lost), medianOf(killed)];
    return { units, firedrillMs, dockerKillMs, ratio: firedrillMs / dockerKillMs, lateMs: Math.max(...late) };
  } finally {
    await drill.close();
  }
}

/** The instant of each unit's last sign of life. */
async function seeThemGo(
  drill: TestDrill,
  stand: Stand,
  units: readonly string[],
  breakThem: () => Promise<void>,
): Promise<number[]> {
  const addresses = units.map((unit) => drill.addressOf(unit));
  const observer = await startObserver(stand, [`pulse.pl ${EVERY_MS} ${addresses.join(' ')}`]);
  await observer.lookUntil((sights) => sights.some(({ words }) => words[1] === 'well'));
  await breakThem();
  const dark = (sights: Awaited<ReturnType<typeof observer.look>>) => sights.filter(({ words }) => words[1] === 'dark');
  const sights = await observer.lookUntil((seen) => dark(seen).length === units.length);
  return dark(sights).map(({ words }) => Number(words[3]));
}

function spreadOf(instantsMs: readonly number[]): number {
  return Math.max(...instantsMs) - Math.min(...instantsMs);
}

function medianOf(figures: readonly number[]): number {
  return [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN;
}
