import { Chalk, type ChalkInstance } from 'chalk';
import type { ExplainedRecovery, Explanation, Stretch } from '../explain/explain.js';
import { cleaned } from '../printable.js';
import { clockAt, formatDuration, type StoryTime } from '../scenario/scenario.js';
import { wrapText } from './finding-lines.js';
import type { TerminalOptions } from './terminal.js';

/**
 * The critical path of each recovery for people, with a final newline: a line a stretch, then the chain from the last cause to the
 * fault in one line to be passed on. Durations are rounded so that those that are shown add up to the whole that is shown.
 */
export function explanationReport(explanation: Explanation, begins: StoryTime, options: TerminalOptions): string {
  const paint = new Chalk({ level: options.colour ? 1 : 0 });
  const width = Math.max(60, options.width);
  const { scenario, engine, measured, recoveries } = cleaned(explanation);
  const label = measured ? 'measured' : paint.yellow('SIMULATED, not measured');
  const faults = new Map<string, ExplainedRecovery[]>();
  for (const one of recoveries) faults.set(one.fault, [...(faults.get(one.fault) ?? []), one]);
  // What struck in one instant cannot be told apart: the first of them has been told.
  const firstOf = new Map<string, string>();
  const sections = [...faults].flatMap(([fault, own]) => {
    const losses = lossesIn(own);
    const first = firstOf.get(losses) ?? fault;
    firstOf.set(losses, first);
    if (first === fault) return faultSections(own, fault, begins, width, paint);
    return [wrapText(`the same after ${fault}, which struck together with ${first}`, width, '  ')];
  });
  const lines = [[`${paint.bold('firedrill explain')} · ${scenario} · ${engine} · ${label}`], ...sections];
  if (faults.size === 0) lines.push(['No fault took hold: there is no recovery to explain.']);
  return `${lines.map((section) => section.join('\n')).join('\n\n')}\n`;
}

function faultSections(
  own: readonly ExplainedRecovery[],
  fault: string,
  begins: StoryTime,
  width: number,
  paint: ChalkInstance,
): string[][] {
  const sound = own.filter(({ came }) => came === 'never failed').map(({ probe }) => probe);
  const untouched =
    sound.length === 0 ? [] : [wrapText(`never failed after ${fault}: ${sound.join(', ')}`, width, '  ')];
  const others = own.filter(({ came }) => came !== 'never failed');
  return [...others.map((recovery) => recoveryLines(recovery, begins, width, paint)), ...untouched];
}

/** All that followed a fault, without its name. */
function lossesIn(own: readonly ExplainedRecovery[]): string {
  return JSON.stringify(own.map((one) => ({ ...one, fault: '' })));
}

function recoveryLines(recovery: ExplainedRecovery, begins: StoryTime, width: number, paint: ChalkInstance): string[] {
  const { probe, fault, value, because, came, standing } = recovery;
  if (came === 'unknown') return wrapText(`${probe}: not known after ${fault}: ${because}`, width, '  ');
  if (came === 'not back') {
    const head = `: not back ${told(value ?? 0, value ?? 0)} after ${fault}, when the drill ended`;
    return [
      ...headLines(probe, head, width, paint),
      ...standing.flatMap((obstacle) => wrapText(`  still ${obstacle}`, width, '    ')),
    ];
  }
  const total = value ?? 0;
  const stretches = recovery.stretches.map((stretch) => ({ ...stretch, ...shown(stretch, total) }));
  const visible = stretches.filter(({ shownMs }) => shownMs > 0);
  const head = headLines(probe, `: back ${told(total, total)} after ${fault}`, width, paint);
  const lengths = visible.map(({ shownMs }) => formatDuration(shownMs));
  const widest = Math.max(0, ...lengths.map((length) => length.length));
  const clocks = visible.map(({ from }) => clockAt(begins, rounded(recovery.heldAt + from, total)));
  const clockWidth = Math.max(0, ...clocks.map((clock) => clock.length));
  const rows = visible.flatMap(({ what, why, looks, skipped }, index) => {
    const start = `  ${clocks[index]?.padEnd(clockWidth)}  ${lengths[index]?.padStart(widest)}  `;
    const indent = ' '.repeat(start.length);
    const more = [
      ...why.map((reason) => `because ${reason}`),
      ...(looks === null ? [] : [`looks: ${looks}`]),
      ...(skipped > 0 ? [`of which ${told(skipped, total)} skipped while nothing changed`] : []),
    ];
    return [
      ...wrapText(what, width - start.length, '').map((text, line) => `${line === 0 ? start : indent}${text}`),
      ...more.flatMap((text) => wrapText(indent + text, width, `${indent}  `)).map((text) => paint.dim(text)),
    ];
  });
  const links = visible
    .map(({ what, why }, index) => `${lengths[index]} ${[what, ...why].join(', because ')}`)
    .reverse();
  const chain = wrapText(`  ${[...links, fault].join(' ← ')}`, width, '    ');
  return [...head, ...rows, ...chain];
}

function headLines(probe: string, rest: string, width: number, paint: ChalkInstance): string[] {
  const [first = '', ...others] = wrapText(probe + rest, width, '    ');
  return [paint.bold(first.slice(0, probe.length)) + first.slice(probe.length), ...others];
}

/** How long a stretch is shown to be: both its ends are rounded, and not its length. */
function shown({ from, to }: Stretch, total: number): { shownMs: number } {
  return { shownMs: rounded(to, total) - rounded(from, total) };
}

function told(seconds: number, total: number): string {
  return formatDuration(rounded(seconds, total));
}

/** To milliseconds that `formatDuration` shows as they are, next to a whole of `total` seconds. */
function rounded(seconds: number, total: number): number {
  const stepMs = total >= 3600 ? 1000 : total >= 60 ? 100 : total >= 1 ? 10 : 1;
  return Math.round((seconds * 1000) / stepMs) * stepMs;
}
