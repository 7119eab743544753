import type { ChalkInstance } from 'chalk';
import type { Entry } from '../journal/journal.js';
import type { Plan } from '../plan/plan.js';
import { clockAt, formatDuration } from '../scenario/scenario.js';
import { wrapText } from './finding-lines.js';
import { type Mark, marksOf } from './marks.js';
import { BAD, GOOD, probeCells, SOME } from './probe-cells.js';
import { columnOf, fitScale, type Scale, ticksOf } from './scale.js';
import { NORMAL, STATES, siteCells } from './site-cells.js';

const GAP = '  ';
const MOST_LABEL = 28;
/** Here the story jumped. */
const SEAM = '≈';

/**
 * What happened and what each probe saw, over the story's time: a ruler with the faults and cures, a row a site with what
 * was done to it, below it its probes, and last the probes that see what users see. Every state has a character of its
 * own, so that nothing is lost without colour. Empty when there is nothing to show.
 */
export function stripLines(entries: readonly Entry[], width: number, paint: ChalkInstance): string[] {
  const [drill] = entries;
  if (drill?.entry !== 'drill' || !entries.some(({ entry }) => entry === 'samples' || entry === 'spans')) return [];
  const { plan } = drill;
  const labels = [...plan.sites.map(({ name }) => name), ...plan.probes.map(({ name }) => `  ${name}`), 'users'];
  const labelled = Math.min(MOST_LABEL, Math.max(...labels.map((label) => label.length)));
  const scale = fitScale(plan.durationMs, width - labelled - GAP.length, entries);
  const marks = marksOf(entries, plan, scale);
  const row = (label: string, cells: string) =>
    `${label.slice(0, labelled).padEnd(labelled)}${GAP}${paintCells(cells, paint)}`.trimEnd();
  const rows = rowsOf(plan, entries, scale);
  const used = new Set(rows.flatMap(({ cells }) => [...cells]));
  return [
    row('', drawTicks(scale, plan)),
    row('', drawRuler(scale, plan, marks)),
    ...rows.map(({ label, cells }) => row(label, cells)),
    '',
    ...wrapText(legendOf(used, scale), width, ''),
    ...marks.flatMap((mark) => [describeMark(mark, plan), ...mark.remarks.map((remark) => `  ${remark}`)]),
    ...scale.skips.map((skip) => describeSkip(skip, plan)),
  ];
}

function rowsOf(plan: Plan, entries: readonly Entry[], scale: Scale): { label: string; cells: string }[] {
  const of = (site: string | null) =>
    plan.probes
      .filter((probe) => probe.site === site)
      .map((probe) => ({ label: `  ${probe.name}`, cells: probeCells(probe, entries, scale) }));
  const sites = plan.sites.flatMap(({ name }) => [
    { label: name, cells: siteCells(name, plan, entries, scale) },
    ...of(name),
  ]);
  const users = of(null);
  return users.length === 0 ? sites : [...sites, { label: 'users', cells: '' }, ...users];
}

function drawTicks(scale: Scale, plan: Plan): string {
  let line = '';
  for (const { column, label } of ticksOf(scale, plan.begins)) {
    const isFree = line === '' || column >= line.length + GAP.length;
    if (isFree && column + label.length <= scale.columns) line = line.padEnd(column) + label;
  }
  return line;
}

function drawRuler(scale: Scale, plan: Plan, marks: readonly Mark[]): string {
  const cells = Array.from({ length: scale.columns }, () => ' ');
  for (const { column } of ticksOf(scale, plan.begins)) cells[column] = '|';
  for (const { fromMs } of scale.skips) cells[columnOf(scale, fromMs)] = SEAM;
  for (const { column, letter } of marks) cells[column] = letter;
  return cells.join('');
}

function paintCells(cells: string, paint: ChalkInstance): string {
  return cells
    .replaceAll(new RegExp(`${GOOD}+`, 'g'), (run) => paint.green(run))
    .replaceAll(new RegExp(`[${BAD}]+`, 'g'), (run) => paint.red(run))
    .replaceAll(new RegExp(`[${SOME}]+`, 'g'), (run) => paint.yellow(run));
}

function legendOf(used: ReadonlySet<string>, scale: Scale): string {
  const words = [
    [GOOD, 'good'],
    [SOME, 'some failed'],
    [BAD, 'all failed'],
    [NORMAL, 'as usual'],
    ...Object.values(STATES).map(({ char, words }) => [char, words]),
  ] as const;
  const shown = words.filter(([char]) => used.has(char ?? '')).map(([char, meaning]) => `${char} ${meaning}`);
  return `a column is ${formatDuration(scale.columnMs)}: ${shown.join(', ')}`;
}

function describeSkip({ fromMs, toMs }: Scale['skips'][number], plan: Plan): string {
  const at = (atMs: number) => clockAt(plan.begins, Math.floor(atMs / 1000) * 1000);
  return `${SEAM} ${at(fromMs)} to ${at(toMs)}: nothing changed, ${formatDuration(toMs - fromMs)} skipped`;
}

function describeMark({ letter, atMs, title, lateMs, errors }: Mark, plan: Plan): string {
  const late = lateMs >= 100 ? ` (${formatDuration(lateMs)} late)` : '';
  const failed = errors === 0 ? '' : ` (${errors} step${errors === 1 ? '' : 's'} failed)`;
  return `${letter} ${clockAt(plan.begins, atMs)} ${title}${late}${failed}`;
}
