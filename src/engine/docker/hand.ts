import type Docker from 'dockerode';
import type { Clock } from '../../clock.js';
import type { Stretch } from '../engine.js';
import { withDeadline } from './api.js';
import { runInside, spanOf, stampOf } from './commands.js';
import { HAND_PROGRAM } from './hand-program.js';

/** What the hand takes hold of. */
export interface Grip {
  readonly container: string;
  /** Kill those of its processes that run this program; null: the first one. */
  readonly program: string | null;
  /** It is paused, so that a signal acts only when it is thawed. */
  readonly isFrozen: boolean;
}

/** When it was done to a container's processes, no earlier and no later; null: there were none. */
export type Grasp = (Stretch & { readonly processes: number }) | null;

/** When the hand is to act, and when nobody waits for it any more. */
export interface HandTiming {
  readonly atMs: number;
  readonly limitMs: number;
}

const MARGIN_MS = 500;

/**
 * Has the hand act on all of these containers at one instant: `halt` makes all their processes stand still for good, `kill`
 * ends the first one, or those that run a program. Sent ahead, it finds out until the last moment which processes these are.
 * @throws when it is not there, or says nothing within the limit.
 */
export async function grasp(
  docker: Docker,
  clock: Clock,
  hand: string | null,
  deed: 'halt' | 'kill',
  grips: readonly Grip[],
  { atMs, limitMs }: HandTiming,
): Promise<Grasp[]> {
  if (hand === null) throw new Error('this drill has no hand on the host');
  const wanted = grips.map(({ container, program, isFrozen }) => `${container}:${isFrozen ? 1 : 0}:${program ?? ''}`);
  const sentMs = clock.now();
  const waitMs = limitMs + Math.max(0, atMs - sentMs);
  const times = [atMs, sentMs + waitMs - MARGIN_MS].map((ms) => stampOf(clock, ms));
  const command = ['perl', '-e', HAND_PROGRAM, deed, ...times, ...wanted];
  const { code, output } = await withDeadline(clock, waitMs, deed, (signal) =>
    runInside(docker, clock, hand, command, { again: false, signal }),
  );
  const doneMs = clock.now();
  if (code !== 0) throw new Error(output.trim() || `the hand ended with ${code}`);
  const told = new Map(output.split('\n').map((line) => [line.split(' ')[0], line.split(' ').slice(1)]));
  return grips.map((_, index) => {
    const [from, to, processes] = told.get(String(index)) ?? [];
    if (from === undefined || to === undefined) return null;
    // It acted between its sending and its answer, whatever the clocks say.
    const fromMs = Math.min(doneMs, Math.max(sentMs, spanOf(clock, from).fromMs));
    return { fromMs, toMs: Math.max(fromMs, Math.min(doneMs, spanOf(clock, to).toMs)), processes: Number(processes) };
  });
}
