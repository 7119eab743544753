import { type Census, type ClockNews, compareCensus, type Progress, RULES } from '../engine/engine.js';
import type { Entry } from '../journal/journal.js';
import type { Plan } from '../plan/plan.js';
import { formatDuration, type Probe } from '../scenario/scenario.js';
import { cureOpen } from './acts.js';
import { type Bystanders, watchBystanders } from './bystanders.js';
import { noteClocks } from './clocks.js';
import { foresightOf, passForeseenGate } from './foreseen.js';
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
  stampOf,
  tell,
} from './run.js';
import { passGate } from './steady-gate.js';
import { look, playStory } from './story.js';

export { type Allowance, type Demand, demandOf, lackOf } from './demand.js';
export { type Abandoned, openSteps, type Recovery, recoverDrill } from './recovery.js';
export type { DrillOptions, Ended } from './run.js';

type Ending = Pick<Extract<Bare<Entry>, { entry: 'end' }>, 'why' | 'because'>;

/** What stood before a drill, and who watches it. */
interface Stood {
  readonly before: Census;
  readonly bystanders: Bystanders;
}

/** An engine that has removed all is asked for so long what stands now. */
const PROOF_WITHIN_MS = 30_000;
const PAUSE_MS = 1000;
const UNPROVED = 'it could not be proved that everything is as before';

/**
 * Carries the plan out on the engine and writes the journal, with no opinion of its own. However it ends, what was broken
 * is cured, what was made is removed, and what stands then is compared with what stood before.
 * @throws EnvironmentError when the topology cannot be raised, after the `end` was written.
 */
export async function runDrill(options: DrillOptions): Promise<void> {
  const run = prepareRun(options);
  let ending: Ending;
  let stood: Stood | null = null;
  const over = new AbortController();
  try {
    openJournalOf(run);
    const before = await run.engine.census();
    stood = { before, bystanders: watchBystanders(run, before, over.signal) };
    for (const message of stood.bystanders.restarting()) append(run, { entry: 'warning', message });
    ending = await playDrill(run);
  } catch (error) {
    run.fail(error);
    ending = { why: 'failed', because: messageOf(error) };
    await cureOpen(run);
  }
  for (const book of run.books.values()) book.close();
  const unremoved = await run.engine.lower((progress) => tell(run, progress));
  // A unit that is gone needs no cure any more, and is not to be compared.
  const uncured = [...run.open.values()].map((step) => `${step.unit} (${step.action.verb})`);
  const left = unremoved.length > 0 ? [...uncured, ...unremoved] : [];
  const proof = stood === null ? { isMade: true, differences: [] } : await proveAsBefore(run, stood, left.length > 0);
  over.abort();
  left.push(...proof.differences);
  if (left.length > 0 && !proof.isMade) left.push(UNPROVED);
  const [failure] = run.failures;
  if (failure !== undefined) ending = { why: 'failed', because: messageOf(failure) };
  attempt(run, () => appendDurably(run, { entry: 'end', ...ending, left }));
  const end = { ...stampOf(run), entry: 'end', ...ending, left } as const;
  run.ended?.({ entry: end, proved: left.length === 0 && proof.isMade });
  if (run.failures.length > 0) throw run.failures[0];
}

async function playDrill(run: Run): Promise<Ending> {
  const { plan, drill, labels = {}, clock, signal, engine } = run;
  try {
    const told = {
      tell: (progress: Progress) => tell(run, progress),
      tellClocks: (news: ClockNews) => noteClocks(run, news),
    };
    if (!signal.aborted) await engine.raise({ plan, drill, labels, signal, ...told });
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
  await proveRestored(run, raised, (name) => isAsBefore(plan, name));
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
  return thing.startsWith(RULES) || (unit !== undefined && !isBurnt);
}

function interruptionOf(signal: AbortSignal): Ending {
  return { why: 'interrupted', because: typeof signal.reason === 'string' ? signal.reason : 'stopped' };
}

/** Compares the units with what they were, and writes it down: what is not as before says how good the cures were. */
async function proveRestored(run: Run, before: Census, counts: (name: string) => boolean): Promise<void> {
  const pick = (census: Census) => Object.fromEntries(Object.entries(census).filter(([name]) => counts(name)));
  const was = pick(before);
  const differences = await run.engine.census().then(
    (now) => compareCensus(was, pick(now)),
    (error: unknown) => [`${UNPROVED}: ${messageOf(error)}`],
  );
  attempt(run, () => append(run, { entry: 'proof', scope: 'units', compared: Object.keys(was).length, differences }));
}

/**
 * Compares everything that stood before the drill with what stands after it, and writes it down. What changed by itself or by
 * somebody else is a remark and no difference.
 */
async function proveAsBefore(
  run: Run,
  { before, bystanders }: Stood,
  inVain: boolean,
): Promise<{ isMade: boolean; differences: readonly string[] }> {
  const prove = (compared: number, differences: readonly string[]) =>
    attempt(run, () => append(run, { entry: 'proof', scope: 'engine', compared, differences }));
  try {
    const after = await censusWithin(run, inVain ? 0 : PROOF_WITHIN_MS);
    const differences = bystanders.compare(before, after);
    const names = Object.keys(before);
    const others = names.filter((name) => before[name] !== after[name]).length - differences.length;
    prove(names.length - others, differences);
    return { isMade: true, differences };
  } catch (error) {
    prove(0, [`${UNPROVED}: ${messageOf(error)}`]);
    return { isMade: false, differences: [] };
  } finally {
    for (const message of bystanders.remarks()) attempt(run, () => append(run, { entry: 'warning', message }));
  }
}

/** @throws when the engine has not answered within `limitMs`. */
async function censusWithin({ engine, clock }: Run, limitMs: number): Promise<Census> {
  const untilMs = clock.now() + limitMs;
  for (;;) {
    try {
      return await engine.census();
    } catch (error) {
      if (clock.now() >= untilMs) throw error;
      await clock.sleepUntil(clock.now() + PAUSE_MS);
    }
  }
}
