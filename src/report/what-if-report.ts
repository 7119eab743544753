import { Chalk, type ChalkInstance } from 'chalk';
import { cleaned } from '../printable.js';
import type { Effort, Pair, Score, Single, WhatIf } from '../what-if/what-if.js';
import { wrapText } from './finding-lines.js';
import { formatQuantity } from './numbers.js';
import { type TerminalOptions, titleOf } from './terminal.js';

const WIDEST = 110;
const INDENT = '    ';
/** Narrower than this a column of words is a column of syllables. */
const MOST_NARROW = 20;
/** What saves less than this, in percent, is told in one line with its like. */
const LITTLE = 1;
/** So many of them are named. */
const LISTED = 8;

/**
 * What changes would have done, for people, with a final newline: as it is, the changes ranked with what they save and cost,
 * the pairs, what was not tried, and one sentence. Its first line names the engine and says that nothing was measured.
 */
export function terminalWhatIf(tried: WhatIf, options: TerminalOptions): string {
  const found = cleaned(tried);
  const paint = new Chalk({ level: options.colour ? 1 : 0 });
  const width = Math.min(WIDEST, Math.max(60, options.width));
  const sections = [
    [titleOf(found, paint)],
    baselineLines(found, width),
    singleLines(found, width, paint),
    idleLines(found, width),
    pairLines(found, width, paint),
    found.untried.flatMap(({ title, because }) => wrapText(`! not tried: ${title}: ${because}`, width, '  ')),
    wrapText(found.conclusion, width, '').map((line) => paint.bold(line)),
    wrapText(`Simulated, not measured: ${found.drills} drills of at most ${found.budget}.`, width, ''),
  ];
  const filled = sections.filter((lines) => lines.length > 0);
  return `${filled.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

const NAMES = { recover: 'recover', availability: 'failed looks', lose: 'lost' } as const;

function baselineLines({ baseline, by, unit, trials, seed, servers }: WhatIf, width: number): string[] {
  const from = `${trials} ${trials === 1 ? 'trial' : 'trials'} from seed ${seed}, ${formatServers(servers).slice(1)} servers`;
  if (baseline === null) return [`as it is: no number for ${by}; ${from}`];
  const { probes } = baseline;
  const [only] = probes;
  const about = only !== undefined && probes.length === 1 ? only.probe : `the mean of ${probes.length} probes`;
  const head = `as it is: ${NAMES[by]} ${formatScore(baseline, unit)} (${by === 'lose' ? 'all probes' : about}), ${from}`;
  const longest = Math.max(...probes.map(({ probe }) => probe.length));
  const rows = probes.map((one) => `${INDENT}${one.probe.padEnd(longest)}  ${formatScore(one, unit)}`);
  return [...wrapText(head, width, '  '), ...(probes.length > 1 ? rows : [])];
}

function singleLines(found: WhatIf, width: number, paint: ChalkInstance): string[] {
  const shown = found.singles.filter((single) => !isIdle(single));
  return tableLines(found, shown, 'change', width, (single) => {
    const colour = single.saved > 0 ? paint.green : paint.red;
    return { words: [single.title, ...probeWords(found, single)], colour };
  });
}

function isIdle({ savedPercent, servers }: Single): boolean {
  return Math.abs(savedPercent) < LITTLE && servers >= 0;
}

/** Of several probes the one that gains most, or loses most. */
function probeWords({ baseline, unit }: WhatIf, { after, saved }: Effort): string[] {
  const before = baseline?.probes ?? [];
  if (before.length < 2) return [];
  const gains = after.probes.flatMap((one) => {
    const was = before.find(({ probe }) => probe === one.probe);
    return was === undefined ? [] : [{ one, was, gain: (was.value - one.value) * Math.sign(saved) }];
  });
  const [most] = gains.sort((a, b) => b.gain - a.gain);
  if (most === undefined) return [];
  const { one, was } = most;
  return [`${one.probe}: ${formatScore(was, unit)} → ${formatScore(one, unit)}`];
}

function idleLines({ singles }: WhatIf, width: number): string[] {
  const idle = singles.filter(isIdle).map(costly);
  if (idle.length === 0) return [];
  const more = idle.length > LISTED ? `; and ${idle.length - LISTED} more` : '';
  return wrapText(`less than ${LITTLE} % alone: ${idle.slice(0, LISTED).join('; ')}${more}`, width, '  ');
}

function costly({ title, servers, savedPercent }: Single): string {
  const cost = servers === 0 ? '' : `, ${formatServers(servers)} servers`;
  return `${title} (${formatPercent(savedPercent)}${cost})`;
}

function pairLines(found: WhatIf, width: number, paint: ChalkInstance): string[] {
  if (found.pairsTried === 0) return [];
  const { pairsTried } = found;
  const tried = `of ${pairsTried} ${pairsTried === 1 ? 'pair' : 'pairs'} in which one change alone does not help`;
  if (found.pairs.length === 0) return wrapText(`${tried}, none saves clearly more than its better change`, width, '');
  const rows = tableLines(found, found.pairs, 'two causes in a row', width, (pair: Pair) => ({
    words: [pair.titles.join(' + '), `alone at most ${formatPercent(pair.alonePercent)}`],
    colour: paint.green,
  }));
  return [...wrapText(`${tried}, these save clearly more than their better change:`, width, ''), ...rows];
}

interface Row {
  /** What it is, then what else there is to say. */
  readonly words: readonly string[];
  readonly colour: ChalkInstance;
}

function tableLines<Kind extends Effort>(
  { baseline, unit, by }: WhatIf,
  efforts: readonly Kind[],
  what: string,
  width: number,
  rowOf: (effort: Kind) => Row,
): string[] {
  if (baseline === null || efforts.length === 0) return [];
  const rows = efforts.map((effort) => ({
    ...rowOf(effort),
    cells: [
      `${baseline.more && !effort.after.more ? '≥ ' : ''}${formatPercent(effort.savedPercent)}`,
      `${formatScore(baseline, unit)} → ${formatScore(effort.after, unit)}`,
      formatServers(effort.servers),
    ],
  }));
  const head = ['saved', NAMES[by], 'servers'];
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.map(({ cells }) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (column === 1 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  const indent = ' '.repeat(widths.reduce((sum, one) => sum + one + 2, 0));
  const room = Math.max(MOST_NARROW, width - indent.length);
  return [
    `${line(head)}  ${what}`,
    ...rows.flatMap(({ cells, words: [title = '', ...others], colour }) => {
      const [first = '', ...rest] = wrapText(title, room, INDENT);
      const below = [...rest, ...others.flatMap((words) => wrapText(INDENT + words, room, INDENT))];
      const [saved = ''] = cells;
      return [`${line(cells).replace(saved, colour(saved))}  ${first}`, ...below.map((words) => indent + words)];
    }),
  ];
}

function formatScore({ value, more }: Pick<Score, 'value' | 'more'>, unit: string): string {
  return `${more ? '> ' : ''}${formatQuantity(unit, value)}`;
}

function formatPercent(percent: number): string {
  const size = Math.abs(percent);
  return `${size >= 10 ? Math.round(percent) : Number(percent.toFixed(1))} %`;
}

function formatServers(servers: number): string {
  return `${servers > 0 ? '+' : ''}${String(servers).replaceAll(/\B(?=(\d{3})+$)/g, ',')}`;
}
