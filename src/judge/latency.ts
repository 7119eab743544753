import type { Sample } from '../journal/journal.js';
import type { Objective } from '../scenario/scenario.js';
import { compareAtMost, countOf, makeFinding } from './finding.js';
import type { History, ProbeHistory } from './history.js';
import { describeOverload } from './overload.js';
import { quantilesOf } from './quantiles.js';
import type { Finding, Phase } from './verdict.js';

/** A quantile of the time that good samples of the whole story, or of one phase, took, in milliseconds. */
export function judgeLatency(
  history: History,
  { probe, samples }: ProbeHistory,
  {
    quantile,
    limitMs,
    phase = null,
  }: Pick<Extract<Objective, { measure: 'latency' }>, 'quantile' | 'limitMs' | 'phase'>,
): Finding {
  const base = { measure: 'latency', probe: probe.name, unit: 'ms', limit: limitMs, quantile, phase } as const;
  const good = samples.filter((sample) => sample.ok && (phase === null || phaseOf(history, sample) === phase));
  const when = phase === null ? 'of the whole story' : phaseInWords[phase];
  if (good.length === 0)
    return makeFinding({ ...base, because: `no sample ${phase === null ? '' : `${when} `}was good` });
  const load =
    phase === 'during'
      ? describeOverload(
          samples.filter((sample) => phaseOf(history, sample) === 'before'),
          samples.filter((sample) => phaseOf(history, sample) === 'during'),
        )
      : '';
  const [figures] = quantilesOf(good, [quantile]);
  if (figures === undefined) throw new Error('a quantile was asked for and not given');
  const outcome = compareAtMost(figures.low, figures.high, limitMs);
  const because =
    outcome === 'unknown'
      ? 'the limit is finer than the histogram tells apart'
      : `p${quantile} of ${countOf(good.length, 'good sample')} ${when}${load}`;
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

/** The part of the story to which a sample belongs: it is before the first fault when it had ended by then. */
export function phaseOf({ faults, curedMs }: Pick<History, 'faults' | 'curedMs'>, sample: Sample): Phase {
  const firstMs = Math.min(...faults.flatMap(({ held }) => (held === null ? [] : [held.lowMs])));
  if (sample.endedMs < firstMs) return 'before';
  return curedMs !== null && sample.sentMs >= curedMs ? 'after' : 'during';
}
