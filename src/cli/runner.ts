import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** The labels, beside the drill's own, by which a drill can be told when its runner is gone. */
export const RUNNER_LABELS = {
  scenario: 'firedrill.scenario',
  runner: 'firedrill.runner',
  journal: 'firedrill.journal',
} as const;

/** This process as text: the host, the process id, and when it started, because process ids are used again. */
export function ownRunner(): string {
  return `${hostname()} ${process.pid} ${startOf(process.pid) ?? '-'}`;
}

/** Whether the runner of this text lives; `unknown` when it belongs to another host or was never told. */
export function stateOfRunner(runner: string | undefined): 'alive' | 'gone' | 'unknown' {
  const [host, pid, started] = (runner ?? '').split(' ');
  if (host !== hostname()) return 'unknown';
  const now = startOf(Number(pid));
  if (now !== null) return now === started ? 'alive' : 'gone';
  return started === '-' && isThere(Number(pid)) ? 'alive' : 'gone';
}

/** The process id in a runner's text, for a person. */
export function pidOf(runner: string | undefined): string {
  return runner?.split(' ')[1] ?? '?';
}

/** When a process started, in ticks since the machine did; null where the kernel does not tell, or it is gone. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; what follows the last one is regular.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
