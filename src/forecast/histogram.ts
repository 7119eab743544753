/** How many values are at least `from` and less than `to`. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

const MOST_BINS = 12;
/** Widths that are read at a glance: of numbers, and of seconds from two minutes on. */
const DECIMAL = [1, 2, 5];
const SECONDS = [1, 2, 5, 10, 15, 20, 30];
const MINUTES = [1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200];
const CLOCK_S = [...SECONDS, ...MINUTES.map((minutes) => minutes * 60)];

/**
 * Values in at most twelve bins of one round width, without gaps, from the bin of the least to that of the greatest; no
 * bins for no values.
 */
export function binsOf(values: readonly number[], unit: string): Bin[] {
  if (values.length === 0) return [];
  const least = values.reduce((a, b) => Math.min(a, b));
  const greatest = values.reduce((a, b) => Math.max(a, b));
  const width = widthFor(least, greatest, unit);
  const first = binOf(least, width);
  const counts = new Array<number>(binOf(greatest, width) - first + 1).fill(0);
  for (const value of values) {
    const place = binOf(value, width) - first;
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return counts.map((count, index) => ({
    from: exact((first + index) * width),
    to: exact((first + index + 1) * width),
    count,
  }));
}

function widthFor(least: number, greatest: number, unit: string): number {
  const fits = (width: number) => binOf(greatest, width) - binOf(least, width) < MOST_BINS;
  const clock = unit === 's' && greatest >= 120 ? CLOCK_S.find(fits) : undefined;
  if (clock !== undefined) return clock;
  // No finer than a thousandth of the unit: a probe sees no finer.
  for (let power = unit === 'writes' ? 0 : -3; ; power += 1) {
    const found = DECIMAL.map((digit) => exact(digit * 10 ** power)).find(fits);
    if (found !== undefined) return found;
  }
}

function binOf(value: number, width: number): number {
  return Math.floor(exact(value / width));
}

/** Free of floating-point dust. */
function exact(value: number): number {
  return Number(value.toPrecision(12));
}
