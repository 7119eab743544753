import { type Clock, isoTimeOf } from './clock.js';
import type { Effect, Engine, Progress, Reading } from './engine/engine.js';
import { type Entry, JOURNAL_FORMAT, type Journal } from './journal.js';
import type { Moment, Plan, Step } from './plan/plan.js';
import { countLags, foldSamples, roundMs, startProbing } from './probing.js';
import { formatDuration, type Probe } from './scenario/scenario.js';
import { passGate } from './steady-gate.js';

/** What a drill is made of. `drill` is its id, `firedrill` the version that runs it, `startedAt` real time as ISO 8601. */
export interface DrillOptions {
  readonly plan: Plan;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly drill: string;
  readonly firedrill: string;
  readonly seed: number;
  readonly startedAt: string;
  /** Aborting it stops the drill and cures everything; a string as its reason becomes the end's `because`. */
  readonly signal: AbortSignal;
}

interface Run extends DrillOptions {
  /** The story's instant 0 on the clock, or null while the story has not begun. */
  zeroMs: number | null;
  /** Steps with a journalled intent and no successful cure, by id. */
  readonly open: Map<string, Step>;
  /** Looks sent per probe, over the gate and the story. */
  readonly looks: Map<Probe, number>;
  /** What broke in firedrill itself; the first is thrown when everything is cured and removed. */
  readonly failures: unknown[];
  /** Keeps a failure and stops the drill. */
  fail(error: unknown): void;
}

type Bare<E> = E extends Entry ? Omit<E, 'atMs' | 'monoMs'> : never;
type Ending = Pick<Extract<Entry, { entry: 'end' }>, 'why' | 'because'>;

/** Steps that are made to happen or undone together. */
interface Act {
  readonly does: 'fault' | 'cure';
  readonly title: string;
  readonly steps: readonly Step[];
  readonly dueMs: number;
}

/** An engine that has not answered a moment this long after its instant is journalled as having failed it. */
const ANSWER_WITHIN_MS = 120_000;
/** How long a stopped drill waits for the moments that are under way before it cures them too. */
const PATIENCE_MS = 10_000;
const FLUSH_EVERY_MS = 1000;
const WORTHY_LAG_MS = 50;
const NEVER = new AbortController().signal;

/**
 * Carries the plan out on the engine and writes the journal, with no opinion of its own. However it ends, what was broken
 * is cured and what was made is removed.
 * @throws EnvironmentError when the topology cannot be raised, after the `end` was written.
 */
export async function runDrill(options: DrillOptions): Promise<void> {
  const run = prepareRun(options);
  let ending: Ending;
  try {
    openJournalOf(run);
    ending = await playDrill(run);
  } catch (error) {
    run.fail(error);
    ending = { why: 'failed', because: messageOf(error) };
    await cureOpen(run, run.zeroMs ?? 0);
  }
  const uncured = [...run.open.values()].map((step) => `${step.unit} (${step.action.verb})`);
  const unremoved = await run.engine.lower((progress) => tell(run, progress));
  const [failure] = run.failures;
  if (failure !== undefined) ending = { why: 'failed', because: messageOf(failure) };
  attempt(run, () => appendDurably(run, { entry: 'end', ...ending, left: [...uncured, ...unremoved] }));
  if (run.failures.length > 0) throw run.failures[0];
}

function prepareRun(options: DrillOptions): Run {
  const halt = new AbortController();
  const failures: unknown[] = [];
  return {
    ...options,
    signal: AbortSignal.any([options.signal, halt.signal]),
    zeroMs: null,
    open: new Map(),
    looks: new Map(),
    failures,
    fail(error) {
      failures.push(error);
      halt.abort();
    },
  };
}

function openJournalOf(run: Run): void {
  const { drill, firedrill, seed, startedAt, plan } = run;
  const { name, measured, host } = run.engine;
  const head = { drill, firedrill, engine: name, measured, seed, host, startedAt, plan };
  appendDurably(run, { entry: 'drill', format: JOURNAL_FORMAT, ...head });
}

