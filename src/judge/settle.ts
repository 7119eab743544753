import type { Sample } from '../journal/journal.js';
import { compareAtMost, inWords, makeFinding, toSeconds } from './finding.js';
import type { History, ProbeHistory } from './history.js';
import { quantileOf } from './quantiles.js';
import type { Finding } from './verdict.js';

/** A service is looked at through windows of this length, one beginning every second. */
const WINDOW_MS = 5000;
const STRIDE_MS = 1000;
/** Fewer samples than these say nothing about a window. */
const ENOUGH = 5;
/** Where nothing is asked of a service but to be there, it is there while so many of its answers are good. */
const LEAST_GOOD = 0.5;

/**
 * From the last cure until the service is as its objectives want it and stays so until the end of the story. A fault that
 * is cured and a service that is not well all the same is called metastable: the term and the idea are those of Bronson and
 * others, "Metastable Failures in Distributed Systems", HotOS 2021.
 */
export function judgeSettle(history: History, { probe, samples }: ProbeHistory, limitMs: number): Finding {
  const base = { measure: 'settle', probe: probe.name, unit: 's', limit: toSeconds(limitMs) } as const;
  const { curedMs } = history;
  if (curedMs === null) return makeFinding({ ...base, because: 'nothing was cured before the end of the story' });
  const endMs = history.plan.durationMs;
  const windows = windowsOf(samples, curedMs, endMs);
  if (windows.length === 0) return makeFinding({ ...base, because: 'too few samples came after the last cure' });
  // From the end: what came before the last window that was wrong makes no difference.
  let last = windows.length - 1;
  let wrong: string | null = null;
  for (; last >= 0; last -= 1) {
    wrong = wrongIn(history, probe.family, probe.everyMs, windows[last]?.samples ?? []);
    if (wrong !== null) break;
  }
  const lengthMs = endMs - curedMs;
  if (last < 0) {
    const outcome = lengthMs >= WINDOW_MS ? 'met' : 'unknown';
    return makeFinding({ ...base, outcome, value: 0, low: 0, high: 0, because: 'it was well from the last cure on' });
  }
  const { fromMs } = windows[last] as (typeof windows)[number];
  const low = toSeconds(Math.max(0, fromMs - curedMs));
  const high = toSeconds(fromMs + WINDOW_MS - curedMs);
  if (last === windows.length - 1) {
    const missed = low + STRIDE_MS / 1000 > limitMs / 1000;
    const state = missed ? 'metastable: ' : '';
    const because = `${state}${inWords(fromMs + WINDOW_MS - curedMs)} after the last cure, when the story ended, ${wrong}`;
    return makeFinding({ ...base, outcome: missed ? 'missed' : 'unknown', value: low, low, censored: true, because });
  }
  const outcome = compareAtMost(low, high, base.limit);
  const state = outcome === 'missed' ? 'metastable for a time: ' : '';
  const because = `${state}until ${inWords(fromMs + WINDOW_MS - curedMs)} after the last cure ${wrong}`;
  return makeFinding({ ...base, outcome, value: high, low, high, because });
}

function windowsOf(samples: readonly Sample[], fromMs: number, toMs: number): { fromMs: number; samples: Sample[] }[] {
  const windows: { fromMs: number; samples: Sample[] }[] = [];
  const indexFrom = (ms: number, start: number) => {
    let index = start;
    while (index < samples.length && (samples[index] as Sample).dueMs < ms) index += 1;
    return index;
  };
  let [first, end] = [0, 0];
  for (let startMs = fromMs; startMs + WINDOW_MS <= toMs; startMs += STRIDE_MS) {
    first = indexFrom(startMs, first);
    end = indexFrom(startMs + WINDOW_MS, Math.max(first, end));
    const own = samples.slice(first, end);
    if (own.length >= ENOUGH) windows.push({ fromMs: startMs, samples: own });
  }
  return windows;
}

/** What in these samples is not as the probe's objectives want it, in words; null when nothing is. */
function wrongIn({ plan }: History, family: string, everyMs: number, samples: readonly Sample[]): string | null {
  const good = samples.filter(({ ok }) => ok);
  if (good.length < samples.length * LEAST_GOOD) {
    return `only ${good.length} of ${samples.length} answers were good`;
  }
  for (const objective of plan.objectives.filter(({ probe }) => probe === family)) {
    if (objective.measure === 'latency' && objective.phase !== 'before') {
      const ms = quantileOf(good, objective.quantile);
      if (ms > objective.limitMs)
        return `p${objective.quantile} was ${inWords(ms)} (limit ${inWords(objective.limitMs)})`;
    }
    if (objective.measure === 'goodput') {
      const perSecond = (good.length * 1000) / (samples.length * everyMs);
      if (perSecond < objective.limitPerSecond) {
        return `${Math.floor(perSecond)} answers a second were good (limit ${objective.limitPerSecond})`;
      }
    }
  }
  return null;
}
