import { STANDSTILL_MS } from '../journal/journal.js';
import { roundMs } from './probing.js';
import { append, attempt, type Run } from './run.js';
import type { StoryClock } from './story-clock.js';

const TICK_MS = 50;

/**
 * Writes down when this process stood still for a fifth of a second and more, until `over` aborts: stopped by a signal, or on a
 * machine that gave it no time. Answers that came meanwhile were not heard, so what a look made of them tells nothing of its
 * service. Never rejects; a simulated engine stands still with its clock.
 */
export async function watchStandstills(run: Run, story: StoryClock, over: AbortSignal): Promise<void> {
  const { clock, engine } = run;
  if (!engine.measured) return;
  let aliveMs = clock.now();
  while (!over.aborted) {
    await clock.sleepUntil(aliveMs + TICK_MS, over);
    const nowMs = clock.now();
    if (nowMs - aliveMs >= STANDSTILL_MS) {
      const [fromMs, toMs] = [roundMs(story.storyOf(aliveMs)), roundMs(story.storyOf(nowMs))];
      attempt(run, () => append(run, { entry: 'standstill', fromMs, toMs }));
    }
    aliveMs = nowMs;
  }
}
