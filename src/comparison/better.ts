import type { Finding } from '../judge/judge.js';
import { rankTestP, shiftOf } from './ranks.js';
import type { ComparedObjective, Figure } from './side-by-side.js';

/** From so many runs a side on, a rank test can tell something: four against four have at best a p of 0.029. */
const ENOUGH_RUNS = 4;
const SIGNIFICANT = 0.05;
/** What is less than this share of side A's figure makes no difference to anybody. */
const LEAST_SHARE = 0.01;
/** Where both sides meet their objective, so few runs as have no rank test tell nothing of less than this share of its room. */
const CHANCE_SHARE = 0.25;

type Judged = Pick<ComparedObjective, 'difference' | 'shift' | 'p' | 'better' | 'because'>;

/**
 * Which of two figures of one objective is better. With at least four runs a side: where the rank test is significant (p < 0.05).
 * With fewer: where the two intervals, over all runs of a side, have nothing in common, and, where every run met its objective, the
 * difference is a quarter of the limit at least (of an availability: of the share that may fail), because no two runs are alike.
 * A difference below a hundredth of A's figure is none.
 */
export function compareFigures(finding: Finding, a: Figure | null, b: Figure | null): Judged {
  const nothing = { difference: null, shift: null, p: null, better: 'unknown' } as const;
  if (a === null || b === null) {
    const side = a === null ? (b === null ? 'neither side' : 'A has not') : 'B has not';
    return { ...nothing, because: side === 'neither side' ? 'neither side could measure it' : `${side} measured it` };
  }
  const difference = b.median - a.median;
  const isSmall = Math.abs(difference) <= LEAST_SHARE * Math.abs(a.median);
  const alike = difference === 0 ? 'they are equal' : 'they differ by less than a hundredth';
  const isHigherBetter = finding.measure === 'availability' || finding.measure === 'goodput';
  const winner = difference > 0 === isHigherBetter ? 'b' : 'a';
  if (a.runs >= ENOUGH_RUNS && b.runs >= ENOUGH_RUNS) {
    const p = rankTestP(a.values, b.values);
    const told = `p = ${p < 0.001 ? '< 0.001' : p.toFixed(3)} by the rank test`.replace('= <', '<');
    const known = { difference, shift: shiftOf(a.values, b.values), p };
    if (isSmall) return { ...known, better: 'same', because: alike };
    if (p < SIGNIFICANT) return { ...known, better: winner, because: told };
    return { ...known, better: 'same', because: `it may be chance: ${told}` };
  }
  const known = { difference, shift: null, p: null };
  if (areBothOpen(a, b)) return { ...known, better: 'unknown', because: 'on neither side is it known how much it was' };
  if (isSmall) return { ...known, better: 'same', because: alike };
  if (!areApart(a, b)) return { ...known, better: 'same', because: 'their intervals overlap' };
  if (areBothMet(a, b) && Math.abs(difference) < CHANCE_SHARE * Math.min(roomOf(finding, a), roomOf(finding, b))) {
    return { ...known, better: 'same', because: 'both meet it, and so few runs cannot tell so small a difference' };
  }
  const runs = a.runs + b.runs > 2 ? 'in every run' : 'in one run each; --repeat tells what varies from run to run';
  return { ...known, better: winner, because: `their intervals are apart ${runs}` };
}

function areBothOpen(a: Figure, b: Figure): boolean {
  return a.high === null && b.high === null;
}

function areBothMet(a: Figure, b: Figure): boolean {
  return a.met === a.runs && b.met === b.runs;
}

/** How much an objective allows. */
function roomOf({ measure }: Finding, { limit }: Figure): number {
  if (limit === null) return 0;
  return measure === 'availability' ? 100 - limit : limit;
}

function areApart(a: Figure, b: Figure): boolean {
  const isBelow = (one: Figure, other: Figure) => one.high !== null && one.high < other.low;
  return isBelow(a, b) || isBelow(b, a);
}
