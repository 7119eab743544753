import type { Probe } from '../scenario/scenario.js';
import type { Entry, Span } from './entries.js';

/** A sample as the judge sees it; all instants are story times. */
export interface Sample {
  readonly dueMs: number;
  readonly sentMs: number;
  readonly endedMs: number;
  readonly ok: boolean;
  readonly error: string | null;
  /** It failed for a reason on our side: neither good nor bad. */
  readonly hole?: true;
}

/** The samples of an entry, unfolded. */
export function unfoldSamples(entry: Extract<Entry, { entry: 'samples' }>): Sample[] {
  return entry.samples.map(([lagMs, tookMs, error, hole], index) => {
    const dueMs = entry.dueMs + index * entry.everyMs;
    const sentMs = dueMs + lagMs;
    const outcome = { ok: error === undefined, error: error ?? null, ...(hole === true && { hole }) };
    return { dueMs, sentMs, endedMs: sentMs + tookMs, ...outcome };
  });
}

type Standstill = Pick<Extract<Entry, { entry: 'standstill' }>, 'fromMs' | 'toMs'>;

/** A standstill is told from when the runner last showed signs of life, and lasts longer than this: what was sent later came after it. */
export const STANDSTILL_MS = 1000;
/** Looks that are due in a standstill of this length and are sent so late for it look at something else. */
const TOO_LONG_MS = 5000;
const TOO_LATE_MS = 1000;

/**
 * The samples of one probe in the order of the journal, but for holes and for those of which a standstill of the runner has
 * made what they are: failed while it heard nothing, or sent long after they were due. They tell nothing, as if nobody had
 * looked.
 */
export function samplesOf(entries: readonly Entry[], probe: string): Sample[] {
  const stills = entries.filter((entry) => entry.entry === 'standstill');
  return entries
    .flatMap((entry) => (entry.entry === 'samples' && entry.probe === probe ? unfoldSamples(entry) : []))
    .filter(
      (sample) => sample.hole !== true && !stills.some((still) => wasUnheard(sample, still) || wasLate(sample, still)),
    );
}

function wasUnheard({ sentMs, endedMs, ok }: Sample, { fromMs }: Standstill): boolean {
  return !ok && sentMs < fromMs + STANDSTILL_MS && endedMs > fromMs;
}

function wasLate({ dueMs, sentMs }: Sample, { fromMs, toMs }: Standstill): boolean {
  return sentMs > fromMs && dueMs < toMs && sentMs - dueMs >= TOO_LATE_MS && toMs - fromMs >= TOO_LONG_MS;
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
