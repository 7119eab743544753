import type Docker from 'dockerode';
import type { Clock } from '../../../src/clock.js';
import { demultiplex, LABEL } from '../../../src/engine/docker/api.js';

/** Where an observer stands. It shares nothing with firedrill but the label by which the tests remove it. */
export interface Stand {
  readonly docker: Docker;
  readonly clock: Clock;
  readonly drill: string;
  /** Any image with the programs of images/peers. */
  readonly image: string;
  /** A network's name, or `container:<id>` to see what a process of that container would see. */
  readonly networkMode: string;
  /** Volumes to look into, by the path at which they appear. */
  readonly volumes?: Readonly<Record<string, string>>;
}

/** One thing that was seen, at an instant of the test's clock (by the kernel's clock, to well below a millisecond). */
export interface Sight {
  readonly atMs: number;
  readonly words: readonly string[];
}

/** A container of its own that watches until its drill tidies up. */
export interface Observer {
  readonly container: Docker.Container;
  /** All that was seen so far, in the order of time. */
  look(): Promise<readonly Sight[]>;
  /** Looks again and again until `there` finds what it looks for. @throws after half a minute with the last of what was seen. */
  lookUntil(there: (sights: readonly Sight[]) => boolean): Promise<readonly Sight[]>;
}

/** Starts a container that runs these perl programs (`stream.pl web 10.0.0.1`) side by side. */
export async function startObserver(stand: Stand, programs: readonly string[]): Promise<Observer> {
  const { docker, clock, drill, image, networkMode, volumes = {} } = stand;
  const container = await docker.createContainer({
    Image: image,
    Cmd: ['sh', '-c', `${programs.map((program) => `perl /${program} &`).join(' ')} wait`],
    Labels: { [LABEL.drill]: drill, [LABEL.role]: 'observer' },
    HostConfig: {
      NetworkMode: networkMode,
      Mounts: Object.entries(volumes).map(([Target, Source]) => ({ Type: 'volume', Source, Target, ReadOnly: true })),
    },
  });
  await container.start();
  const look = async () => {
    const logs = await container.logs({ stdout: true, stderr: true, follow: false });
    return readSights(clock, demultiplex(logs as unknown as Buffer));
  };
  return {
    container,
    look,
    async lookUntil(there) {
      const deadlineMs = clock.now() + 30_000;
      for (;;) {
        const sights = await look();
        if (there(sights)) return sights;
        if (clock.now() > deadlineMs) throw new Error(`not seen; the last sights:\n${describe(sights.slice(-20))}`);
        await clock.sleepUntil(clock.now() + 100);
      }
    },
  };
}

/** Lines such as `1795371073451054242 stream web open`, every instant in them turned into one of the test's clock. @throws on a line that is none, because a program complained. */
export function readSights(clock: Clock, text: string): Sight[] {
  const zeroMs = clock.epochOf(0);
  const sights = text.split('\n').flatMap((line): Sight[] => {
    if (line === '') return [];
    if (!/^\d{19} /.test(line)) throw new Error(`an observer complains: ${line}`);
    const [stamp = '', ...words] = line.split(' ');
    const readable = words.map((word) => (/^\d{19}$/.test(word) ? String(msOf(word) - zeroMs) : word));
    return [{ atMs: msOf(stamp) - zeroMs, words: readable }];
  });
  return sights.sort((a, b) => a.atMs - b.atMs);
}

/** Nanoseconds since 1970 as milliseconds, to the microsecond. */
export function msOf(stamp: string): number {
  return Number(BigInt(stamp) / 1000n) / 1000;
}

function describe(sights: readonly Sight[]): string {
  return sights.map(({ atMs, words }) => `${atMs.toFixed(1)} ${words.join(' ')}`).join('\n');
}
