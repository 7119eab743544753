import type { Sample } from '../journal/journal.js';
import type { Plan } from '../plan/plan.js';
import { formatDuration, type Probe } from '../scenario/scenario.js';

/** What a guard remembers of one probe's samples. */
export interface Tally {
  readonly count: number;
  readonly good: number;
  /** When the first bad sample since the last good one was sent; null while it is good. */
  readonly downSinceMs: number | null;
}

/** The limits that one probe has. */
export interface Limits {
  readonly downMs: number;
  readonly leastPercent: number;
}

/** Before the first sample. */
export const noSamples: Tally = { count: 0, good: 0, downSinceMs: null };

/** Fewer samples than these say nothing about a share. */
const ENOUGH = 20;

/** The tally with one more sample, which was due after those before it. */
export function tallyWith(tally: Tally, { ok, sentMs, hole }: Sample): Tally {
  const { count, good, downSinceMs } = tally;
  if (hole === true) return tally;
  return { count: count + 1, good: good + (ok ? 1 : 0), downSinceMs: ok ? null : (downSinceMs ?? sentMs) };
}

/** Why the probe's last sample, which ended at `endedMs`, is one too many, in a few words; null when it is not. */
export function excessOf(limits: Limits, { count, good, downSinceMs }: Tally, endedMs: number): string | null {
  if (downSinceMs !== null && endedMs - downSinceMs > limits.downMs) {
    return `was down for longer than ${formatDuration(limits.downMs)}`;
  }
  if (count >= ENOUGH && good * 100 < limits.leastPercent * count) {
    return `was available for less than ${limits.leastPercent} %: ${good} of ${count} answers were good`;
  }
  return null;
}

/** The limits of a probe, by its family; null when it has none. */
export function limitsOf(guard: Plan['guard'], { family }: Probe): Limits | null {
  const down = guard.down.find(({ probe }) => probe === family);
  const availability = guard.availability.find(({ probe }) => probe === family);
  if (down === undefined && availability === undefined) return null;
  return { downMs: down?.limitMs ?? Number.POSITIVE_INFINITY, leastPercent: availability?.limitPercent ?? 0 };
}

/** Takes every sample of the story, those of one probe in due order, and calls `stop` with the reason when one is too many. */
export function guardProbes(plan: Plan, stop: (because: string) => void): (probe: Probe, sample: Sample) => void {
  const limits = new Map(plan.probes.map((probe) => [probe, limitsOf(plan.guard, probe)]));
  const tallies = new Map<Probe, Tally>();
  return (probe, sample) => {
    const own = limits.get(probe) ?? null;
    if (own === null || sample.hole === true) return;
    const tally = tallyWith(tallies.get(probe) ?? noSamples, sample);
    tallies.set(probe, tally);
    const excess = excessOf(own, tally, sample.endedMs);
    if (excess !== null) stop(`guard: ${probe.name} ${excess}`);
  };
}
