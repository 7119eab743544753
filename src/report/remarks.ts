import type { Entry } from '../journal/journal.js';
import { type Plan, stepsOf } from '../plan/plan.js';
import { formatDuration } from '../scenario/scenario.js';

type Effects = Extract<Entry, { entry: 'effect' }>['effects'];

/** What is known of a moment beside its instant: how long stopped processes took to end, and when those without power stood still. */
export function remarksOf(effects: Effects, plan: Plan): string[] {
  const steps = stepsOf(plan);
  const ends = effects.flatMap(({ step, fromMs, toMs, ended }) => {
    if (ended === undefined) return [];
    const unit = steps.get(step)?.unit ?? step;
    if (ended === null) return [`${unit} was not seen to end`];
    const took = inTenths((ended.fromMs + ended.toMs - fromMs - toMs) / 2);
    return [ended.by === 'itself' ? `${unit} took ${took} to end` : `${unit} took ${took} to end, killed`];
  });
  const latest = effects.flatMap(({ fromMs, halted }) => (halted === undefined ? [] : [halted.toMs - fromMs]));
  if (latest.length === 0) return ends;
  const most = formatDuration(Math.max(1, Math.ceil(Math.max(...latest))));
  return [...ends, `the last instruction ran at most ${most} after it`];
}

function inTenths(ms: number): string {
  return ms < 1000 ? formatDuration(Math.max(0, Math.round(ms))) : `${(ms / 1000).toFixed(1)} s`;
}
