import type { Entry } from '../journal/journal.js';
import { type Plan, type RunbookStep, runbookStepsOf } from '../plan/plan.js';
import { toSeconds } from './finding.js';
import { type Skip, skippedBetween } from './skips.js';
import type { StepAccount, StepSpan } from './verdict.js';

/** What a step waited for in less than this share of its waiting is in its spans alone. */
const LEAST_SHARE = 0.01;

type RunbookEntry = Extract<Entry, { entry: 'runbook' }>;

/** What became of each step of the runbooks that was reached, in the order of the plan. */
export function accountsOf(plan: Plan, entries: readonly Entry[], skips: readonly Skip[]): StepAccount[] {
  const told = entries.filter((entry) => entry.entry === 'runbook');
  return runbookStepsOf(plan).flatMap((step) => {
    const own = told.filter((entry) => entry.step === step.id);
    return own.length === 0 ? [] : [accountOf(step, own, plan.durationMs, skips)];
  });
}

function accountOf(
  { id, title, by, runsFrom }: RunbookStep,
  told: readonly RunbookEntry[],
  endMs: number,
  skips: readonly Skip[],
): StepAccount {
  const spans = told.flatMap(({ state, because, atMs }, index): StepSpan[] => {
    if (state === 'done') return [];
    const toMs = Math.max(atMs, told[index + 1]?.atMs ?? endMs);
    const skipped = toSeconds(skippedBetween(skips, atMs, toMs));
    return [{ state, from: toSeconds(atMs), to: toSeconds(toMs), skipped, because }];
  });
  const done = told.find(({ state }) => state === 'done');
  const blocked = spans.filter(({ state }) => state === 'blocked');
  const waited = blocked.reduce((sum, { from, to }) => sum + (to - from), 0);
  // How a unit comes up again, second by second, is no reason beside the hours that it was away.
  const mainly = blocked.filter(({ from, to }) => to - from >= waited * LEAST_SHARE);
  return {
    ...{ step: id, title, by, runsFrom },
    done: done === undefined ? null : toSeconds(done.atMs),
    blocked: toSeconds(waited * 1000),
    blockedBy: [...new Set(mainly.flatMap(({ because }) => because))],
    spans,
  };
}
