import type { Sample } from '../journal/journal.js';
import type { Probe } from '../scenario/scenario.js';
import { compareAtMost, inWords, makeFinding, toSeconds } from './finding.js';
import type { History, ProbeHistory } from './history.js';
import { holesOf, missingIn } from './holes.js';
import { ofMissing } from './looks.js';
import { quantilesOf } from './quantiles.js';
import { isInTurn, placeOf } from './schedule.js';
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
export function judgeSettle(history: History, probed: ProbeHistory, limitMs: number): Finding {
  const { probe } = probed;
  const base = { measure: 'settle', probe: probe.name, unit: 's', limit: toSeconds(limitMs) } as const;
  const { curedMs } = history;
  if (curedMs === null) return makeFinding({ ...base, because: 'nothing was cured before the end of the story' });
  const endMs = history.plan.durationMs;
  const windows = windowsOf(probed, curedMs, endMs);
  if (!windows.some(({ samples }) => samples.length >= ENOUGH)) {
    return makeFinding({ ...base, because: 'too few samples came after the last cure' });
  }
  // What came before the last window that was wrong makes no difference.
  const seen = lastWrong(windows, (window) => wrongIn(history, probe, window.samples, 0));
  // Where looks are missing they may have been bad, and then it took until there.
  const feared = lastWrong(windows, (window) => wrongIn(history, probe, window.samples, window.missing));
  const endOf = (found: Wrong | null) => (found === null ? 0 : found.window.fromMs + WINDOW_MS - curedMs);
  const low = seen === null ? 0 : toSeconds(Math.max(0, seen.window.fromMs - curedMs));
  if (seen?.isAtEnd === true) {
    const missed = low + STRIDE_MS / 1000 > limitMs / 1000;
    const state = missed ? 'metastable: ' : '';
    const because = `${state}${inWords(endOf(seen))} after the last cure, when the story ended, ${seen.why}`;
    return makeFinding({ ...base, outcome: missed ? 'missed' : 'unknown', value: low, low, censored: true, because });
  }
  const told =
    seen === null
      ? 'it was well from the last cure on'
      : `until ${inWords(endOf(seen))} after the last cure ${seen.why}`;
  const isWider = endOf(feared) > endOf(seen);
  const missing = windows.reduce((most, window) => Math.max(most, window.missing), 0);
  const because = isWider ? `${told}${ofMissing(missing)}` : told;
  if (feared?.isAtEnd === true) return makeFinding({ ...base, value: low, low, because });
  const high = toSeconds(endOf(feared));
  const value = seen === null ? 0 : toSeconds((low + high) * 500);
  const outcome = endMs - curedMs >= WINDOW_MS ? compareAtMost(low, high, base.limit) : 'unknown';
  const state = outcome === 'missed' ? 'metastable for a time: ' : '';
  return makeFinding({ ...base, outcome, value, low, high, because: `${state}${because}` });
}

interface Seen {
  readonly fromMs: number;
  readonly samples: readonly Sample[];
  /** How many looks were due in it and are missing. */
  readonly missing: number;
}

/** A window that was not as it should be, why, and whether it is the story's last. */
interface Wrong {
  readonly window: Seen;
  readonly why: string;
  readonly isAtEnd: boolean;
}

function lastWrong(windows: readonly Seen[], wrongOf: (window: Seen) => string | null): Wrong | null {
  for (let at = windows.length - 1; at >= 0; at -= 1) {
    const window = windows[at] as Seen;
    const why = wrongOf(window);
    if (why !== null) return { window, why, isAtEnd: at === windows.length - 1 };
  }
  return null;
}

function windowsOf(probed: ProbeHistory, fromMs: number, toMs: number): Seen[] {
  const { probe, samples } = probed;
  const holes = holesOf(probed);
  const windows: Seen[] = [];
  const placeAt = (index: number) => placeOf(samples[index] as Sample, probe.everyMs);
  const indexFrom = (ms: number, start: number) => {
    let index = start;
    while (index < samples.length && placeAt(index) < ms) index += 1;
    return index;
  };
  let [first, end] = [0, 0];
  for (let startMs = fromMs; startMs + WINDOW_MS <= toMs; startMs += STRIDE_MS) {
    first = indexFrom(startMs, first);
    end = indexFrom(startMs + WINDOW_MS, Math.max(first, end));
    const own = samples.slice(first, end).filter((sample) => isInTurn(sample, probe.everyMs));
    const missing = missingIn(holes, startMs, startMs + WINDOW_MS);
    if (own.length + missing >= ENOUGH) windows.push({ fromMs: startMs, samples: own, missing });
  }
  return windows;
}

/**
 * What in these samples, and in so many more that were bad or slower than any, is not as the probe's objectives want it, in words;
 * null when nothing is.
 */
function wrongIn({ plan }: History, probe: Probe, samples: readonly Sample[], missing: number): string | null {
  if (missing === 0 && samples.length < ENOUGH) return null;
  const good = samples.filter(({ ok }) => ok);
  const all = samples.length + missing;
  if (good.length < all * LEAST_GOOD) return `only ${good.length} of ${all} answers were good`;
  for (const objective of plan.objectives.filter((one) => one.probe === probe.family)) {
    if (objective.measure === 'latency' && objective.phase !== 'before') {
      const ms = quantilesOf(good, [objective.quantile], missing)[0]?.high ?? Number.POSITIVE_INFINITY;
      if (good.length > 0 && ms > objective.limitMs)
        return `p${objective.quantile} was ${inWords(ms)} (limit ${inWords(objective.limitMs)})`;
    }
    if (objective.measure === 'goodput') {
      const perSecond = (good.length * 1000) / (all * probe.everyMs);
      if (perSecond < objective.limitPerSecond) {
        return `${Math.floor(perSecond)} answers a second were good (limit ${objective.limitPerSecond})`;
      }
    }
  }
  return null;
}
