import type { Probe } from '../scenario/scenario.js';
import type { Entry, Span } from './entries.js';

/** A sample as the judge sees it; all instants are story times. */
export interface Sample {
  readonly dueMs: number;
  readonly sentMs: number;
  readonly endedMs: number;
  readonly ok: boolean;
  readonly error: string | null;
}

/** The samples of an entry, unfolded. */
export function unfoldSamples(entry: Extract<Entry, { entry: 'samples' }>): Sample[] {
  return entry.samples.map(([lagMs, tookMs, error], index) => {
    const dueMs = entry.dueMs + index * entry.everyMs;
    const sentMs = dueMs + lagMs;
    return { dueMs, sentMs, endedMs: sentMs + tookMs, ok: error === undefined, error: error ?? null };
  });
}

/** What looks on the probe's schedule would have got in these spans; where only some are good, evenly spread. */
export function samplesIn(spans: readonly Span[], { everyMs }: Pick<Probe, 'everyMs'>): Sample[] {
  const samples: Sample[] = [];
  let owed = 0;
  let dueMs = 0;
  for (const [, toMs, ok, error, latencyMs, share = ok ? 1 : 0] of spans) {
    for (; dueMs < toMs; dueMs += everyMs) {
      owed += share;
      const good = owed >= 1 - 1e-9;
      if (good) owed -= 1;
      const outcome = { ok: good, error: good ? null : (error ?? 'overloaded') };
      samples.push({ dueMs, sentMs: dueMs, endedMs: dueMs + latencyMs, ...outcome });
    }
  }
  return samples;
}
