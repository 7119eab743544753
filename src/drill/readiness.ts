import { type Step, sparesOf, takesAway } from '../plan/plan.js';
import { roundMs } from './probing.js';
import { append, attempt, type Run } from './run.js';
import type { StoryClock } from './story-clock.js';

/** Finds out when units that a fault took away are ready again. */
export interface Returns {
  /** Takes what was made to happen or undone. */
  take(act: { readonly does: 'fault' | 'cure'; readonly steps: readonly Step[] }): void;
  /** Writes down which units are still not ready; nobody is waited for any more. */
  end(): void;
}

/** A unit that was taken away and is not seen ready since; `turn` grows with each fault and each cure. */
interface Absent {
  turn: number;
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
  // A spare is away from the beginning, and is ready as soon as somebody has started it.
  const absent = new Map(sparesOf(run.plan).map(({ unit }): [string, Absent] => [unit, { turn: 0 }]));
  const over = new AbortController();
  const wait = async (unit: string) => {
    const own = absent.get(unit);
    if (own === undefined || run.engine.whenReady === undefined) return;
    const turn = ++own.turn;
    const ready = await run.engine.whenReady(unit, over.signal);
    if (ready === null || over.signal.aborted || absent.get(unit)?.turn !== turn) return;
    absent.delete(unit);
    const [lowMs, highMs] = [ready.fromMs, ready.toMs].map((ms) => roundMs(story.storyOf(ms)));
    attempt(run, () => append(run, { entry: 'ready', unit, lowMs: lowMs ?? 0, highMs: highMs ?? null }));
  };
  return {
    take({ does, steps }) {
      const units = new Set(steps.filter(takesAway).map(({ unit }) => unit));
      if (does === 'fault') for (const unit of units) absent.set(unit, { turn: (absent.get(unit)?.turn ?? 0) + 1 });
      // A restart policy may bring back what was killed; everything else waits for its cure.
      const killed = does === 'fault' && steps.every(({ action }) => action.verb === 'kill');
      const back = [...units].filter((unit) => killed || (does === 'cure' && !isHeld(run, unit)));
      for (const unit of back) void during(within(run, unit, wait(unit)));
    },
    end() {
      over.abort();
      const lowMs = roundMs(Math.min(story.now(), run.plan.durationMs));
      for (const unit of absent.keys()) {
        if (run.engine.whenReady !== undefined) {
          attempt(run, () => append(run, { entry: 'ready', unit, lowMs, highMs: null }));
        }
      }
    },
  };
}

function isHeld({ open }: Run, unit: string): boolean {
  return [...open.values()].some((step) => step.unit === unit && takesAway(step));
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
