import { build } from 'hdr-histogram-js';
import type { Sample } from '../journal/journal.js';
import { compareAtMost, countOf, makeFinding, roundTo } from './finding.js';
import type { History, ProbeHistory } from './history.js';
import type { Finding, Phase } from './verdict.js';

type Quantile = 50 | 95 | 99;

/** A quantile of the time that good samples of the whole story took, in milliseconds. */
export function judgeLatency({ probe, samples }: ProbeHistory, quantile: Quantile, limitMs: number): Finding {
  const base = { measure: 'latency', probe: probe.name, unit: 'ms', limit: limitMs, quantile } as const;
  const good = samples.filter(({ ok }) => ok);
  if (good.length === 0) return makeFinding({ ...base, because: 'no sample was good' });
  const [figures] = quantilesOf(good, [quantile]);
  if (figures === undefined) throw new Error('a quantile was asked for and not given');
  const outcome = compareAtMost(figures.low, figures.high, limitMs);
  const because =
    outcome === 'unknown'
      ? 'the limit is finer than the histogram tells apart'
      : `p${quantile} of ${countOf(good.length, 'good sample')} of the whole story`;
  return makeFinding({ ...base, ...figures, outcome, because });
}

/** p50, p95 and p99 of the good samples of each phase that has any, as figures without an objective. */
export function describeLatency(history: History, { probe, samples }: ProbeHistory): Finding[] {
  const good = samples.filter(({ ok }) => ok);
  return (['before', 'during', 'after'] as const).flatMap((phase) => {
    const own = good.filter((sample) => phaseOf(history, sample) === phase);
    if (own.length === 0) return [];
    return quantilesOf(own, [50, 95, 99]).map((figures) =>
      makeFinding({
        ...{ measure: 'latency', probe: probe.name, unit: 'ms', phase, ...figures },
        because: `p${figures.quantile} of ${countOf(own.length, 'good sample')} ${phaseInWords[phase]}`,
      }),
    );
  });
}

const phaseInWords: Record<Phase, string> = {
  before: 'before the first fault',
  during: 'from the first fault to the last cure',
  after: 'after the last cure',
};

function phaseOf({ faults, curedMs }: History, sample: Sample): Phase {
  const firstMs = Math.min(...faults.flatMap(({ held }) => (held === null ? [] : [held.lowMs])));
  if (sample.endedMs < firstMs) return 'before';
  return curedMs !== null && sample.sentMs >= curedMs ? 'after' : 'during';
}

/** Four significant digits of microseconds, so that each quantile is known within a ten-thousandth. */
function quantilesOf(
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
