import type { Sample, Span } from '../journal/journal.js';
import type { Objective } from '../scenario/scenario.js';
import { cutSpans, latencyIn } from './exact.js';
import { compareAtMost, countOf, makeFinding } from './finding.js';
import type { History, ProbeHistory } from './history.js';
import { holesOf, missingIn } from './holes.js';
import { ofMissing } from './looks.js';
import { describeOverload } from './overload.js';
import { quantilesOf } from './quantiles.js';
import type { Finding, Phase } from './verdict.js';

/** A quantile of the time that good samples of the whole story, or of one phase, took, in milliseconds. */
export function judgeLatency(
  history: History,
  own: ProbeHistory,
  {
    quantile,
    limitMs,
    phase = null,
  }: Pick<Extract<Objective, { measure: 'latency' }>, 'quantile' | 'limitMs' | 'phase'>,
): Finding {
  const { probe, spans } = own;
  const base = { measure: 'latency', probe: probe.name, unit: 'ms', limit: limitMs, quantile, phase } as const;
  if (spans !== null) {
    const value = latencyIn(phase === null ? spans : spansOf(phasesOf(history, own), spans, phase), quantile);
    const when = phase === null ? 'of the whole story' : phaseInWords[phase];
    if (value === null) return makeFinding({ ...base, because: `no look ${when} would have been good` });
    const outcome = compareAtMost(value, value, limitMs);
    const figures = { value, low: value, high: value };
    return makeFinding({ ...base, ...figures, outcome, because: `p${quantile} of the good looks ${when}` });
  }
  const { samples } = own;
  const phases = phasesOf(history, own);
  const good = samples.filter((sample) => sample.ok && (phase === null || phaseOf(phases, sample) === phase));
  const when = phase === null ? 'of the whole story' : phaseInWords[phase];
  if (good.length === 0)
    return makeFinding({ ...base, because: `no sample ${phase === null ? '' : `${when} `}was good` });
  const load =
    phase === 'during'
      ? describeOverload(
          samples.filter((sample) => phaseOf(phases, sample) === 'before'),
          samples.filter((sample) => phaseOf(phases, sample) === 'during'),
        )
      : '';
  const missing = missingOf(phases, own, phase);
  const [figures] = quantilesOf(good, [quantile], missing);
  if (figures === undefined) throw new Error('a quantile was asked for and not given');
  const outcome = compareAtMost(figures.low, figures.high, limitMs);
  const because =
    outcome === 'unknown'
      ? `the limit is finer than ${missing > 0 ? 'so many looks tell' : 'the histogram tells apart'}${ofMissing(missing)}`
      : `p${quantile} of ${countOf(good.length, 'good sample')} ${when}${load}${ofMissing(missing)}`;
  return makeFinding({ ...base, ...figures, outcome, because });
}

/** p50, p95 and p99 of the good samples of each phase that has any, as figures without an objective. */
export function describeLatency(history: History, own: ProbeHistory): Finding[] {
  const { probe, spans } = own;
  const phases = phasesOf(history, own);
  if (spans !== null) return PHASES.flatMap((phase) => describeExactly(own, spansOf(phases, spans, phase), phase));
  const good = own.samples.filter(({ ok }) => ok);
  return PHASES.flatMap((phase) => {
    const its = good.filter((sample) => phaseOf(phases, sample) === phase);
    if (its.length === 0) return [];
    const missing = missingOf(phases, own, phase);
    return quantilesOf(its, [50, 95, 99], missing).map((figures) =>
      makeFinding({
        ...{ measure: 'latency', probe: probe.name, unit: 'ms', phase, ...figures },
        because: `p${figures.quantile} of ${countOf(its.length, 'good sample')} ${phaseInWords[phase]}`,
      }),
    );
  });
}

const PHASES = ['before', 'during', 'after'] as const;

function describeExactly({ probe }: ProbeHistory, spans: readonly Span[], phase: Phase): Finding[] {
  return ([50, 95, 99] as const).flatMap((quantile) => {
    const value = latencyIn(spans, quantile);
    if (value === null) return [];
    const figures = { quantile, value, low: value, high: value };
    const because = `p${quantile} of the good looks ${phaseInWords[phase]}`;
    return [makeFinding({ measure: 'latency', probe: probe.name, unit: 'ms', phase, ...figures, because })];
  });
}

/** When the first fault took hold, of those that did, and when the last of all was cured. */
interface Phases {
  readonly firstMs: number;
  readonly curedMs: number | null;
}

function phasesOf({ curedMs }: History, { faults }: ProbeHistory): Phases {
  return { firstMs: Math.min(...faults.flatMap(({ held }) => (held === null ? [] : [held.lowMs]))), curedMs };
}

function boundsOf({ firstMs, curedMs }: Phases, phase: Phase): readonly [fromMs: number, toMs: number] {
  const endMs = curedMs ?? Number.POSITIVE_INFINITY;
  if (phase === 'before') return [0, firstMs];
  return phase === 'during' ? [firstMs, endMs] : [endMs, Number.POSITIVE_INFINITY];
}

function spansOf(phases: Phases, spans: readonly Span[], phase: Phase): Span[] {
  return cutSpans(spans, ...boundsOf(phases, phase));
}

function missingOf(phases: Phases, own: ProbeHistory, phase: Phase | null): number {
  const [fromMs, toMs] = phase === null ? [0, Number.POSITIVE_INFINITY] : boundsOf(phases, phase);
  return missingIn(holesOf(own), fromMs, toMs);
}

const phaseInWords: Record<Phase, string> = {
  before: 'before the first fault',
  during: 'from the first fault to the last cure',
  after: 'after the last cure',
};

/** A sample is before the first fault when it had ended by then. */
function phaseOf({ firstMs, curedMs }: Phases, sample: Sample): Phase {
  if (sample.endedMs < firstMs) return 'before';
  return curedMs !== null && sample.sentMs >= curedMs ? 'after' : 'during';
}
