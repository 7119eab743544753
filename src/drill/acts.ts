import type { Clock } from '../clock.js';
import type { Effect, Stretch } from '../engine/engine.js';
import type { Moment, Step } from '../plan/plan.js';
import { roundMs } from './probing.js';
import { append, appendDurably, attempt, messageOf, type Run } from './run.js';
import { type StoryClock, storyClock } from './story-clock.js';

/** Steps that are made to happen or undone together. */
export interface Act {
  readonly does: 'fault' | 'cure';
  readonly title: string;
  readonly steps: readonly Step[];
  readonly dueMs: number;
}

/** An engine that has not answered a moment this long after its instant is journalled as having failed it. */
const ANSWER_WITHIN_MS = 120_000;
/** How long a stopped drill waits for the moments that are under way. */
const PATIENCE_MS = 10_000;
const NEVER = new AbortController().signal;

/** What a moment does: cures first, then faults. */
export function partsOf({ atMs, title, cures, steps }: Moment, all: ReadonlyMap<string, Step>): Act[] {
  const undone = cures.flatMap((id) => all.get(id) ?? []);
  const parts: Act[] = [
    { does: 'cure', title, steps: undone, dueMs: atMs },
    { does: 'fault', title, steps, dueMs: atMs },
  ];
  return parts.filter((part) => part.steps.length > 0);
}

/** Cures everything that is open; what stays in `open` could not be cured. */
export async function cureOpen(run: Run): Promise<void> {
  const steps = [...run.open.values()];
  if (steps.length === 0) return;
  const story = run.story ?? storyClock(run.clock, 0);
  const faults = new Set(steps.map((step) => step.fault));
  const titles = run.plan.faults.filter((fault) => faults.has(fault.id)).map((fault) => fault.title);
  const dueMs = roundMs(story.now());
  await carryOut(run, story, { does: 'cure', title: `cure ${titles.join(', ')}`, steps, dueMs }, NEVER);
}

/** Writes the intent, has the engine do it, writes what came of it. `stopped` makes it wait only a little longer. */
export async function carryOut(run: Run, story: StoryClock, what: Act, stopped: AbortSignal): Promise<void> {
  const { engine, open } = run;
  const { does, title, steps, dueMs } = what;
  const intend = () => appendDurably(run, { entry: 'intent', does, title, steps: steps.map(({ id }) => id), dueMs });
  // A fault that cannot be written down is not injected; a cure is made all the same.
  if (does === 'fault') intend();
  else attempt(run, intend);
  if (does === 'fault') for (const step of steps) open.set(step.id, step);
  const atMs = story.instantOf(dueMs);
  const book = keepEffects(run, what, atMs);
  const answer = does === 'fault' ? engine.perform(steps, atMs, book.tell) : engine.cure(steps, atMs, book.tell);
  // Asked for after the cure, so that whoever looks in the same moment sees what it did.
  void run.clock.sleepUntil(atMs).then(book.begin);
  const effects = await awaitAnswer(run, answer, what, atMs + ANSWER_WITHIN_MS, stopped, book.of);
  for (const effect of effects) book.tell(effect);
  const told = effects.map((effect) => inStoryTime(effect, story));
  const held = told.filter((effect) => effect.error === null);
  const firstMs = Math.min(...(held.length > 0 ? held : told).map((effect) => effect.fromMs));
  const lateMs = Number.isFinite(firstMs) ? roundMs(firstMs - dueMs) : 0;
  attempt(run, () => appendDurably(run, { entry: 'effect', does, title, dueMs, lateMs, effects: told }));
  for (const message of new Set(told.flatMap(({ warning }) => warning ?? []))) {
    attempt(run, () => append(run, { entry: 'warning', message }));
  }
}

/**
 * Keeps what is told of each step, and passes the first of it on at once: what is slow keeps nobody from knowing what was
 * fast. More may be told of a step later, as when a process ended that was asked to.
 */
function keepEffects(run: Run, { does, steps }: Act, atMs: number) {
  const known = new Map<string, Effect>();
  const byId = new Map(steps.map((step) => [step.id, step]));
  let begun = does === 'fault';
  const begin = () => {
    if (!begun) run.witness?.begin(steps, atMs);
    begun = true;
  };
  return {
    begin,
    of: (id: string) => known.get(id),
    tell(effect: Effect) {
      const step = byId.get(effect.step);
      const isFirst = !known.has(effect.step);
      known.set(effect.step, effect);
      if (!isFirst || step === undefined) return;
      begin();
      if (does === 'cure' && effect.error === null && !run.open.delete(step.id)) run.started.add(step.id);
      if (does === 'fault' && effect.untouched === true) run.open.delete(step.id);
      run.witness?.hear(does, step, effect);
    },
  };
}

async function awaitAnswer(
  { clock, hurry }: Run,
  answer: Promise<readonly Effect[]>,
  { does, steps }: Act,
  deadlineMs: number,
  stopped: AbortSignal,
  known: (step: string) => Effect | undefined,
): Promise<readonly Effect[]> {
  const startMs = clock.now();
  const failed = (error: string) =>
    steps.map((step): Effect => known(step.id) ?? { step: step.id, fromMs: startMs, toMs: clock.now(), error });
  const answered = new AbortController();
  const told = answer.catch((error: unknown) => failed(messageOf(error)));
  // The cures are what a stopped drill still has to do: nobody's hurry cuts them short.
  const rushed = does === 'fault' ? [hurry] : [];
  const silence = async () => {
    await silenceUntil(clock, deadlineMs, stopped, answered.signal, rushed);
    return failed(`the engine did not answer whether the ${does} took hold`);
  };
  return Promise.race([told, silence()]).finally(() => answered.abort());
}

async function silenceUntil(
  clock: Clock,
  deadlineMs: number,
  stopped: AbortSignal,
  answered: AbortSignal,
  rushed: readonly AbortSignal[],
): Promise<void> {
  await clock.sleepUntil(deadlineMs, AbortSignal.any([stopped, answered]));
  await clock.sleepUntil(Math.min(deadlineMs, clock.now() + PATIENCE_MS), AbortSignal.any([answered, ...rushed]));
}

function inStoryTime(effect: Effect, story: StoryClock): Effect {
  const at = (clockMs: number) => roundMs(story.storyOf(clockMs));
  const told = <T extends Stretch>(stretch: T): T => ({
    ...stretch,
    fromMs: at(stretch.fromMs),
    toMs: at(stretch.toMs),
  });
  const { halted, ended } = effect;
  return {
    ...told(effect),
    ...(halted === undefined ? {} : { halted: told(halted) }),
    ...(ended === undefined ? {} : { ended: ended && told(ended) }),
  };
}