async function playDrill(run: Run): Promise<Ending> {
  const { plan, drill, clock, signal, engine } = run;
  try {
    if (!signal.aborted) await engine.raise({ plan, drill, signal, tell: (progress) => tell(run, progress) });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  const read = (probe: Probe, deadlineMs: number) => look(run, probe, deadlineMs);
  const unsteady = signal.aborted
    ? null
    : await passGate({ probes: plan.probes, steady: plan.steady, clock, signal, read });
  if (signal.aborted) return interruptionOf(signal);
  const because = unsteady ?? `every probe was good for ${formatDuration(plan.steady.forMs)}`;
  append(run, { entry: 'steady', ok: unsteady === null, because });
  if (unsteady !== null) return { why: 'unsteady', because };
  await playStory(run);
  return signal.aborted ? interruptionOf(signal) : { why: 'completed', because: 'the story was told to its end' };
}

function interruptionOf(signal: AbortSignal): Ending {
  return { why: 'interrupted', because: typeof signal.reason === 'string' ? signal.reason : 'stopped' };
}

function look(run: Run, probe: Probe, deadlineMs: number): Promise<Reading> {
  const count = run.looks.get(probe) ?? 0;
  run.looks.set(probe, count + 1);
  return run.engine.read(probe, count, deadlineMs);
}

async function playStory(run: Run): Promise<void> {
  const { plan, clock, signal } = run;
  const zeroMs = layZero(run);
  run.zeroMs = zeroMs;
  append(run, { entry: 'begin', wallAt: isoTimeOf(Math.round(clock.epochOf(zeroMs))) });
  const lags = countLags();
  const folding = foldSamples((probe, dueMs, samples) =>
    append(run, { entry: 'samples', probe: probe.name, dueMs, everyMs: probe.everyMs, samples }),
  );
  const probing = startProbing({
    probes: plan.probes,
    clock,
    zeroMs,
    durationMs: plan.durationMs,
    read: (probe, deadlineMs) => look(run, probe, deadlineMs),
    take(probe, sample) {
      lags.count(sample.sentMs - sample.dueMs);
      attempt(run, () => folding.take(probe, sample));
    },
  });
  const over = new AbortController();
  const flushing = flushRegularly(run, zeroMs, folding.flush, over.signal);
  await playMoments(run, zeroMs);
  // What was sent within the story is answered as the story left things, not as the closing cures do.
  if (!signal.aborted) await probing.finished;
  await cureOpen(run, zeroMs);
  probing.stop();
  await probing.finished;
  over.abort();
  await flushing;
  warnOfLag(run, lags.p99Ms());
}

/** Whole seconds of the story are whole seconds of the wall clock, because an engine's kernel timers may know no finer. */
function layZero({ plan, clock, engine }: Run): number {
  const headStartsMs = plan.moments.map((moment) => leadOf(engine, moment) - moment.atMs);
  const earliestMs = clock.now() + Math.max(0, ...headStartsMs);
  const epochMs = clock.epochOf(earliestMs);
  return earliestMs + (Math.ceil(epochMs / 1000) * 1000 - epochMs);
}

function leadOf(engine: Engine, moment: Moment): number {
  return engine.leadMs(moment.cures.length + moment.steps.length);
}

/** Resolves when `over` aborts, after a last flush. */
async function flushRegularly(run: Run, zeroMs: number, flush: () => void, over: AbortSignal): Promise<void> {
  for (let count = 1; !over.aborted; count += 1) {
    await run.clock.sleepUntil(zeroMs + count * FLUSH_EVERY_MS, over);
    attempt(run, flush);
  }
}

/** Resolves when the story is over and every moment was answered; begins none any more once the drill is stopped. */
async function playMoments(run: Run, zeroMs: number): Promise<void> {
  const { plan, clock, engine, signal } = run;
  const steps = new Map(plan.moments.flatMap((moment) => moment.steps).map((step) => [step.id, step]));
  const starts = plan.moments
    .map((moment) => ({ moment, startMs: zeroMs + moment.atMs - leadOf(engine, moment) }))
    .sort((a, b) => a.startMs - b.startMs);
  const underWay: Promise<void>[] = [];
  for (const { moment, startMs } of starts) {
    await clock.sleepUntil(startMs, signal);
    if (signal.aborted) break;
    // Not awaited here: a verb that hangs must not keep the next moment from starting on time.
    for (const part of partsOf(moment, steps)) underWay.push(carryOut(run, zeroMs, part, signal).catch(run.fail));
  }
  await clock.sleepUntil(zeroMs + plan.durationMs, signal);
  await Promise.all(underWay);
}

function partsOf({ atMs, title, cures, steps }: Moment, all: ReadonlyMap<string, Step>): Act[] {
  const undone = cures.flatMap((id) => all.get(id) ?? []);
  const parts: Act[] = [
    { does: 'cure', title, steps: undone, dueMs: atMs },
    { does: 'fault', title, steps, dueMs: atMs },
  ];
  return parts.filter((part) => part.steps.length > 0);
}

/** Cures everything that is open; what stays in `open` could not be cured. */
async function cureOpen(run: Run, zeroMs: number): Promise<void> {
  const steps = [...run.open.values()];
  if (steps.length === 0) return;
  const faults = new Set(steps.map((step) => step.fault));
  const titles = run.plan.faults.filter((fault) => faults.has(fault.id)).map((fault) => fault.title);
  const dueMs = roundMs(run.clock.now() - zeroMs);
  await carryOut(run, zeroMs, { does: 'cure', title: `cure ${titles.join(', ')}`, steps, dueMs }, NEVER);
}

/** Writes the intent, has the engine do it, writes what came of it. `stopped` makes it wait only a little longer. */
async function carryOut(run: Run, zeroMs: number, what: Act, stopped: AbortSignal): Promise<void> {
  const { engine, open } = run;
  const { does, title, steps, dueMs } = what;
  const intend = () => appendDurably(run, { entry: 'intent', does, title, steps: steps.map(({ id }) => id), dueMs });
  // A fault that cannot be written down is not injected; a cure is made all the same.
  if (does === 'fault') intend();
  else attempt(run, intend);
  if (does === 'fault') for (const step of steps) open.set(step.id, step);
  const answer = does === 'fault' ? engine.perform(steps, zeroMs + dueMs) : engine.cure(steps, zeroMs + dueMs);
  const effects = await awaitAnswer(run.clock, answer, what, zeroMs + dueMs + ANSWER_WITHIN_MS, stopped);
  const told = effects.map((effect) => inStoryTime(effect, zeroMs));
  const held = told.filter((effect) => effect.error === null);
  if (does === 'cure') for (const effect of held) open.delete(effect.step);
  const firstMs = Math.min(...(held.length > 0 ? held : told).map((effect) => effect.fromMs));
  const lateMs = Number.isFinite(firstMs) ? roundMs(firstMs - dueMs) : 0;
  attempt(run, () => appendDurably(run, { entry: 'effect', does, title, dueMs, lateMs, effects: told }));
}

async function awaitAnswer(
  clock: Clock,
  answer: Promise<readonly Effect[]>,
  { does, steps }: Act,
  deadlineMs: number,
  stopped: AbortSignal,
): Promise<readonly Effect[]> {
  const startMs = clock.now();
  const failed = (error: string) =>
    steps.map((step): Effect => ({ step: step.id, fromMs: startMs, toMs: clock.now(), error }));
  const answered = new AbortController();
  const silence = async () => {
    await clock.sleepUntil(deadlineMs, AbortSignal.any([stopped, answered.signal]));
    await clock.sleepUntil(Math.min(deadlineMs, clock.now() + PATIENCE_MS), answered.signal);
    return failed(`the engine did not answer whether the ${does} took hold`);
  };
  const told = answer.catch((error: unknown) => failed(messageOf(error)));
  return Promise.race([told, silence()]).finally(() => answered.abort());
}

function inStoryTime(effect: Effect, zeroMs: number): Effect {
  return { ...effect, fromMs: roundMs(effect.fromMs - zeroMs), toMs: roundMs(effect.toMs - zeroMs) };
}

function warnOfLag(run: Run, lagMs: number): void {
  if (lagMs <= WORTHY_LAG_MS) return;
  const message = `this machine was too busy: one probe in a hundred was sent more than ${Math.round(lagMs)} ms late`;
  attempt(run, () => append(run, { entry: 'warning', message }));
}

function tell(run: Run, progress: Progress): void {
  attempt(run, () => append(run, { entry: 'progress', progress }));
}

/** A journal that cannot be written to stops the drill, but keeps nothing from being cured or removed. */
function attempt(run: Run, write: () => void): void {
  try {
    write();
  } catch (error) {
    run.fail(error);
  }
}

function append(run: Run, entry: Bare<Entry>): void {
  run.journal.append({ ...stampOf(run), ...entry });
}

function appendDurably(run: Run, entry: Bare<Entry>): void {
  run.journal.appendDurably({ ...stampOf(run), ...entry });
}

/** Until the story's zero is laid no offset from it is known, so that `atMs` is -1 until then. */
function stampOf({ clock, zeroMs }: Run): { atMs: number; monoMs: number } {
  const monoMs = roundMs(clock.now());
  return { atMs: zeroMs === null ? -1 : roundMs(clock.now() - zeroMs), monoMs };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
