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

/** A standstill is written down when the runner showed no sign of life for so long. */
export const STANDSTILL_MS = 200;
/** From its last sign of life on, a runner may have gone on for as long as it takes until the next one was due. */
const AFTER_LIFE_MS = 250;
/** A look that is told to have timed out so long after its deadline was not heard in time: its answer may have come. */
const UNHEARD_MS = 50;

/**
 * The samples of one probe in the order of the journal, but for holes: looks that failed for a reason on our side, that were
 * under way when the runner stood still (their answers came, and nobody was there), or whose deadline passed unnoticed.
 * They tell nothing, good or bad, as if nobody had looked.
 */
export function samplesOf(entries: readonly Entry[], probe: string): Sample[] {
  const stills = entries.filter((entry) => entry.entry === 'standstill');
  // While a clock was set nobody knows when anything was seen.
  const steps = entries.filter((entry) => entry.entry === 'clock-step' && entry.whose === 'between') as Standstill[];
  const drill = entries[0]?.entry === 'drill' ? entries[0] : undefined;
  const timeoutMs = drill?.plan.probes.find(({ name }) => name === probe)?.timeoutMs ?? Number.POSITIVE_INFINITY;
  return entries
    .flatMap((entry) => (entry.entry === 'samples' && entry.probe === probe ? unfoldSamples(entry) : []))
    .filter((sample) => sample.hole !== true && !wasUnheard(sample, timeoutMs) && !stills.some(touches(sample)))
    .filter(({ sentMs, endedMs }) => !steps.some(({ fromMs, toMs }) => sentMs <= toMs && endedMs >= fromMs));
}

function wasUnheard({ sentMs, endedMs, error }: Sample, timeoutMs: number): boolean {
  return error === 'timeout' && endedMs - sentMs > timeoutMs + UNHEARD_MS;
}

/**
 * Whether a look was under way in a standstill. The runner did nothing at all in one part of it that contains the instant taken
 * here, so that no look was sent or heard there: what was heard earlier came before that part, what was sent later after it.
 */
export function touches({ sentMs, endedMs }: Pick<Sample, 'sentMs' | 'endedMs'>): (still: Standstill) => boolean {
  return ({ fromMs, toMs }) => {
    const stillMs = fromMs + Math.min(AFTER_LIFE_MS, (toMs - fromMs) / 2);
    return sentMs <= stillMs && endedMs > stillMs;
  };
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
