import { formatDuration } from '../scenario/scenario.js';
import type { About } from './change.js';
import { CLEAR_PERCENT, type Pair, type WhatIf } from './findings.js';

/** What each kind of change is called in a sentence. */
const WORDS: Readonly<Record<About, string>> = {
  tools: 'to the tools',
  controller: 'to the controllers',
  site: 'of a second site',
  capacity: 'of capacity',
  crew: 'to the crew',
  boot: 'to how servers boot',
  power: 'to the power',
  replication: 'to the replication',
  yours: 'that was named',
};

/** Of these it is said even if they never help: they are what one thinks of first. */
const ALWAYS: readonly About[] = ['tools', 'controller'];

/** Less is nothing, in percent. */
const NOTHING = 0.05;

type Told = Pick<WhatIf, 'by' | 'unit' | 'baseline' | 'singles' | 'pairs' | 'untried'>;

/** The one sentence for whoever reads no table: what saves most, what saves nothing alone, and with what it would. */
export function conclude({ by, unit, baseline, singles, pairs, untried }: Told): string {
  if (baseline === null) return `Nothing could be compared: no probe has a number for ${by}.`;
  if (baseline.value === 0) return `There is nothing to save: ${by} is as good as it can be.`;
  const [best] = singles;
  if (best === undefined) return 'No change applies to this scenario; name one with --set.';
  const head =
    best.savedPercent < CLEAR_PERCENT
      ? `No single change saves more than ${percent(Math.max(0, best.savedPercent))}`
      : `Most is saved by ${best.title}: ${percent(best.savedPercent)} (${inUnit(baseline.value, unit)} → ${inUnit(best.after.value, unit)})`;
  const told = new Set<Pair>();
  const clauses = [head, ...helpless({ singles, pairs }, told)];
  const [pair] = pairs;
  if (pair !== undefined && !told.has(pair) && pair.savedPercent > best.savedPercent) {
    clauses.push(`together, ${pair.titles.join(' and ')} save ${percent(pair.savedPercent)}`);
  }
  if (untried.length > 0)
    clauses.push(`${untried.length} ${untried.length === 1 ? 'change' : 'changes'} could not be tried`);
  return `${clauses.join('; ')}.`;
}

/** Of each kind of change of which none helps alone: how little it does, and with what more; a pair is told once. */
function helpless({ singles, pairs }: Pick<Told, 'singles' | 'pairs'>, told: Set<Pair>): string[] {
  const kinds = (Object.keys(WORDS) as About[]).filter((about) => singles.some((single) => single.about === about));
  return kinds.flatMap((about) => {
    const most = Math.max(
      ...singles.filter((single) => single.about === about).map(({ savedPercent }) => savedPercent),
    );
    if (most >= CLEAR_PERCENT) return [];
    const pair = pairs.find(({ abouts }) => abouts.includes(about) && abouts.some((other) => other !== about));
    if (pair === undefined ? !ALWAYS.includes(about) : told.has(pair)) return [];
    const little = most < NOTHING ? 'anything' : `more than ${percent(most)}`;
    const alone = `no single change ${WORDS[about]} saves ${little}`;
    if (pair === undefined) return [alone];
    told.add(pair);
    const at = pair.abouts.indexOf(about);
    return [`${alone} without ${pair.titles[1 - at]}, and ${percent(pair.savedPercent)} with it (${pair.titles[at]})`];
  });
}

function percent(value: number): string {
  return `${value >= 10 ? Math.round(value) : Number(value.toPrecision(2))} %`;
}

function inUnit(value: number, unit: string): string {
  if (unit !== 's') return `${Number(value.toPrecision(4))} ${unit}`;
  // As the table has it: no finer than a minute from two hours on, than a second from two minutes on.
  const step = value >= 7200 ? 60 : value >= 120 ? 1 : 0.01;
  return formatDuration(Math.round(value / step) * step * 1000);
}
