import type { Entry } from '../journal/journal.js';
import { type Observation, observe } from './observe.js';

/** What measured drills of one scenario say about the times in its models; published as schema/calibration.json. */
export interface Calibration {
  readonly format: 1;
  readonly scenario: string;
  /** Engines with their versions, each once. */
  readonly engines: readonly string[];
  /** The ids of the drills. */
  readonly drills: readonly string[];
  /** In the order of the plan's services, for each `boot`, `notice`, `takeover`. */
  readonly figures: readonly Figure[];
}

/** One key of one service's model. Everything is in seconds. */
export interface Figure {
  readonly service: string;
  readonly key: 'boot' | 'notice' | 'takeover';
  /** How often it was measured. */
  readonly n: number;
  readonly median: number;
  /** The smallest and the greatest of the measured values. */
  readonly least: number;
  readonly most: number;
  /** Of the measured values, each is known within at most so much. */
  readonly within: number;
  /** What to write in the model: a time, or where several differ the median and what one in twenty exceeds. */
  readonly suggested: { readonly fixed: number } | { readonly p50: number; readonly p95: number };
}

const KEYS = ['boot', 'notice', 'takeover'] as const;

/** Collects the times that measured drills of one scenario saw. The journals are as `readJournal` gives them, at least one. */
export function calibrate(journals: readonly (readonly Entry[])[]): Calibration {
  const drills = journals.flatMap(([first]) => (first?.entry === 'drill' ? [first] : []));
  const [plan] = drills.map((drill) => drill.plan);
  if (plan === undefined) throw new Error('a journal begins with its drill entry');
  const seen = journals.flatMap(observe);
  const figures = plan.services.flatMap(({ name }) =>
    KEYS.flatMap((key) => figureOf(seen.filter((one) => one.service === name && one.key === key))),
  );
  const engines = [...new Set(drills.map(({ engine }) => engine))];
  return { format: 1, scenario: plan.name, engines, drills: drills.map(({ drill }) => drill), figures };
}

function figureOf(seen: readonly Observation[]): Figure[] {
  const [first] = seen;
  if (first === undefined) return [];
  const sorted = seen.map(({ valueMs }) => valueMs).sort((a, b) => a - b);
  const [median, p95] = [quantileOf(sorted, 0.5), quantileOf(sorted, 0.95)].map(significant) as [number, number];
  const within = Math.max(...seen.map(({ lowMs, highMs }) => highMs - lowMs));
  // Values that differ by no more than each is uncertain are one value; and a notice has no spread in the language.
  const isFixed = first.key === 'notice' || p95 <= median || (sorted.at(-1) ?? 0) - (sorted[0] ?? 0) <= within;
  return [
    {
      ...{ service: first.service, key: first.key, n: seen.length, median: quantileOf(sorted, 0.5) / 1000 },
      ...{ least: (sorted[0] ?? 0) / 1000, most: (sorted.at(-1) ?? 0) / 1000 },
      within: within / 1000,
      suggested: isFixed ? { fixed: median / 1000 } : { p50: median / 1000, p95: p95 / 1000 },
    },
  ];
}

/** Between the two nearest of the sorted values, as far between as the quantile is. */
function quantileOf(sorted: readonly number[], quantile: number): number {
  const place = (sorted.length - 1) * quantile;
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? below;
  return below + (above - below) * (place - Math.floor(place));
}

/** Whole milliseconds with three digits that count: no drill knows more. */
function significant(ms: number): number {
  return Math.round(Number(ms.toPrecision(3)));
}
