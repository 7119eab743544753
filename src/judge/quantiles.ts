import { build } from 'hdr-histogram-js';
import type { Sample } from '../journal/journal.js';
import { roundTo } from './finding.js';

/** The quantiles that the field reads. */
export type Quantile = 50 | 95 | 99;

/** A quantile of the time that these samples took, in milliseconds; 0 of none. */
export function quantileOf(samples: readonly Sample[], quantile: Quantile): number {
  return samples.length === 0 ? 0 : (quantilesOf(samples, [quantile])[0]?.value ?? 0);
}

/**
 * These quantiles of the time that samples took, in milliseconds; four significant digits, so that each quantile is known within a
 * ten-thousandth. So many as `missing` may have been quicker or slower than all the others, and good or not; `high` is null where
 * that leaves it open.
 */
export function quantilesOf(
  samples: readonly Sample[],
  quantiles: readonly Quantile[],
  missing = 0,
): { quantile: Quantile; value: number; low: number; high: number | null }[] {
  const histogram = build({
    ...{ lowestDiscernibleValue: 1, highestTrackableValue: 60_000_000, numberOfSignificantValueDigits: 4 },
    autoResize: true,
  });
  for (const { sentMs, endedMs } of samples) histogram.recordValue(Math.max(0, Math.round((endedMs - sentMs) * 1000)));
  const count = samples.length;
  /** How long the sample took that is the `rank`th of them all, when they stand in the order of how long they took. */
  const msAt = (rank: number) => histogram.getValueAtPercentile((100 * (Math.min(count, rank) - 0.5)) / count) / 1000;
  return quantiles.map((quantile) => {
    const value = histogram.getValueAtPercentile(quantile) / 1000;
    const rank = Math.ceil(((count + missing) * quantile) / 100 - 1e-9);
    const high = missing === 0 ? value : rank > count ? null : msAt(rank);
    const least = missing === 0 ? value : rank > missing ? msAt(rank - missing) : 0;
    return { quantile, value, low: roundTo(least * (1 - 1e-4), 3), high };
  });
}
