import { readFileSync } from 'node:fs';
import type { Allowance } from '../drill/drill.js';

/** Node reads the files of a command all at once, and asks again for ever where it may not: with so many it never does. */
export const LEAST_FILES = 128;

/** What this process may have; null where the kernel does not tell. */
export function ownAllowance(): Allowance {
  const [, first, last] = /^(\d+)\s+(\d+)/.exec(readOrNothing('/proc/sys/net/ipv4/ip_local_port_range')) ?? [];
  return {
    files: openFiles(),
    ports: first === undefined || last === undefined ? null : Number(last) - Number(first) + 1,
  };
}

/** Why no command can be loaded in this process, as a sentence, or null. */
export function lackOfFiles(): string | null {
  const files = openFiles();
  if (files === null || files >= LEAST_FILES) return null;
  return `this process may have ${files} open files, and firedrill needs ${LEAST_FILES} to begin at all`;
}

/** Node has raised the soft limit to the hard one by now; `unlimited` is more than anybody counts. */
function openFiles(): number | null {
  const [, soft] = /^Max open files\s+(\S+)/m.exec(readOrNothing('/proc/self/limits')) ?? [];
  if (soft === undefined) return null;
  return soft === 'unlimited' ? Number.MAX_SAFE_INTEGER : Number(soft);
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
