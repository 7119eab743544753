import type { Entry } from '../journal/journal.js';
import type { Recovery } from '../judge/judge.js';
import { type Plan, type RunbookStep, runbookStepsOf } from '../plan/plan.js';
import { stepsTogether } from './observed.js';
import type { Found } from './stretches.js';

/** A step of a runbook in one of its states, in story milliseconds. */
interface StepSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly what: string;
}

/**
 * Splits what was found where a runbook mended what the fault had broken: from its beginning until then, what its steps were at and
 * waited for was in the way. What was found stays as it is where no step mended anything.
 */
export function withRunbook(
  found: readonly Found[],
  entries: readonly Entry[],
  plan: Plan,
  { fault }: Recovery,
): Found[] {
  const lies = new Set(stepsTogether(plan, fault).map(({ id }) => id));
  const steps = new Map(runbookStepsOf(plan).map((step) => [step.id, step]));
  // What a command does nobody can know who reads a journal; in the simulator it does nothing.
  const commandsMend = entries.some((entry) => entry.entry === 'drill' && entry.measured);
  const mending = [...steps.values()].filter(({ does }) => {
    if (does?.kind === 'exec') return commandsMend;
    return does?.kind === 'start' || (does?.kind === 'restore' && does.steps.some((id) => lies.has(id)));
  });
  const [startMs, endMs] = [found[0]?.fromMs ?? 0, found.at(-1)?.toMs ?? 0];
  const done = mending
    .flatMap(({ id }) => doneOf(entries, id) ?? [])
    .filter((atMs) => atMs > startMs && atMs <= endMs + TOLD_LATER_MS);
  if (done.length === 0) return [...found];
  const spans = spansOf(entries, steps);
  return found.flatMap((stretch) => split(stretch, spans, Math.max(...done)));
}

/** A step is told to be done a little after its cure took hold. */
const TOLD_LATER_MS = 5000;

function doneOf(entries: readonly Entry[], step: string): number | null {
  const done = entries.find((entry) => entry.entry === 'runbook' && entry.step === step && entry.state === 'done');
  return done?.atMs ?? null;
}

function spansOf(entries: readonly Entry[], steps: ReadonlyMap<string, RunbookStep>): StepSpan[] {
  const told = entries.filter((entry) => entry.entry === 'runbook');
  return told.flatMap((entry, index) => {
    const next = told.slice(index + 1).find(({ step }) => step === entry.step);
    const step = steps.get(entry.step);
    if (entry.state === 'done' || next === undefined || step === undefined) return [];
    return [{ fromMs: entry.atMs, toMs: next.atMs, what: phraseOf(step, entry.state, entry.because) }];
  });
}

function phraseOf(
  { title }: RunbookStep,
  state: 'blocked' | 'deciding' | 'working',
  because: readonly string[],
): string {
  if (state === 'deciding') return `people deciding: ${title}`;
  return state === 'working' ? `${title} under way` : `${title} waiting: ${because.join('; ')}`;
}

function split(stretch: Found, spans: readonly StepSpan[], untilMs: number): Found[] {
  const parts: Found[] = [];
  let atMs = stretch.fromMs;
  for (const { fromMs, toMs, what } of spans) {
    const [from, to] = [Math.max(atMs, fromMs), Math.min(untilMs, stretch.toMs, toMs)];
    if (to <= from) continue;
    if (from > atMs) parts.push({ ...stretch, fromMs: atMs, toMs: from });
    parts.push({ fromMs: from, toMs: to, what, why: [] });
    atMs = to;
  }
  return [...parts, ...(stretch.toMs > atMs ? [{ ...stretch, fromMs: atMs }] : [])];
}
