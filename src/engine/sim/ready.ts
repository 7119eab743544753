import type { Clock } from '../../clock.js';
import { isAble, type SimUnit } from './world.js';

/** How long it is waited for a unit of which nobody knows when it will be ready, at first and at most. */
const LOOK_AGAIN_MS = 1000;
const LONGEST_WAIT_MS = 600_000;

/** The instant from `sinceMs` on at which a unit is able; `find` gives it as it is by then. Null when `signal` aborts. */
export async function whenAble(
  clock: Clock,
  find: () => SimUnit | undefined,
  sinceMs: number,
  signal: AbortSignal,
): Promise<{ fromMs: number; toMs: number } | null> {
  for (let waitMs = LOOK_AGAIN_MS; !signal.aborted; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    const unit = find();
    if (unit === undefined) return null;
    const atMs = Math.max(sinceMs, unit.able.sinceMs);
    if (isAble(unit)) return { fromMs: atMs, toMs: atMs };
    // Where it is not known when, something else must happen first.
    const nextMs = unit.readyAtMs > clock.now() ? unit.readyAtMs : Number.POSITIVE_INFINITY;
    await clock.sleepUntil(Math.min(nextMs, clock.now() + waitMs), signal);
  }
  return null;
}
