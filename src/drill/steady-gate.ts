import type { Clock } from '../clock.js';
import type { Reading } from '../engine/engine.js';
import { formatDuration, type Probe, type Steady } from '../scenario/scenario.js';
import { startProbing } from './probing.js';
import { storyClock } from './story-clock.js';

/** The gate before a story: its probes, how long they must be good, and who looks. */
export interface Gate {
  readonly probes: readonly Probe[];
  readonly steady: Steady;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  read(probe: Probe, deadlineMs: number): Promise<Reading>;
}

/** What one probe saw last: good samples in a row, and its last error. */
interface Streak {
  readonly good: number;
  readonly error: string;
}

/**
 * Looks until every probe was good for `forMs` without a break, at most `withinMs`: null then, else one sentence that names
 * the probes that were not, with their last errors. When `signal` aborts, whichever is true by then.
 */
export async function passGate({ probes, steady, clock, signal, read }: Gate): Promise<string | null> {
  const { forMs, withinMs } = steady;
  const streaks = new Map<Probe, Streak>(probes.map((probe) => [probe, { good: 0, error: 'no answer yet' }]));
  const unsteady = () => [...streaks].filter(([probe, { good }]) => good * probe.everyMs < Math.max(forMs, 1));
  let passed = probes.length === 0;
  const probing = startProbing({
    probes,
    clock,
    story: storyClock(clock, clock.now()),
    durationMs: withinMs,
    read,
    take(probe, sample) {
      const before = streaks.get(probe);
      const good = sample.ok ? (before?.good ?? 0) + 1 : sample.hole === true ? (before?.good ?? 0) : 0;
      streaks.set(probe, { good, error: sample.error ?? before?.error ?? '' });
      // Looks that are still under way when the gate opens do not close it again.
      passed ||= unsteady().length === 0;
      if (passed) probing.stop();
    },
  });
  signal.addEventListener('abort', probing.stop, { once: true });
  await probing.finished;
  signal.removeEventListener('abort', probing.stop);
  if (passed) return null;
  const culprits = unsteady().map(([probe, { error }]) => `${probe.name} (${error})`);
  const wanted = `good for ${formatDuration(forMs)} without a break within ${formatDuration(withinMs)}`;
  return `these probes were not ${wanted}: ${culprits.join(', ')}`;
}
