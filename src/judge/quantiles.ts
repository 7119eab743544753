import { build } from 'hdr-histogram-js';
import type { Sample } from '../journal/journal.js';
import { roundTo } from './finding.js';

/** The quantiles that the field reads. */
export type Quantile = 50 | 95 | 99;

/** A quantile of the time that these samples took, in milliseconds; 0 of none. */
export function quantileOf(samples: readonly Sample[], quantile: Quantile): number {
  return samples.length === 0 ? 0 : (quantilesOf(samples, [quantile])[0]?.value ?? 0);
}

/** These quantiles of the time that samples took, in milliseconds; four significant digits, so that each quantile is known within a ten-thousandth. */
export function quantilesOf(
  samples: readonly Sample[],
  quantiles: readonly Quantile[],
): { quantile: Quantile; value: number; low: number; high: number }[] {
  const histogram = build({
    ...{ lowestDiscernibleValue: 1, highestTrackableValue: 60_000_000, numberOfSignificantValueDigits: 4 },
    autoResize: true,
  });
  for (const { sentMs, endedMs } of samples) histogram.recordValue(Math.max(0, Math.round((endedMs - sentMs) * 1000)));
  return quantiles.map((quantile) => {
    const high = histogram.getValueAtPercentile(quantile);
    return { quantile, value: high / 1000, low: roundTo((high * (1 - 1e-4)) / 1000, 3), high: high / 1000 };
  });
}
