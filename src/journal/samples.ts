import type { Entry } from './entries.js';

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
