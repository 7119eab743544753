import type { Entry } from '../journal/journal.js';
import type { Finding, Verdict } from '../judge/judge.js';
import type { Reference } from '../scenario/scenario.js';
import { align } from './figures.js';
import { formatMeasured, formatQuantity } from './numbers.js';

/**
 * What was documented of the real outage beside what this drill gave, with the difference in percent of what was documented,
 * and whether that was used to choose an assumption: then it proves nothing. Empty where nothing was documented.
 */
export function referenceLines(verdict: Verdict, entries: readonly Entry[]): string[] {
  const [drill] = entries;
  const references = drill?.entry === 'drill' ? (drill.plan.references ?? []) : [];
  if (references.length === 0) return [];
  const gave = verdict.measured ? 'measured' : 'simulated';
  const rows = references.map((reference) => {
    const found = findingOf(reference, verdict.findings);
    const documented = describeReference(reference);
    const given =
      found === undefined ? '–' : found.value === 0 ? 'never failed' : formatMeasured(found, Number.POSITIVE_INFINITY);
    const used = reference.used ? 'used to choose an assumption' : 'not used';
    return [
      `  ${reference.probe}`,
      reference.measure,
      documented,
      given,
      differenceOf(reference, found),
      used,
      reference.source,
    ];
  });
  return align([['as documented', '', 'documented', gave, 'difference', '', ''], ...rows]);
}

/** The finding of the same measure, after the first fault where it has one for each. */
function findingOf({ probe, measure }: Reference, findings: readonly Finding[]): Finding | undefined {
  const unit = measure === 'lose' ? 'writes' : measure === 'availability' ? '%' : 's';
  const own = (finding: Finding) => finding.probe === probe || finding.probe.startsWith(`${probe}@`);
  return findings.find((finding) => own(finding) && finding.measure === measure && finding.unit === unit);
}

function describeReference({ measure, low, high }: Reference): string {
  const unit = measure === 'lose' ? 'writes' : measure === 'availability' ? '%' : 's';
  const [from, to] = [low, high].map((value) => formatQuantity(unit, value));
  return from === to ? `${from}` : `${from} – ${to}`;
}

function differenceOf({ low, high }: Reference, found: Finding | undefined): string {
  const value = found?.value ?? null;
  if (value === null) return '–';
  if (low < high && value >= low && value <= high) return 'within';
  const nearest = value < low ? low : high;
  if (nearest === 0) return value === 0 ? 'none' : '–';
  const percent = Math.round((1000 * (value - nearest)) / nearest) / 10;
  return `${percent > 0 ? '+' : ''}${percent} %`.replace('-', '−');
}
