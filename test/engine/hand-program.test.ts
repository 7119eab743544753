import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HAND_PROGRAM } from '../../src/engine/docker/hand-program.js';

/** The time of day is set by so much while the hand waits: more than any machine is late. */
const SET_S = 40;
const WAIT_MS = 800;

describe.skipIf(process.platform !== 'linux')('the hand', () => {
  test.each([-SET_S, SET_S])(
    'acts when it was meant to, whoever sets the time of day by %d s meanwhile',
    async (byS) => {
      const folder = mkdtempSync(join(tmpdir(), 'firedrill-hand-'));
      const victim = spawn('sleep', ['300'], { stdio: 'ignore' });
      const ended = endOf(victim);
      const atMs = Date.now() + WAIT_MS;
      const stamps = [atMs, atMs + 30_000].map((ms) => `${ms}000000`);
      const program = onAnotherMachine(folder, byS, victim.pid ?? 0);
      const hand = spawn('perl', ['-e', program, 'kill', ...stamps, 'c1:0:'], { stdio: 'ignore' });
      try {
        const diedMs = await ended;
        expect(diedMs).toBeGreaterThanOrEqual(atMs);
        expect(diedMs - atMs).toBeLessThan((SET_S / 2) * 1000);
      } finally {
        victim.kill('SIGKILL');
        hand.kill('SIGKILL');
        rmSync(folder, { recursive: true });
      }
    },
    2 * SET_S * 1000,
  );
});

async function endOf(child: ChildProcess): Promise<number> {
  await new Promise((resolve) => child.on('close', resolve));
  return Date.now();
}

/** The hand on a machine with this one process in its containers, where the time of day is set a little after it began to wait. */
function onAnotherMachine(folder: string, byS: number, pid: number): string {
  const own = join(folder, String(pid));
  mkdirSync(own);
  writeFileSync(join(own, 'cgroup'), '0::/docker/c1\n');
  writeFileSync(join(own, 'comm'), 'sleep\n');
  writeFileSync(join(own, 'status'), `State:\tS (sleeping)\nNSpid:\t${pid}\t1\n`);
  const set = `my $first; sub now { my $t = true_now(); $first ||= $t; $t + ($t - $first > 4e8 ? ${byS}e9 : 0) }`;
  return HAND_PROGRAM.replaceAll('/proc', folder)
    .replace('sub now {', `${set}\nsub true_now {`)
    .replace('chrt -f -p 50', 'true');
}
