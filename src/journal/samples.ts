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

/** Looks that were due in a standstill of this length, and were sent when it was over, looked at something else. */
const TOO_LONG_MS = 5000;

/**
 * The samples of one probe in the order of the journal, but for those of which a standstill of the runner has made what they
 * are: failed while it heard nothing, or sent long after they were due. They tell nothing, as if nobody had looked.
 */
export function samplesOf(entries: readonly Entry[], probe: string): Sample[] {
  const stills = entries.filter((entry) => entry.entry === 'standstill');
  return entries
    .flatMap((entry) => (entry.entry === 'samples' && entry.probe === probe ? unfoldSamples(entry) : []))
    .filter(({ dueMs, sentMs, endedMs, ok }) => {
      return !stills.some(({ fromMs, toMs }) => {
        const isTouched = dueMs < toMs && endedMs > fromMs;
        return isTouched && (!ok || (sentMs >= toMs && toMs - fromMs >= TOO_LONG_MS));
      });
    });
}

/** More than a drill has room for. */
const MOST_SAMPLES = 3_000_000;

/** What looks on the probe's schedule would have got in these spans; where only some are good, evenly spread. */
export function samplesIn(spans: readonly Span[], { everyMs }: Pick<Probe, 'everyMs'>): Sample[] {
  const samples: Sample[] = [];
  let owed = 0;
  let dueMs = 0;
  // A damaged journal must not keep its reader for years.
  if (!(everyMs > 0) || (spans.at(-1)?.[1] ?? 0) / everyMs > MOST_SAMPLES) return [];
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
