import type { Clock } from '../clock.js';
import { type Census, compareCensus, type Engine, type Stir } from '../engine/engine.js';
import type { Plan } from '../plan/plan.js';

/** What the watch over the bystanders needs of a drill. */
export interface Watch {
  readonly plan: Plan;
  readonly engine: Engine;
  readonly clock: Clock;
  stop(because: string): void;
}

/** What befell those that no drill made, as long as a drill goes on. */
export interface Bystanders {
  /** What is not as before and may be of our doing, a sentence each; what became of the others is remembered for `remarks`. */
  compare(before: Census, after: Census): string[];
  /** One sentence about each that was restarting when the drill began. */
  restarting(): string[];
  /** One sentence about each of the others that changed by itself or by somebody else, in the order in which they began to. */
  remarks(): string[];
}

const LOOK_EVERY_MS = 5000;
/** More of them are counted, and not named. */
const MOST_REMARKS = 20;
/** More of them are not counted either: who remembers them all needs memory without end. */
const MOST_THINGS = 10_000;

/**
 * Watches everything of `before` until `over` aborts, where the plan's guard has it and the engine is real. A change that
 * may be of our doing stops the drill; any other is none of our business and is remembered. Never rejects.
 */
export function watchBystanders(watch: Watch, before: Census, over: AbortSignal): Bystanders {
  const { plan, engine, stop } = watch;
  const already = new Map<string, string>();
  const changes = new Map<string, Map<string, number>>();
  const mayBeOurs = (thing: string) => engine.hasTouched?.(thing) ?? true;
  const note = (thing: string, change: string) => {
    if (already.has(thing) || (!changes.has(thing) && changes.size >= MOST_THINGS)) return;
    const own = changes.get(thing) ?? new Map<string, number>();
    changes.set(thing, own.set(change, (own.get(change) ?? 0) + 1));
  };
  const hear = ({ thing, change, already: isOld, isHelper }: Stir) => {
    if (over.aborted) return;
    if (isHelper) return note(`${thing}, by which this drill acts on its units,`, change);
    if (isOld) already.set(thing, `${thing} ${change}`);
    else if (!mayBeOurs(thing)) note(thing, change);
    else stop(`guard: a bystander is not as before: ${thing} ${change}`);
  };
  const compare = (was: Census, is: Census) => {
    const names = Object.keys(was);
    const differences = compareCensus(was, Object.fromEntries(Object.entries(is).filter(([name]) => name in was)));
    return differences.filter((difference) => {
      const thing = names.find((name) => difference.startsWith(`${name} `)) ?? difference;
      if (mayBeOurs(thing)) return true;
      if (!changes.has(thing)) note(thing, difference.slice(thing.length + 1));
      return false;
    });
  };
  if (engine.measured && plan.guard.bystanders) {
    void engine.watchBystanders?.(hear, over).catch(() => {});
    // Not awaited by anybody: an engine that hangs must not keep a drill from ending.
    void lookRegularly(watch, before, over, compare);
  }
  return { compare, restarting: () => [...already.values()], remarks: () => remarksOf(changes) };
}

/** A look that fails says nothing about anybody and is made again. */
async function lookRegularly(
  { engine, clock, stop }: Watch,
  before: Census,
  over: AbortSignal,
  compare: Bystanders['compare'],
): Promise<void> {
  while (!over.aborted) {
    await clock.sleepUntil(clock.now() + LOOK_EVERY_MS, over);
    if (over.aborted) return;
    const now = await engine.census('bystanders').catch(() => before);
    if (over.aborted) return;
    const [difference] = compare(before, now);
    if (difference !== undefined) return stop(`guard: a bystander is not as before: ${difference}`);
  }
}

function remarksOf(changes: ReadonlyMap<string, ReadonlyMap<string, number>>): string[] {
  const told = [...changes].slice(0, MOST_REMARKS).map(([thing, own]) => {
    const words = [...own].map(([change, count]) => (count === 1 ? change : `${change} (${count} times)`));
    return `${thing} changed by itself or by somebody else: ${words.join(', ')}`;
  });
  const more = changes.size - told.length;
  return more === 0 ? told : [...told, `${more} more things on this engine changed by themselves or by somebody else`];
}
