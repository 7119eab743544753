import { Chalk, type ChalkInstance } from 'chalk';
import type { ComparedObjective, Comparison, Figure, SideFacts } from '../comparison/comparison.js';
import { exitCodes } from '../judge/judge.js';
import { cleaned } from '../printable.js';
import { formatDuration } from '../scenario/scenario.js';
import { wrapText } from './finding-lines.js';
import { formatLimit, formatMeasured } from './numbers.js';
import type { TerminalOptions } from './terminal.js';

/**
 * A comparison for people, with a final newline: both sides, each objective with both figures, their difference and which is better
 * and why, then what held each side up, and the outcome with its exit code as the last line.
 */
export function terminalComparison(compared: Comparison, options: TerminalOptions): string {
  const comparison = cleaned(compared);
  const paint = new Chalk({ level: options.colour ? 1 : 0 });
  const width = Math.max(60, options.width);
  const { a, b, objectives } = comparison;
  const sections = [
    [titleOf(a, b, paint), ...sideLines(a, b)],
    objectiveLines(objectives, width, paint),
    heldUpLines('A', a, width),
    heldUpLines('B', b, width),
    [conclusionOf(comparison, paint)],
  ];
  const filled = sections.filter((lines) => lines.length > 0);
  return `${filled.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function titleOf(a: SideFacts, b: SideFacts, paint: ChalkInstance): string {
  const label = a.measured && b.measured ? 'measured' : paint.yellow('SIMULATED, not measured');
  const mixed = a.measured !== b.measured ? paint.yellow(` (${a.measured ? 'B' : 'A'} alone)`) : '';
  return `${paint.bold('firedrill compare')} · ${[...new Set([a.engine, b.engine])].join(' and ')} · ${label}${mixed}`;
}

function sideLines(a: SideFacts, b: SideFacts): string[] {
  const wide = Math.max(a.name.length, b.name.length);
  const titled = Math.max(a.scenario.length, b.scenario.length);
  return [a, b].map(({ name, scenario, runs, outcomes }, index) => {
    const counted = [...new Set(outcomes)].map((outcome) => {
      const count = outcomes.filter((one) => one === outcome).length;
      return runs === 1 ? outcome : `${count} ${outcome}`;
    });
    const told = `${runs} run${runs === 1 ? '' : 's'}: ${counted.join(', ')}`;
    return `${index === 0 ? 'A' : 'B'}  ${name.padEnd(wide)}  ${scenario.padEnd(titled)}  ${told}`;
  });
}

/** A shorter stretch of a critical path explains nothing. */
const LEAST_S = 0.05;

const MARKS = { b: '✓', same: '=', a: '✗', unknown: '?' } as const;

function objectiveLines(objectives: readonly ComparedObjective[], width: number, paint: ChalkInstance): string[] {
  const rows = objectives.map((one) => [
    one.probe,
    one.quantile === null ? one.measure : `${one.measure} p${one.quantile}`,
    inWords(one, one.a),
    inWords(one, one.b),
    differenceOf(one),
  ]);
  const heads = ['', '', 'A', 'B', 'B less A'];
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return [
    `  ${line(heads)}`.trimEnd(),
    ...objectives.flatMap((objective, index) => [
      `${markOf(objective, paint)} ${line(rows[index] ?? [])}`.trimEnd(),
      ...wrapText(`    ${reasonOf(objective)}`, width, '    ').map((text) => paint.dim(text)),
    ]),
  ];
}

function markOf({ better }: ComparedObjective, paint: ChalkInstance): string {
  const colour = { b: paint.green, same: paint.dim, a: paint.red, unknown: paint.yellow }[better];
  return colour(MARKS[better]);
}

function inWords(objective: ComparedObjective, figure: Figure | null): string {
  if (figure === null) return '–';
  const { median: value, low, high, censored, runs } = figure;
  const measured = formatMeasured({ ...objective, value, low, high, censored }, figure.runs * 1000);
  return runs === 1 ? measured : `${measured}, n = ${runs}`;
}

function differenceOf({ measure, unit, difference, shift }: ComparedObjective): string {
  const told = shift?.value ?? difference;
  if (told === null) return '–';
  const value = Math.abs(told);
  const size = formatMeasured({ measure, unit, value, low: value, high: value, censored: false }, 1000);
  return told === 0 ? '0' : `${told < 0 ? '−' : '+'}${size}`;
}

function reasonOf(objective: ComparedObjective): string {
  const { better, because, a, b, fault, shift, unit, measure } = objective;
  const who = { a: 'A is better', b: 'B is better', same: 'no difference', unknown: 'not known' }[better];
  const skips = [a, b].flatMap((figure, index) =>
    figure === null || figure.skipped === 0
      ? []
      : [`${formatDuration(figure.skipped * 1000)} of ${index === 0 ? 'A' : 'B'}`],
  );
  const limits = [a, b].map((figure) => formatLimit({ measure, unit, limit: figure?.limit ?? null }));
  const [limitA = '', limitB = ''] = limits;
  const parts = [
    `${who}: ${because}`,
    ...(shift === null ? [] : [`shift ${signed(shift.low)} to ${signed(shift.high)} ${unit} with 95 % confidence`]),
    ...(skips.length === 0 ? [] : [`${skips.join(' and ')} skipped while nothing changed`]),
    ...(limitA === limitB
      ? limitA === ''
        ? []
        : [`objective ${limitA}`]
      : [`objectives ${limitA || 'none'} and ${limitB || 'none'}`]),
    ...(fault === null ? [] : [`after ${fault}`]),
  ];
  return parts.join('; ');
}

function signed(value: number): string {
  const rounded = Number(value.toPrecision(4));
  return rounded < 0 ? `−${-rounded}` : `+${rounded}`;
}

/** The critical path of each recovery from its last cause back to the fault, and what the runbook waited for. */
function heldUpLines(letter: string, { paths, waits }: SideFacts, width: number): string[] {
  const told = paths.map(({ probe, fault, stretches }) => {
    const lasting = stretches.filter(({ seconds }) => seconds >= LEAST_S).reverse();
    const chain = lasting.map(({ seconds, what, why }) => {
      const waiting = why.length === 0 ? '' : ` (${why.join('; ')})`;
      return `${formatDuration(Math.round(seconds * 10) * 100)} ${what}${waiting}`;
    });
    return `  ${probe} ← ${[...chain, fault].join(' ← ')}`;
  });
  const waited = waits.map(({ title, runsFrom, blocked, blockedBy, done }) => {
    const from = runsFrom === null ? '' : ` from ${runsFrom}`;
    const end = done === null ? ', and was not done' : '';
    return `  the step \`${title}\`${from} waited ${formatDuration(blocked * 1000)}${end}: ${blockedBy.join('; ')}`;
  });
  if (told.length + waited.length === 0) return [];
  return [`what held ${letter} up`, ...[...told, ...waited].flatMap((line) => wrapText(line, width, '    '))];
}

function conclusionOf({ outcome, exitCode, objectives, a, b }: Comparison, paint: ChalkInstance): string {
  const count = (wanted: ComparedObjective['better']) => objectives.filter(({ better }) => better === wanted).length;
  const colour = { regression: paint.red, unknown: paint.yellow, 'no regression': paint.green }[outcome];
  const meaning = Object.values(exitCodes).find(({ code }) => code === exitCode)?.meaning ?? '';
  const counted = `B is better in ${count('b')}, worse in ${count('a')}, the same in ${count('same')}, not known in ${count('unknown')}`;
  const tally = objectives.length === 0 ? 'neither side has an objective' : counted;
  const simulated = a.measured && b.measured ? '' : ' Simulated, not measured.';
  const told = outcome === 'no regression' ? 'nothing is worse' : meaning;
  return `${colour(paint.bold(outcome.toUpperCase()))}: ${tally}.${simulated} Exit code ${exitCode}: ${told}.`;
}
