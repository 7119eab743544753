import type { ChalkInstance } from 'chalk';
import type { Finding } from '../judge/judge.js';
import { formatLimit, formatMeasured } from './numbers.js';

const INDENT = '    ';

/** A line a finding, in aligned columns; below it what does not fit beside the numbers. */
export function findingLines(
  findings: readonly Finding[],
  samples: ReadonlyMap<string, number>,
  width: number,
  paint: ChalkInstance,
): string[] {
  const rows = findings.map((finding) => [
    finding.probe,
    [
      finding.measure,
      finding.quantile === null ? '' : ` p${finding.quantile}`,
      finding.quantile === null || finding.phase === null ? '' : ` ${finding.phase}`,
    ].join(''),
    formatMeasured(finding, samples.get(finding.probe) ?? 0),
    formatLimit(finding),
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  return findings.flatMap((finding, index) => {
    const numbers = rows[index]?.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ') ?? '';
    const words = wordsOf(finding);
    const line = `${markOf(finding, paint)} ${numbers}`;
    if (2 + numbers.length + 3 + words.length <= width) return [`${line}   ${paint.dim(words)}`];
    return [line.trimEnd(), ...wrapText(INDENT + words, width, INDENT).map((text) => paint.dim(text))];
  });
}

/** Green and a tick, red and a cross, yellow and a question mark: told apart without colour too. */
export function markOf({ outcome }: Pick<Finding, 'outcome'>, paint: ChalkInstance): string {
  if (outcome === 'met') return paint.green('✓');
  return outcome === 'missed' ? paint.red('✗') : paint.yellow('?');
}

/** Which fault it is about, and the reason where the numbers do not speak for themselves. */
function wordsOf(finding: Finding): string {
  const { fault, because, outcome, value, outages, censored } = finding;
  if (fault === null) return because;
  if (finding.skipped > 0) return `after ${fault}: ${because}`;
  const isPlain = outcome !== 'unknown' && !censored && value !== null && value !== 0 && (outages ?? 1) <= 1;
  return isPlain ? `after ${fault}` : `after ${fault}: ${because}`;
}

/** Broken at spaces so that no line is longer than `width`, unless one word is; lines after the first begin with `indent`. */
export function wrapText(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = /^ */.exec(text)?.[0] ?? '';
  let isEmpty = true;
  for (const word of text.trim().split(/ +/)) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}
