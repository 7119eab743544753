import { createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import type { Clock } from '../../clock.js';
import { EnvironmentError } from '../../errors.js';
import { LABEL, sentenceOf, statusOf, withDeadline } from './api.js';
import { ANCHOR_IMAGE } from './images.js';

/** The lock of a scenario, as its holder has it. */
export interface Lock {
  /** Takes it for this scenario. @throws EnvironmentError with the name of the drill that has it. */
  take(scenario: string, labels: Readonly<Record<string, string>>): Promise<void>;
  /** @throws what a drill's beginning failed of, or, where the engine had ended the lock meanwhile, an EnvironmentError that says so. */
  explain(error: unknown): never;
  /** Lets go of it; it is then removed with everything of its drill. */
  release(): void;
}

const HOLD_WITHIN_MS = 10_000;
const PAUSE_MS = 500;

/**
 * Two drills of one scenario at once would measure each other. The lock is a container whose name is the scenario's, since an
 * engine gives a name only once. It runs as long as its holder's process has its connection to it: the kernel closes that
 * when the process dies, however it dies, and not while it is only suspended. So anybody who reaches the engine can tell
 * whether the holder lives.
 */
export function makeLock(docker: Docker, clock: Clock): Lock {
  const released = new AbortController();
  let losses = 0;
  return {
    async take(scenario, labels) {
      const name = lockNameOf(scenario);
      await createLock(docker, name, labels);
      const first = new Promise<void>((resolve) => {
        void keepLock(docker, clock, name, released.signal, (isFirst) => {
          if (!isFirst) losses += 1;
          resolve();
        }).finally(resolve);
      });
      // Without it everything works; only nobody elsewhere could tell that the holder lives.
      await withDeadline(clock, HOLD_WITHIN_MS, name, () => first).catch(() => {});
    },
    explain(error) {
      if (losses === 0) throw error;
      throw new EnvironmentError(
        `Docker ended containers of the drill while its units came up, as when it is restarted: ${sentenceOf(error)}`,
        'Run the drill again when Docker stays up.',
        error,
      );
    },
    release: () => released.abort(),
  };
}

async function createLock(docker: Docker, name: string, labels: Readonly<Record<string, string>>): Promise<void> {
  try {
    await docker.createContainer({
      ...{ name, Image: ANCHOR_IMAGE, Cmd: ['cat'], Labels: { ...labels } },
      ...{ OpenStdin: true, StdinOnce: true, AttachStdin: true, StopSignal: 'SIGKILL' },
      HostConfig: { NetworkMode: 'none', CapDrop: ['ALL'] },
    });
  } catch (error) {
    if (statusOf(error) !== 409) throw error;
    await refuseUnlessOwn(docker, name, labels[LABEL.drill], error);
  }
}

async function refuseUnlessOwn(docker: Docker, name: string, drill: string | undefined, cause: unknown): Promise<void> {
  const holder = await docker
    .getContainer(name)
    .inspect()
    .catch(() => null);
  if (holder === null) throw cause;
  const other = holder.Config.Labels?.[LABEL.drill] ?? 'another drill';
  if (other === drill) return;
  const isHeld = isLockHeld(holder.State.Status, holder.State.ExitCode);
  const words = {
    true: [`${other} is drilling the same scenario on this engine`, 'Wait for its end.'],
    false: [
      `${other}, whose runner is gone, has not given the scenario free`,
      'Run `firedrill recover`, then try again.',
    ],
    null: [
      `${other} is drilling the same scenario on this engine, or its runner is gone`,
      'Wait for its end; when `firedrill status` says that its runner is gone, run `firedrill recover`.',
    ],
  }[String(isHeld) as 'true' | 'false' | 'null'] as [string, string];
  throw new EnvironmentError(...words, cause);
}

/** Whether a lock in this state is held by a process that lives; null when it does not tell. */
export function isLockHeld(status: string, exitCode: number): boolean | null {
  if (status === 'running') return true;
  // It ends well only when its holder's end of the connection was closed; who ends it otherwise says nothing of the holder.
  return status === 'exited' && exitCode === 0 ? false : null;
}

/** Holds the lock until `released` aborts or there is none any more, and takes it again whenever it was lost; never rejects. */
async function keepLock(
  docker: Docker,
  clock: Clock,
  name: string,
  released: AbortSignal,
  taken: (isFirst: boolean) => void,
): Promise<void> {
  const container = docker.getContainer(name);
  for (let isFirst = true; !released.aborted; ) {
    try {
      const { Running } = (await container.inspect()).State;
      const stream = (await container.attach({ stream: true, stdin: true, hijack: true })) as Duplex;
      const closed = new Promise<void>((resolve) =>
        stream
          .on('close', resolve)
          .on('error', () => resolve())
          .resume(),
      );
      const letGo = () => void stream.destroy();
      released.addEventListener('abort', letGo, { once: true });
      if (!Running) await container.start();
      // One that still ran had only lost its connection.
      if (isFirst || !Running) taken(isFirst);
      isFirst = false;
      await closed;
      released.removeEventListener('abort', letGo);
    } catch (error) {
      if (statusOf(error) === 404) return;
    }
    await clock.sleepUntil(clock.now() + PAUSE_MS, released);
  }
}

/** The name of a scenario's lock; names that Docker would not take whole, as those in Hangul, are told apart all the same. */
export function lockNameOf(scenario: string): string {
  const words = scenario.toLowerCase().match(/[a-z0-9]+/g) ?? ['scenario'];
  return `firedrill-lock-${words.join('-')}-${createHash('sha256').update(scenario).digest('hex').slice(0, 8)}`;
}
