import { Chalk, type ChalkInstance } from 'chalk';
import type { Bound, Figure, Forecast, Share } from '../forecast/forecast.js';
import { exitCodes } from '../judge/judge.js';
import { cleaned } from '../printable.js';
import { markOf, wrapText } from './finding-lines.js';
import { histogramLines } from './histogram.js';
import { formatLimit, formatQuantity } from './numbers.js';
import { type TerminalOptions, titleOf } from './terminal.js';

const INDENT = '    ';
/** Bars longer than this are no easier to compare. */
const WIDEST = 100;

/**
 * The forecast for people, with a final newline: how often each objective is met, how long recovery takes, how it spreads,
 * and the outcome with its exit code as the last line. Its first line names the engine and says that nothing was measured.
 */
export function terminalForecast(made: Forecast, options: TerminalOptions): string {
  const forecast = cleaned(made);
  const paint = new Chalk({ level: options.colour ? 1 : 0 });
  const width = Math.min(WIDEST, Math.max(60, options.width));
  const { trials, seed, notes, figures } = forecast;
  const sections = [
    [titleOf(forecast, paint)],
    [`${countOf(trials, 'trial')} from seed ${seed}`],
    figureLines(forecast, width, paint),
    notes
      .flatMap(({ note, trials: count }) => wrapText(noteOf(note, count, trials), width, '  '))
      .map((line) => paint.yellow(line)),
    ...drawn(figures).map((figure) => spreadLines(figure, width, paint)),
    conclusionLines(forecast, width, paint),
  ];
  const filled = sections.filter((lines) => lines.length > 0);
  return `${filled.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function noteOf(note: string, count: number, trials: number): string {
  return `! ${count === trials ? '' : `in ${count} of ${countOf(trials, 'trial')}: `}${note}`;
}

function figureLines({ figures }: Forecast, width: number, paint: ChalkInstance): string[] {
  const names = figures.map((figure) => [figure.probe, measureOf(figure), formatLimit(figure)]);
  const widths = [0, 1, 2].map((column) => Math.max(0, ...names.map((row) => row[column]?.length ?? 0)));
  return figures.flatMap((figure, index) => {
    const name = names[index]?.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ') ?? '';
    const mark = figure.limit === null ? '·' : markOf(figure, paint);
    const line = `${mark} ${name}  ${chanceOf(figure)}`.trimEnd();
    return [line, ...wrapText(INDENT + describeSpread(figure), width, INDENT).map((text) => paint.dim(text))];
  });
}

function measureOf({ measure, quantile }: Figure): string {
  return quantile === null ? measure : `${measure} p${quantile}`;
}

function chanceOf({ limit, probability, unknown }: Figure): string {
  if (limit === null) return '';
  if (probability === null) return 'no trial could tell';
  const told = `met in ${formatShare(probability)}`;
  return unknown === 0 ? told : `${told}, ${unknown} unknown`;
}

/** Down and up, so that the interval is never narrower than it is; with no more digits than it supports. */
function formatShare({ value, low, high }: Share): string {
  const digits = high - low >= 20 ? 0 : high - low >= 0.2 ? 1 : 2;
  const cut = (number: number, round: (value: number) => number) =>
    round(Number((number * 10 ** digits).toFixed(3))) / 10 ** digits;
  return `${cut(value, Math.floor)} % (${cut(low, Math.floor)} – ${cut(high, Math.ceil)} %)`;
}

function describeSpread(figure: Figure): string {
  const { fault, p50, p95, p99, unit, without, worst } = figure;
  const about = fault === null ? '' : `after ${fault}: `;
  if (p50 === null || p95 === null || p99 === null) return `${about}no trial has a number`;
  const missing = without === 0 ? '' : `; ${countOf(without, 'trial')} without a number`;
  if (figure.bins.length <= 1 && [p95, p99].every(({ value }) => value === p50.value)) {
    return `${about}${describeConstant(figure, p50)}${missing}`;
  }
  const quantiles = [p50, p95, p99].map((bound, index) => `p${[50, 95, 99][index]} ${formatBound(bound, unit)}`);
  const again = worst === null ? '' : `, the worst with --seed ${worst.seed}`;
  return `${about}${quantiles.join(', ')}${again}${missing}`;
}

function describeConstant({ measure, unit }: Figure, bound: Bound): string {
  if (measure === 'recover' && bound.value === 0 && !bound.more) return 'never failed';
  return `${formatBound(bound, unit)} in every trial`;
}

function formatBound({ value, more }: Bound, unit: string): string {
  return `${more ? 'more than ' : ''}${formatQuantity(unit, value)}`;
}

/** Those with an objective, where there is one; the JSON has them all. */
function drawn(figures: readonly Figure[]): readonly Figure[] {
  const wanted = figures.filter(({ limit }) => limit !== null);
  return wanted.length > 0 ? wanted : figures;
}

function spreadLines(figure: Figure, width: number, paint: ChalkInstance): string[] {
  const { measure, probe, fault } = figure;
  const lines = measure === 'recover' ? histogramLines(figure, width, paint) : [];
  return lines.length === 0 ? [] : [`${probe} ${measure}${fault === null ? '' : ` after ${fault}`}`, ...lines];
}

function conclusionLines(forecast: Forecast, width: number, paint: ChalkInstance): string[] {
  const { outcome, exitCode, figures, confidence } = forecast;
  const colour = { met: paint.green, missed: paint.red, unknown: paint.yellow }[outcome];
  const meaning = Object.values(exitCodes).find(({ code }) => code === exitCode)?.meaning ?? '';
  const counted = figures.filter(({ limit }) => limit !== null);
  const count = (wanted: Figure['outcome']) => counted.filter((figure) => figure.outcome === wanted).length;
  const tally =
    counted.length === 0
      ? 'there was no objective'
      : `of ${countOf(counted.length, 'objective')}, ${count('met')} met in at least ${confidence} % of the trials, ` +
        `${count('missed')} not, ${count('unknown')} unknown`;
  const word = outcome.toUpperCase();
  const text = `${word}: ${tally}. Simulated, not measured. Exit code ${exitCode}: ${meaning}.`;
  // Painted after it is broken into lines, because colours have no width.
  const [first = '', ...others] = wrapText(text, width, '');
  return [first.replace(word, colour(paint.bold(word))), ...others];
}

function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
