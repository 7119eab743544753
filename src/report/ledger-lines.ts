import { acknowledgedIn, countIn, type Entry } from '../journal/journal.js';
import type { Finding } from '../judge/judge.js';
import { align } from './figures.js';
import { wrapText } from './finding-lines.js';
import { formatMeasured } from './numbers.js';

const MEASURES = ['lose', 'extra', 'duplicate', 'reorder', 'stale'] as const;
const HEADS = ['acknowledged', 'lost', 'unacknowledged', 'twice', 'out of order', 'stale'];

/**
 * A row a ledger: how many of its writes were acknowledged and what became of them; below it what no objective asked for and
 * is not as it should be, and what firedrill itself needed. Empty where no ledger was kept.
 */
export function ledgerLines(findings: readonly Finding[], entries: readonly Entry[], width: number): string[] {
  const ledgers = entries.flatMap((entry) => (entry.entry === 'ledger' || entry.entry === 'loss' ? [entry.probe] : []));
  const probes = [...new Set(ledgers)];
  if (probes.length === 0) return [];
  const found = (probe: string, measure: Finding['measure']) =>
    findings.find((finding) => finding.probe === probe && finding.measure === measure && finding.unit !== '%');
  const cell = (probe: string, measure: Finding['measure']) => {
    const finding = found(probe, measure);
    if (finding === undefined || finding.value === null) return '–';
    return finding.unit === 'writes' ? String(finding.value) : formatMeasured(finding, 0);
  };
  const rows = probes.map((probe) => [
    `  ${probe}`,
    acknowledgedOf(probe, entries),
    ...MEASURES.map((measure) => cell(probe, measure)),
  ]);
  const odd = findings.filter(
    ({ probe, measure, limit, value }) =>
      probes.includes(probe) && MEASURES.some((one) => one === measure) && limit === null && (value ?? 0) > 0,
  );
  return [
    ...align([['ledger', ...HEADS], ...rows]),
    ...odd.flatMap(({ probe, because }) => wrapText(`  ${probe}: ${because}`, width, '    ')),
    ...entries.flatMap((entry) => (entry.entry === 'effort' ? [describeEffort(entry)] : [])),
  ];
}

function acknowledgedOf(probe: string, entries: readonly Entry[]): string {
  const own = entries.flatMap((entry) => (entry.entry === 'ledger' && entry.probe === probe ? entry.runs : []));
  if (own.length > 0) {
    return `${countIn(acknowledgedIn(own))} of ${own.reduce((sum, [from, to]) => sum + to - from + 1, 0)}`;
  }
  const loss = entries.find((entry) => entry.entry === 'loss' && entry.probe === probe);
  return loss?.entry === 'loss' ? String(loss.acknowledged) : '–';
}

function describeEffort({ spanMs, cpuMs, lagMs }: Extract<Entry, { entry: 'effort' }>): string {
  const share = cpuMs === null || spanMs === 0 ? '' : ` needed ${Math.round((100 * cpuMs) / spanMs)} % of a processor`;
  const late = lagMs === null ? '' : ` sent its writes ${lagMs.p50}/${lagMs.p99}/${lagMs.max} ms late (p50/p99/max)`;
  return `firedrill itself${share}${share !== '' && late !== '' ? ' and' : ''}${late}`;
}
