import { type Step, sparesOf, takesAway } from '../plan/plan.js';
import { roundMs } from './probing.js';
import { append, attempt, type Run, type Witness } from './run.js';
import type { StoryClock } from './story-clock.js';

/** Finds out when units that a fault took away are ready again. */
export interface Returns extends Witness {
  /** Writes down which units are still not ready; nobody is waited for any more. */
  end(): void;
}

/** A unit that was taken away and is not seen ready since. */
interface Absent {
  /** What took it away. */
  readonly after: Set<string>;
  /** Ends the waiting for it. */
  stop: AbortController;
  returned: Promise<void>;
}

/**
 * Returns of a story that begins now; an engine that cannot say when a unit is ready is not asked. `during` is given what a
 * jump of the story must not skip: the time in which units come back, as long as their authors give them for it.
 */
export function watchReturns(
  run: Run,
  story: StoryClock,
  during: (work: Promise<void>) => Promise<void> = (work) => work,
): Returns {
  const absent = new Map<string, Absent>();
  /** The steps that keep a unit away until they are undone. */
  const holds = new Map<string, Set<string>>();
  const over = new AbortController();
  const take = (step: Step): Absent => {
    const own = absent.get(step.unit) ?? { after: new Set(), stop: new AbortController(), returned: Promise.resolve() };
    own.after.add(step.id);
    own.stop.abort();
    absent.set(step.unit, own);
    if (isHeldUntilCured(step)) holds.set(step.unit, (holds.get(step.unit) ?? new Set()).add(step.id));
    return own;
  };
  // A spare is away from the beginning, and is ready as soon as somebody has started it.
  for (const step of sparesOf(run.plan)) take(step);
  /** Looks for a unit from now on, unless something keeps it away. */
  const look = (unit: string, sinceMs: number) => {
    const own = absent.get(unit);
    if (own === undefined || (holds.get(unit)?.size ?? 0) > 0 || run.engine.whenReady === undefined) return;
    own.stop.abort();
    own.stop = new AbortController();
    const signal = AbortSignal.any([over.signal, own.stop.signal]);
    own.returned = run.engine.whenReady(unit, sinceMs, signal).then((ready) => {
      if (ready === null || signal.aborted) return;
      absent.delete(unit);
      const [lowMs = 0, highMs = 0] = [ready.fromMs, ready.toMs].map((ms) => roundMs(story.storyOf(ms)));
      attempt(run, () => append(run, { entry: 'ready', unit, lowMs, highMs, after: [...own.after] }));
    });
  };
  return {
    begin(steps, atMs) {
      const own = steps.filter(takesAway);
      for (const { unit, id } of own) holds.get(unit)?.delete(id);
      for (const unit of new Set(own.map((step) => step.unit))) look(unit, atMs);
    },
    hear(does, step, effect) {
      if (!takesAway(step)) return;
      // What could not be undone keeps its unit away as before.
      if (does === 'cure' && effect.error !== null && absent.has(step.unit)) take(step);
      if (effect.error !== null) return;
      if (does === 'fault') take(step);
      else holds.get(step.unit)?.delete(step.id);
      const own = absent.get(step.unit);
      if (own === undefined) return;
      // A restart policy may bring back what was killed; and some faults are known to have taken hold only after their cure began.
      if (own.stop.signal.aborted) look(step.unit, effect.fromMs);
      if (!own.stop.signal.aborted) void during(within(run, step.unit, own.returned));
    },
    end() {
      over.abort();
      const lowMs = roundMs(Math.min(story.now(), run.plan.durationMs));
      for (const [unit, { after }] of absent) {
        if (run.engine.whenReady !== undefined) {
          attempt(run, () => append(run, { entry: 'ready', unit, lowMs, highMs: null, after: [...after] }));
        }
      }
    },
  };
}

function isHeldUntilCured({ action }: Step): boolean {
  return action.verb !== 'kill';
}

/** No longer than the unit's author gives it to be ready. */
async function within({ plan, clock }: Run, name: string, returned: Promise<void>): Promise<void> {
  const service = plan.services.find((one) =>
    plan.units.some((unit) => unit.name === name && unit.service === one.name),
  );
  const waited = new AbortController();
  const patience = clock.sleepUntil(clock.now() + (service?.ready?.withinMs ?? 0), waited.signal);
  await Promise.race([returned, patience]);
  waited.abort();
}
