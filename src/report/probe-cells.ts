import { type Entry, type Sample, type Span, samplesOf } from '../journal/journal.js';
import type { Probe } from '../scenario/scenario.js';
import { columnAfter, columnOf, type Scale } from './scale.js';

/** Every sample of the column was good. */
export const GOOD = '·';
/** Some samples of the column failed. */
export const SOME = '▄';
/** Every sample of the column failed. */
export const BAD = '█';
const NONE = ' ';

/** A character a column: were the samples due in it good, some of them bad, or all; a blank where there was none. */
export function probeCells(probe: Probe, entries: readonly Entry[], scale: Scale): string {
  const good = new Array<number>(scale.columns).fill(0);
  const bad = new Array<number>(scale.columns).fill(0);
  for (const entry of entries) {
    if (entry.entry === 'spans' && entry.probe === probe.name) countSpans(entry.spans, scale, good, bad);
  }
  for (const sample of samplesOf(entries, probe.name)) {
    const counts = sample.ok ? good : bad;
    for (const column of columnsOf(sample, probe.everyMs, scale)) counts[column] = (counts[column] ?? 0) + 1;
  }
  return good.map((count, column) => cellOf(count, bad[column] ?? 0)).join('');
}

function countSpans(spans: readonly Span[], scale: Scale, good: number[], bad: number[]): void {
  for (const [fromMs, toMs, ok, , , share = ok ? 1 : 0] of spans) {
    const end = Math.min(scale.columns, Math.ceil(toMs / scale.columnMs));
    for (let column = Math.max(0, columnOf(scale, fromMs)); column < end; column += 1) {
      if (share > 0) good[column] = (good[column] ?? 0) + 1;
      if (share < 1) bad[column] = (bad[column] ?? 0) + 1;
    }
  }
}

/** A sample stands for the time until the next one, which may be more than one column; else for the column it was due in. */
function columnsOf({ dueMs }: Sample, everyMs: number, scale: Scale): number[] {
  const due = columnOf(scale, dueMs);
  const covered = everyMs > scale.columnMs ? columnAfter(scale, dueMs + everyMs) : due + 1;
  // Cut to the strip first: a journal can hold an instant of which no list of columns has room.
  const first = Math.max(0, due);
  const end = Math.min(scale.columns, Math.max(due + 1, covered));
  return Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);
}

function cellOf(good: number, bad: number): string {
  if (bad === 0) return good === 0 ? NONE : GOOD;
  return good === 0 ? BAD : SOME;
}
