import type { Clock } from '../clock.js';
import type { Reading } from '../engine/engine.js';
import type { Sample } from '../journal/journal.js';
import type { Probe, Surge } from '../scenario/scenario.js';

/** An outage that was shorter than this left nobody waiting. */
const WORTHY_MS = 1000;

/** What came of one surge, when it is over; holes were not sent. */
export interface SurgeCount {
  readonly sent: number;
  readonly good: number;
}

/** Users who come back when an outage ends. */
export interface Surges {
  /** Takes every sample of the story, those of one probe in due order. */
  take(probe: Probe, sample: Sample): void;
  /** No further look is sent. */
  stop(): void;
}

/** How surges look, and whom they tell what came of each. */
export interface SurgeOptions {
  readonly clock: Clock;
  read(probe: Probe, deadlineMs: number): Promise<Reading>;
  tell(probe: Probe, count: SurgeCount): void;
}

/**
 * Sends looks that no measure counts when a probe with a `surge` is answered again after an outage: at first `factor - 1`
 * for each of its schedule, evenly fewer until none are left.
 */
export function startSurges({ clock, read, tell }: SurgeOptions): Surges {
  const stopping = new AbortController();
  const downSince = new Map<Probe, number>();
  return {
    take(probe, { ok, sentMs, endedMs, hole }) {
      if (probe.surge === null || probe.surge === undefined || hole === true) return;
      const sinceMs = downSince.get(probe);
      if (!ok) {
        if (sinceMs === undefined) downSince.set(probe, sentMs);
        return;
      }
      downSince.delete(probe);
      if (sinceMs === undefined || endedMs - sinceMs < WORTHY_MS) return;
      void rush(probe, probe.surge).then((count) => tell(probe, count));
    },
    stop: () => stopping.abort(),
  };

  async function rush(probe: Probe, surge: Surge): Promise<SurgeCount> {
    const startMs = clock.now();
    const readings: Promise<Reading>[] = [];
    for (const afterMs of instantsOf(surge, probe.everyMs)) {
      await clock.sleepUntil(startMs + afterMs, stopping.signal);
      if (stopping.signal.aborted) break;
      readings.push(
        read(probe, clock.now() + probe.timeoutMs).catch((): Reading => ({ ok: false, error: 'failed', hole: true })),
      );
    }
    const made = (await Promise.all(readings)).filter(({ hole }) => hole !== true);
    return { sent: made.length, good: made.filter(({ ok }) => ok).length };
  }
}

/**
 * When each look of a surge is due, in milliseconds after its beginning. The rate falls evenly from (factor - 1) / every to
 * nothing, so that by t there are (factor - 1) / every · (t - t² / 2 · for) of them; solved for the k-th.
 */
export function instantsOf({ factor, forMs }: Surge, everyMs: number): number[] {
  const perMs = (factor - 1) / everyMs;
  const count = Math.floor((perMs * forMs) / 2);
  return Array.from({ length: count }, (_, index) => forMs * (1 - Math.sqrt(1 - (2 * index) / (perMs * forMs))));
}
