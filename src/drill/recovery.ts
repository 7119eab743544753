import type { Clock } from '../clock.js';
import type { Effect, Engine } from '../engine/engine.js';
import type { Entry, Journal } from '../journal/journal.js';
import { type Plan, type Step, stepsOf } from '../plan/plan.js';
import { type Bare, messageOf } from './run.js';

/** A drill whose runner is gone. */
export interface Abandoned {
  readonly drill: string;
  /** What its journal says, as far as it was written; empty when there is no journal. */
  readonly entries: readonly Entry[];
  readonly engine: Engine;
  readonly clock: Clock;
  /** Where what is done now is written: the drill's own journal, or nowhere. */
  readonly journal: Journal;
  /** For so long it is tried again while something is left; without it once. */
  readonly patienceMs?: number;
  /** Who recovers, for the journal's last entry: `the watchdog`, `firedrill recover`. */
  readonly by: string;
}

/** What a recovery found and did. */
export interface Recovery {
  /** The steps that were intended and not cured. */
  readonly open: readonly Step[];
  /** Those of them that the engine undid; the units of the others may have been gone. */
  readonly cured: readonly Step[];
  /** What could not be cured or removed, by name; empty when nothing of the drill is left. */
  readonly left: readonly string[];
  /** Why what was done is not all in the journal, as a sentence; null: it is. */
  readonly unwritten: string | null;
}

const AFTERSHOCK_MS = 1000;
const AGAIN_MS = 5000;
/** An engine that has not answered so long after it was asked for the cures has failed them. */
const ANSWER_WITHIN_MS = 120_000;

/**
 * Cures what the journal holds as intended and not cured, removes all that carries the drill's label, and ends the
 * journal. Idempotent; never rejects: a journal that cannot be written keeps nothing from being cured or removed.
 */
export async function recoverDrill(abandoned: Abandoned): Promise<Recovery> {
  const { entries, clock, journal, patienceMs = 0 } = abandoned;
  const head = entries.find((entry) => entry.entry === 'drill');
  const plan = head?.plan ?? null;
  const open = plan === null ? [] : openSteps(plan, entries);
  const untilMs = clock.now() + patienceMs;
  let unwritten: string | null = null;
  const write = (entry: Bare<Entry>) => {
    try {
      journal.appendDurably({ atMs: -1, monoMs: Math.round(clock.now()), ...entry });
    } catch (error) {
      unwritten ??= messageOf(error);
    }
  };
  const cured = new Set<Step>();
  let left: readonly string[];
  for (;;) {
    const uncured = open.filter((step) => !cured.has(step));
    const attempt = await attemptRecovery(abandoned, plan, uncured, write);
    for (const step of attempt.cured) cured.add(step);
    left = attempt.left;
    if (left.length === 0 || clock.now() >= untilMs) break;
    await clock.sleepUntil(clock.now() + AGAIN_MS);
  }
  const end = endOf(abandoned, cured.size, left);
  if (end !== null) write(end);
  return { open, cured: open.filter((step) => cured.has(step)), left, unwritten };
}

/** Cures and removes once. A unit that is removed needs no cure any more. */
async function attemptRecovery(
  { drill, engine, clock }: Abandoned,
  plan: Plan | null,
  open: readonly Step[],
  write: (entry: Bare<Entry>) => void,
): Promise<{ cured: readonly Step[]; left: readonly string[] }> {
  const title = `recover ${drill}`;
  let effects: readonly Effect[] = [];
  // Also without a journal: then the labels alone tell what is to be removed.
  const stands = await engine.adopt(drill, plan).catch(() => false);
  if (stands && open.length > 0) {
    const steps = open.map(({ id }) => id);
    write({ entry: 'intent', does: 'cure', title, steps, dueMs: -1 });
    effects = await cureWithin(engine, clock, open);
    write({ entry: 'effect', does: 'cure', title, dueMs: -1, lateMs: 0, effects });
  }
  await engine.lower(() => {});
  // Once more, for what its runner had asked for and the engine made only now.
  await clock.sleepUntil(clock.now() + AFTERSHOCK_MS);
  const unremoved = await engine.lower(() => {});
  const uncured = effects.flatMap(({ step, error }) => (error === null ? [] : [`${step}: ${error}`]));
  const cured = open.filter(({ id }) => effects.some(({ step, error }) => step === id && error === null));
  return { cured, left: unremoved.length > 0 ? [...uncured, ...unremoved] : [] };
}

/**
 * The last line of a recovered journal. How its runner had ended the drill itself, with something left, stays true; null where
 * nothing had been left.
 */
function endOf({ entries, by }: Abandoned, cured: number, left: readonly string[]): Bare<Entry> | null {
  const own = entries.findLast((entry) => entry.entry === 'end');
  if (own !== undefined && own.left.length === 0 && left.length === 0) return null;
  const recovered = true;
  const deed = `${by} cured ${cured} of its steps and removed the rest`;
  if (own === undefined)
    return { entry: 'end', why: 'interrupted', because: `its runner was gone; ${deed}`, left, recovered };
  return { entry: 'end', why: own.why, because: `${own.because}; it had left something, and ${deed}`, left, recovered };
}

/** An engine that hangs, or that rejects against its promise, keeps nothing from being removed. */
async function cureWithin(engine: Engine, clock: Clock, open: readonly Step[]): Promise<Effect[]> {
  const failed = (error: string) => open.map((step) => ({ step: step.id, error }));
  const answered = new AbortController();
  const silence = clock
    .sleepUntil(clock.now() + ANSWER_WITHIN_MS, answered.signal)
    .then(() => failed('the engine did not answer whether the cure took hold'));
  const cured = engine.cure(open, clock.now()).catch((error: unknown) => failed(messageOf(error)));
  const effects = await Promise.race([cured, silence]).finally(() => answered.abort());
  return effects.map(({ step, error }) => ({ step, fromMs: -1, toMs: -1, error }));
}

/** The steps that a journal holds as intended, and neither as cured nor as ones that had nothing to act on; in the order of the plan. */
export function openSteps(plan: Plan, entries: readonly Entry[]): Step[] {
  const open = new Set<string>();
  for (const entry of entries) {
    if (entry.entry === 'intent' && entry.does === 'fault') for (const step of entry.steps) open.add(step);
    if (entry.entry !== 'effect') continue;
    for (const { step, error, untouched } of entry.effects) {
      if (entry.does === 'cure' ? error === null : untouched === true) open.delete(step);
    }
  }
  return [...stepsOf(plan).values()].filter((step) => open.has(step.id));
}
