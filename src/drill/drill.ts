import { type Census, compareCensus, RULES } from '../engine/engine.js';
import type { Entry } from '../journal/journal.js';
import type { Plan } from '../plan/plan.js';
import { formatDuration, type Probe } from '../scenario/scenario.js';
import { cureOpen } from './acts.js';
import { foresightOf, passForeseenGate } from './foreseen.js';
import { guardBystanders } from './guards.js';
import { openBooks } from './ledgers.js';
import {
  append,
  appendDurably,
  attempt,
  type Bare,
  type DrillOptions,
  messageOf,
  openJournalOf,
  prepareRun,
  type Run,
  tell,
} from './run.js';
import { passGate } from './steady-gate.js';
import { look, playStory } from './story.js';

export { type Abandoned, openSteps, type Recovery, recoverDrill } from './recovery.js';
export type { DrillOptions } from './run.js';

type Ending = Pick<Extract<Bare<Entry>, { entry: 'end' }>, 'why' | 'because'>;

/**
 * Carries the plan out on the engine and writes the journal, with no opinion of its own. However it ends, what was broken
 * is cured, what was made is removed, and what stands then is compared with what stood before.
 * @throws EnvironmentError when the topology cannot be raised, after the `end` was written.
 */
export async function runDrill(options: DrillOptions): Promise<void> {
  const run = prepareRun(options);
  let ending: Ending;
  let before: Census | null = null;
  const over = new AbortController();
  try {
    openJournalOf(run);
    before = await run.engine.census();
    // Not awaited at the end: an engine that hangs must not keep a drill from ending.
    void guardBystanders(run, before, over.signal);
    ending = await playDrill(run);
  } catch (error) {
    run.fail(error);
    ending = { why: 'failed', because: messageOf(error) };
    await cureOpen(run);
  }
  over.abort();
  for (const book of run.books.values()) book.close();
  const unremoved = await run.engine.lower((progress) => tell(run, progress));
  // A unit that is gone needs no cure any more.
  const uncured = [...run.open.values()].map((step) => `${step.unit} (${step.action.verb})`);
  const left = [...(unremoved.length > 0 ? uncured : []), ...unremoved, ...run.differences];
  if (before !== null) left.push(...(await proveRestored(run, 'engine', before, (name) => name in (before ?? {}))));
  const [failure] = run.failures;
  if (failure !== undefined) ending = { why: 'failed', because: messageOf(failure) };
  attempt(run, () => appendDurably(run, { entry: 'end', ...ending, left }));
  if (run.failures.length > 0) throw run.failures[0];
}

async function playDrill(run: Run): Promise<Ending> {
  const { plan, drill, labels = {}, clock, signal, engine } = run;
  try {
    if (!signal.aborted) await engine.raise({ plan, drill, labels, signal, tell: (progress) => tell(run, progress) });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  if (!signal.aborted) openBooks(run);
  const read = (probe: Probe, deadlineMs: number) => look(run, probe, deadlineMs);
  const foresight = foresightOf(run);
  const unsteady = signal.aborted
    ? null
    : foresight !== null
      ? await passForeseenGate(run, foresight)
      : await passGate({ probes: plan.probes, steady: plan.steady, clock, signal, read });
  if (signal.aborted) return interruptionOf(signal);
  const because = unsteady ?? `every probe was good for ${formatDuration(plan.steady.forMs)}`;
  append(run, { entry: 'steady', ok: unsteady === null, because });
  if (unsteady !== null) return { why: 'unsteady', because };
  const raised = await engine.census();
  await playStory(run);
  run.differences.push(...(await proveRestored(run, 'units', raised, (name) => isAsBefore(plan, name))));
  return signal.aborted ? interruptionOf(signal) : { why: 'completed', because: 'the story was told to its end' };
}

/** Whether a thing of the drill must be after its cures as it was before. */
function isAsBefore({ units, faults }: Plan, thing: string): boolean {
  const names = units.map(({ name }) => name).filter((name) => thing.endsWith(name));
  // A unit's name may be the end of another's.
  const unit = names.toSorted((a, b) => b.length - a.length)[0];
  const steps = faults.flatMap((fault) => fault.steps).filter((step) => step.unit === unit);
  const isBurnt = steps.some(({ action }) => action.verb === 'power-off' && action.volumes === 'destroyed');
  // Who comes back to empty disks may find nothing to run on, and ends by itself: only what the kernel holds is as it was.
  return unit !== undefined && (!isBurnt || thing.startsWith(RULES));
}

function interruptionOf(signal: AbortSignal): Ending {
  return { why: 'interrupted', because: typeof signal.reason === 'string' ? signal.reason : 'stopped' };
}

/** Compares what stands with what stood, writes it down, and returns the differences among the names that count. */
async function proveRestored(
  run: Run,
  scope: 'engine' | 'units',
  before: Census,
  counts: (name: string) => boolean,
): Promise<string[]> {
  const pick = (census: Census) => Object.fromEntries(Object.entries(census).filter(([name]) => counts(name)));
  const was = pick(before);
  try {
    const differences = compareCensus(was, pick(await run.engine.census()));
    attempt(run, () => append(run, { entry: 'proof', scope, compared: Object.keys(was).length, differences }));
    return differences;
  } catch (error) {
    return [`it could not be proved that everything is as before: ${messageOf(error)}`];
  }
}
