import type { ChalkInstance } from 'chalk';
import type { Figure } from '../forecast/forecast.js';
import { formatDuration } from '../scenario/scenario.js';
import { formatQuantity } from './numbers.js';

/** Parts of a character's width, from an eighth to seven eighths. */
const EIGHTHS = '▏▎▍▌▋▊▉';
const INDENT = '  ';

/**
 * A line a bin with a bar as long as the bin is full, the longest as long as `width` has room for, and the count; last,
 * what was not over when the drill ended. Empty where all trials gave the same number, or none.
 */
export function histogramLines({ bins, open, openFrom, unit }: Figure, width: number, paint: ChalkInstance): string[] {
  if (bins.length + (open > 0 ? 1 : 0) < 2) return [];
  const rows = bins.map(({ from, to, count }) => ({ label: labelOf(from, to, unit), count, over: true }));
  if (openFrom !== null) rows.push({ label: `more than ${formatQuantity(unit, openFrom)}`, count: open, over: false });
  const labelled = Math.max(...rows.map(({ label }) => label.length));
  const most = Math.max(...rows.map(({ count }) => count));
  const room = width - INDENT.length - labelled - 2 - 1 - String(most).length;
  return rows.map(({ label, count, over }) => {
    const bar = barOf((count / most) * Math.max(10, room));
    const filled = over ? paint.green(bar) : paint.red(bar);
    return `${INDENT}${label.padStart(labelled)}  ${bar === '' ? '' : `${filled} `}${count === 0 ? '·' : count}`;
  });
}

/** `20 – 22 s`: the unit once, where both have it and nothing else. */
function labelOf(from: number, to: number, unit: string): string {
  const [low, high] = [from, to].map((edge) => formatEdge(unit, edge)) as [string, string];
  const [suffix] = /[^\d.]+$/.exec(high) ?? [''];
  const isPlain = /^[\d.]+\D*$/.test(low) && /^[\d.]+\D*$/.test(high) && (low.endsWith(suffix) || from === 0);
  return `${isPlain ? (/^[\d.]+/.exec(low)?.[0] ?? low) : low} – ${high}`;
}

/** Exact, unlike other simulated numbers: two edges must not look alike. */
function formatEdge(unit: string, edge: number): string {
  return unit === 's' && edge >= 120 ? formatDuration(edge * 1000) : formatQuantity(unit, edge);
}

/** `length` characters, to an eighth; never nothing for what is more than nothing. */
function barOf(length: number): string {
  const eighths = Math.round(length * 8);
  if (eighths === 0) return length > 0 ? (EIGHTHS[0] ?? '') : '';
  return '█'.repeat(Math.floor(eighths / 8)) + (eighths % 8 === 0 ? '' : (EIGHTHS[(eighths % 8) - 1] ?? ''));
}
