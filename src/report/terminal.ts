import { Chalk, type ChalkInstance } from 'chalk';
import type { Entry } from '../journal/journal.js';
import { exitCodes, type Finding, type Verdict } from '../judge/judge.js';
import { cleaned } from '../printable.js';
import { faultTables, probeTable } from './figures.js';
import { findingLines, wrapText } from './finding-lines.js';
import { ledgerLines } from './ledger-lines.js';
import { formatLimit } from './numbers.js';
import { predictionLines } from './prediction-lines.js';
import { referenceLines } from './references.js';
import { runbookLines } from './runbook.js';
import { standLines } from './stands.js';
import { stripLines } from './strip.js';

/** What the terminal can show. */
export interface TerminalOptions {
  readonly colour: boolean;
  /** Columns of the terminal; lines with nothing to break them at may be longer. */
  readonly width: number;
}

/**
 * The report for people, with a final newline: the verdicts, then what each probe saw over time, the figures, and the
 * outcome with its exit code as the last line. Its first line names the engine and whether anything was measured.
 */
export function terminalReport(judged: Verdict, journal: readonly Entry[], options: TerminalOptions): string {
  const [verdict, entries] = [cleaned(judged), cleaned(journal)];
  const paint = new Chalk({ level: options.colour ? 1 : 0 });
  const width = Math.max(60, options.width);
  const counted = verdict.findings.filter(({ limit }) => limit !== null);
  const samples = countSamples(entries);
  const sections = [
    [titleOf(verdict, paint)],
    hasBegun(entries) ? findingLines(counted, samples, width, paint) : unjudgedLines(counted, width, paint),
    verdict.notes.flatMap((note) => wrapText(`! ${note}`, width, '  ')).map((line) => paint.yellow(line)),
    stripLines(entries, width, paint),
    runbookLines(verdict, entries, width),
    faultTables(verdict.findings),
    referenceLines(verdict, entries),
    [...probeTable(verdict.findings, samples), ...standLines(entries, width)],
    ledgerLines(verdict.findings, entries, width),
    predictionLines(verdict, width, paint),
    [conclusionOf(verdict, counted, paint)],
  ];
  const filled = sections.filter((lines) => lines.length > 0);
  return `${filled.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** Whether a story was told: else there is one reason for all that is not known, and the notes have it. */
function hasBegun(entries: readonly Entry[]): boolean {
  const end = entries.find(({ entry }) => entry === 'end');
  return end === undefined || entries.some(({ entry }) => entry === 'begin');
}

function unjudgedLines(counted: readonly Finding[], width: number, paint: ChalkInstance): string[] {
  const named = new Set(counted.map((finding) => `${finding.probe} ${finding.measure} ${formatLimit(finding)}`));
  if (named.size === 0) return [];
  const lines = wrapText(`? not judged, since no story was told: ${[...named].join(', ')}`, width, '    ');
  return lines.map((line) => paint.yellow(line));
}

/** The first line of every report: what it is of, the engine, and whether anything was measured. */
export function titleOf(of: Pick<Verdict, 'scenario' | 'engine' | 'measured'>, paint: ChalkInstance): string {
  const { scenario, engine, measured } = of;
  const label = measured ? 'measured' : paint.yellow('SIMULATED, not measured');
  return `${paint.bold('firedrill')} · ${scenario} · ${engine} · ${label}`;
}

/** How many samples each probe took, in the order of the plan; Infinity where none was needed. Probes of which nothing is known are left out. */
function countSamples(entries: readonly Entry[]): Map<string, number> {
  const [drill] = entries;
  if (drill?.entry !== 'drill') return new Map();
  const counts = new Map(drill.plan.probes.map(({ name }) => [name, 0]));
  for (const entry of entries) {
    if (entry.entry === 'spans') counts.set(entry.probe, Number.POSITIVE_INFINITY);
    if (entry.entry !== 'samples') continue;
    counts.set(
      entry.probe,
      (counts.get(entry.probe) ?? 0) + entry.samples.filter(([, , , hole]) => hole !== true).length,
    );
  }
  return new Map([...counts].filter(([, count]) => count > 0));
}

function conclusionOf(verdict: Verdict, counted: readonly Finding[], paint: ChalkInstance): string {
  const { outcome, exitCode, measured } = verdict;
  const colour = { met: paint.green, missed: paint.red, unknown: paint.yellow }[outcome];
  const meaning = Object.values(exitCodes).find(({ code }) => code === exitCode)?.meaning ?? '';
  const count = (wanted: Finding['outcome']) => counted.filter((finding) => finding.outcome === wanted).length;
  const tally =
    counted.length === 0
      ? 'there was no objective'
      : `${count('met')} met, ${count('missed')} missed, ${count('unknown')} unknown`;
  const simulated = measured ? '' : ' Simulated, not measured.';
  return `${colour(paint.bold(outcome.toUpperCase()))}: ${tally}.${simulated} Exit code ${exitCode}: ${meaning}.`;
}
