import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Io } from './io.js';

/** A process of its own that outlives the runner. */
export interface Watchdog {
  /** Tells it that the drill ended as it should, so that it goes away and does nothing. */
  dismiss(): void;
}

/** What the runner says to its watchdog last, when all is well. */
export const DISMISSED = 'the drill has ended';

/**
 * Starts a watchdog over a drill, in a session of its own, so that neither a signal nor a closed terminal reaches it. It
 * learns of the runner's death by the end of a pipe, which the kernel closes whatever the runner dies of. A journal that it
 * cannot have, for it went to standard output (null), it does without: the labels tell what to remove.
 */
export function startWatchdog(io: Io, drill: string, journal: string | null, allowRemote: boolean): Watchdog {
  const cli = fileURLToPath(new URL('cli.js', import.meta.url));
  const remote = allowRemote ? ['--allow-remote'] : [];
  const child = spawn(process.execPath, [cli, 'watchdog', drill, journal ?? '/dev/null', ...remote], {
    cwd: io.cwd,
    env: io.env,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.on('error', (error) => io.err(`no watchdog could be started (${error.message}); leases and recover remain\n`));
  child.stdin.on('error', () => {});
  child.unref();
  (child.stdin as unknown as { unref?: () => void }).unref?.();
  return { dismiss: () => void child.stdin.end(DISMISSED) };
}
