import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** The labels, beside the drill's own, by which a drill can be told when its runner is gone. */
export const RUNNER_LABELS = {
  scenario: 'firedrill.scenario',
  runner: 'firedrill.runner',
  journal: 'firedrill.journal',
} as const;

/** Whether a runner lives; `unknown` where nothing tells, which is not the same as gone. */
export type RunnerState = 'alive' | 'gone' | 'unknown';

/** What stands for something that this system does not tell. */
const UNTOLD = '-';

/**
 * This process as text: the host, the process id, when it started, because process ids are used again, and where its id means
 * anything: this start of this machine's kernel, its namespace of processes, and the machine.
 */
export function ownRunner(): string {
  return [hostname(), process.pid, startOf(process.pid) ?? UNTOLD, ownKernel(), ownSpace(), ownMachine()].join(' ');
}

/**
 * Whether the runner of this text lives. From another namespace of processes, another container or another host, its process
 * id says nothing; there `held` tells, which is whether the engine sees somebody hold the drill's lock (null: it cannot tell).
 */
export function stateOfRunner(runner: string | undefined, held: boolean | null = null): RunnerState {
  const here = isHere(runner) ? stateHere(runner ?? '') : 'unknown';
  if (here !== 'unknown') return here;
  if (held !== null) return held ? 'alive' : 'gone';
  const [host, , , kernel = UNTOLD, , machine = UNTOLD] = (runner ?? '').split(' ');
  // No process outlives its kernel.
  const isSame = host === hostname() && machine !== UNTOLD && machine === ownMachine();
  const isRebooted = isSame && kernel !== ownKernel();
  return isRebooted ? 'gone' : 'unknown';
}

/** Whether the process id of this text means anything to this process. */
export function isHere(runner: string | undefined): boolean {
  const [host, , , kernel, space] = (runner ?? '').split(' ');
  if (kernel !== ownKernel() || space !== ownSpace()) return false;
  return host === hostname() || (kernel !== UNTOLD && space !== UNTOLD);
}

function stateHere(runner: string): RunnerState {
  const [, pid, started] = runner.split(' ');
  const now = startOf(Number(pid));
  if (now === 'ended') return 'gone';
  if (now !== null) return now === started ? 'alive' : 'gone';
  switch (whatIs(Number(pid))) {
    case 'nothing':
      return 'gone';
    case 'another’s':
      return 'unknown';
    case 'there':
      return started === UNTOLD ? 'alive' : 'unknown';
  }
}

/** The process id in a runner's text, for a person. */
export function pidOf(runner: string | undefined): string {
  return runner?.split(' ')[1] ?? '?';
}

/** The host in a runner's text, for a person. */
export function hostOf(runner: string | undefined): string {
  return runner?.split(' ')[0] || 'a host that is not known';
}

/** When a process started, in ticks since the machine did; null where nobody tells. */
function startOf(pid: number): string | 'ended' | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; what follows the last one is regular.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? 'ended' : (fields[19] ?? null);
  } catch {
    return null;
  }
}

/** A process that belongs to somebody else may be hidden from whoever reads about it. */
function whatIs(pid: number): 'nothing' | 'there' | 'another’s' {
  try {
    process.kill(pid, 0);
    return 'there';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? 'another’s' : 'nothing';
  }
}

function ownKernel(): string {
  return told(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
}

function ownSpace(): string {
  return told(() => /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? UNTOLD);
}

/** Not the machine's id itself, which is nobody's business. */
function ownMachine(): string {
  return told(() => {
    const id = readFileSync('/etc/machine-id', 'utf8').trim();
    return id === '' ? UNTOLD : createHash('sha256').update(`firedrill ${id}`).digest('hex').slice(0, 12);
  });
}

function told(read: () => string): string {
  try {
    return read();
  } catch {
    return UNTOLD;
  }
}
