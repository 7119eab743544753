import { countIn, type Range } from '../journal/journal.js';

const LISTED = 8;

/** `17, 40–42`, at most eight of them and then how many more. */
export function listRanges(ranges: readonly Range[]): string {
  const listed = ranges.slice(0, LISTED).map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`));
  const more = countIn(ranges.slice(LISTED));
  return listed.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
