import type { Entry } from '../journal/journal.js';
import type { StepAccount, Verdict } from '../judge/judge.js';
import type { StoryTime } from '../scenario/scenario.js';
import { clockAt, formatDuration } from '../scenario/scenario.js';
import { wrapText } from './finding-lines.js';

const INDENT = '    ';
const WORDS = { blocked: 'waited', deciding: 'deciding', working: 'working' } as const;

/** The runbooks as a timeline: a line a step, and below it each of its states with how long it was in it and why. */
export function runbookLines({ runbook = [] }: Verdict, entries: readonly Entry[], width: number): string[] {
  const [drill] = entries;
  if (drill?.entry !== 'drill' || runbook.length === 0) return [];
  const { begins } = drill.plan;
  return ['runbook', ...runbook.flatMap((account) => describeStep(account, begins, width))];
}

function describeStep(account: StepAccount, begins: StoryTime, width: number): string[] {
  const { title, by, runsFrom, done, spans } = account;
  const who = [by === 'person' ? 'by a person' : '', runsFrom === null ? '' : `from ${runsFrom}`].filter(Boolean);
  const end = done === null ? 'not done when the drill ended' : `done at ${clockOf(begins, done)}`;
  const head = `${done === null ? '✗' : '✓'} ${title}${who.length > 0 ? ` (${who.join(', ')})` : ''}: ${end}`;
  const lines = spans
    .filter(({ from, to }) => to > from)
    .map(({ state, from, to, skipped, because }) => {
      const skip = skipped > 0 ? `, of which ${formatDuration(skipped * 1000)} skipped while nothing changed` : '';
      const why = because.length > 0 && state === 'blocked' ? `: ${because.join('; ')}` : '';
      return `${clockOf(begins, from)} ${WORDS[state]} ${formatDuration((to - from) * 1000)}${skip}${why}`;
    });
  return [...wrapText(head, width, INDENT), ...lines.flatMap((line) => wrapText(INDENT + line, width, `${INDENT}  `))];
}

function clockOf(begins: StoryTime, atS: number): string {
  return clockAt(begins, Math.floor(atS) * 1000);
}
