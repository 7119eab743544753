import type { Finding, Phase } from '../judge/judge.js';
import { formatDuration } from '../scenario/scenario.js';
import { formatMeasured, formatQuantiles } from './numbers.js';

/** Under `after power-loss pangyo @15:30:00` a row a probe with what no objective asked for; empty where nothing was measured. */
export function faultTables(findings: readonly Finding[]): string[] {
  const figures = findings.filter(({ limit, fault, value }) => limit === null && fault !== null && value !== null);
  const faults = [...new Set(figures.flatMap(({ fault }) => fault ?? []))];
  const again = (['reprotect'] as const).filter((measure) => figures.some((figure) => figure.measure === measure));
  const rows = faults.flatMap((fault) => {
    const own = figures.filter((figure) => figure.fault === fault);
    const probes = [...new Set(own.map(({ probe }) => probe))];
    const cell = (probe: string, measure: Finding['measure']) => {
      const found = own.find((figure) => figure.probe === probe && figure.measure === measure);
      return found === undefined ? '' : inCell(found);
    };
    return [
      [`after ${fault}`, 'detect', 'recover', ...again.map(() => 'ready again')],
      ...probes.map((probe) => [
        ...[`  ${probe}`, cell(probe, 'detect'), cell(probe, 'recover')],
        ...again.map((measure) => cell(probe, measure)),
      ]),
    ];
  });
  return align(rows);
}

/** From here on a reader must know how long an outage may have lasted that nobody saw, in seconds. */
const WORTHY_S = 1.5;

function inCell(finding: Finding): string {
  // What lies between two looks is no news; a long time in which nobody looked is.
  if (finding.outages === 0)
    return finding.high !== null && finding.high < WORTHY_S
      ? 'never failed'
      : `never failed (${formatMeasured(finding, 0)})`;
  const relapsed = (finding.outages ?? 1) > 1 ? `, ${finding.outages} outages` : '';
  const skipped = finding.skipped > 0 ? `, ${formatDuration(finding.skipped * 1000)} of it skipped` : '';
  return `${formatMeasured(finding, 0)}${skipped}${relapsed}`;
}

const PHASES: readonly Phase[] = ['before', 'during', 'after'];

/** A row a probe: its share of good samples, and how long those took before the first fault, until the last cure, and after it. */
export function probeTable(findings: readonly Finding[], samples: ReadonlyMap<string, number>): string[] {
  const probes = [...samples.keys()];
  if (probes.length === 0) return [];
  const latencies = findings.filter(
    ({ measure, phase, limit }) => measure === 'latency' && phase !== null && limit === null,
  );
  const phases = PHASES.filter((phase) => latencies.some((figure) => figure.phase === phase));
  const quantiles = (probe: string, phase: Phase) =>
    formatQuantiles(
      latencies
        .filter((figure) => figure.probe === probe && figure.phase === phase)
        .flatMap(({ value }) => (value === null ? [] : [value])),
    );
  const availability = (probe: string) => {
    const found = findings.find((finding) => finding.measure === 'availability' && finding.probe === probe);
    return found === undefined ? '–' : formatMeasured(found, samples.get(probe) ?? 0);
  };
  return align([
    ['latency p50/p95/p99', 'samples', 'good', ...phases],
    ...probes.map((probe) => [
      ...[`  ${probe}`, countOf(samples.get(probe) ?? 0), availability(probe)],
      ...phases.map((phase) => quantiles(probe, phase)),
    ]),
  ]);
}

/** Where all is known that any number of samples would show, there is no number. */
function countOf(samples: number): string {
  return Number.isFinite(samples) ? String(samples) : 'exact';
}

/** Rows as lines with their cells below each other. */
export function align(rows: readonly (readonly string[])[]): string[] {
  const widthOf = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widthOf(column)))
      .join('  ')
      .trimEnd(),
  );
}
