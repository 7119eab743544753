import type { Clock } from '../../clock.js';
import type { Plan } from '../../plan/plan.js';
import type { Probe } from '../../scenario/scenario.js';
import type { Foresight, Onlooker } from '../engine.js';
import { tell } from './news.js';
import { outlookOf, type Sight } from './outlook.js';
import { settle } from './settle.js';
import { findHost, type SimUnit, type Subject, type World } from './world.js';

/** Who looks on a simulated world, and what they were shown last. */
export interface Watch extends Foresight {
  /** Does all that is due by `nowMs`, each as if at its own instant, and shows what it changes. */
  catchUp(nowMs: number): void;
  /** Shows what was changed by hand at this instant. */
  review(nowMs: number): void;
}

interface Shown extends Subject {
  readonly probe: Probe;
  readonly unit: SimUnit | undefined;
  sight: Sight | null;
}

/** A watch of the world that `present` gives. */
export function makeWatch(clock: Clock, present: () => World): Watch {
  let onlooker: Onlooker | null = null;
  let shown: Shown[] = [];
  /** When the first of what is shown holds no longer, by itself. */
  let staleMs = Number.POSITIVE_INFINITY;
  const look = (world: World, atMs: number) => {
    for (const one of shown) lookAt(world, one, atMs, onlooker);
    staleMs = Math.min(...shown.map(({ sight }) => sight?.untilMs ?? Number.POSITIVE_INFINITY));
  };
  /** Does what is due until `limitMs` as long as nobody notices: one server of very many. The instant of what was noticed, or null. */
  const passQuietly = (world: World, limitMs: number): number | null => {
    const { agenda } = world;
    while (agenda.step(limitMs)) if (world.changed) return agenda.nowMs();
    return null;
  };
  /** Does all that is due by `limitMs` up to the first instant at which what is shown may change; true when there is one. */
  const goOn = (world: World, limitMs: number): boolean => {
    let atMs = passQuietly(world, Math.min(limitMs, staleMs));
    if (atMs === null) {
      if (staleMs > limitMs || staleMs === Number.POSITIVE_INFINITY) return false;
      // Users who come back are less with time, which no item of the agenda says.
      atMs = staleMs;
      world.changed = true;
    }
    do settle(world, atMs);
    while (passQuietly(world, atMs) !== null);
    if (onlooker !== null) look(world, atMs);
    return true;
  };
  const catchUp = (nowMs: number) => {
    const world = present();
    while (goOn(world, nowMs));
  };
  return {
    catchUp,
    review(nowMs) {
      settle(present(), nowMs);
      if (onlooker !== null) look(present(), nowMs);
    },
    knows: (plan) => !isByChance(plan),
    show(probes, who) {
      const world = present();
      catchUp(clock.now());
      onlooker = who;
      world.news.hear = who.hear;
      world.news.lose = who.lose;
      shown = probes.map((probe) => ({ probe, unit: findHost(world, probe.ask.host), sight: null, event: 0 }));
      look(world, clock.now());
    },
    async pass() {
      const world = present();
      for (;;) {
        const untilMs = onlooker?.untilMs() ?? 0;
        // Until when to go on is asked again only after something was shown: nothing else moves it.
        if (!goOn(world, untilMs)) return clock.sleepUntil(untilMs);
      }
    },
    hide() {
      onlooker = null;
      shown = [];
      staleMs = Number.POSITIVE_INFINITY;
      Object.assign(present().news, { hear: null, lose: null });
    },
  };
}

/** Loss and jitter are drawn for each look. */
function isByChance({ faults }: Plan): boolean {
  return faults.some(({ steps }) =>
    steps.some(
      ({ action }) => action.verb === 'shape' && (action.jitterMs > 0 || (action.loss > 0 && action.loss < 1)),
    ),
  );
}

function lookAt(world: World, one: Shown, atMs: number, onlooker: Onlooker | null): void {
  const { probe, unit, sight: before } = one;
  if (unit === undefined || onlooker === null) return;
  const sight = outlookOf(world, atMs, unit, probe);
  one.sight = sight;
  if (before !== null && isSame(before, sight)) return;
  onlooker.see(probe, atMs, sight);
  if (before === null ? sight.ok : before.ok === sight.ok) return;
  // What it waited for has changed: the latest event of that is why it is back.
  const because = [sight.ok ? (before?.culprit ?? one) : sight.culprit];
  const detail = sight.error === null ? {} : { detail: sight.error };
  tell(world, one, atMs, { kind: 'probe', name: probe.name, state: sight.ok ? 'up' : 'down', because, ...detail });
}

function isSame(one: Sight, other: Sight): boolean {
  return one.share === other.share && one.error === other.error && one.latencyMs === other.latencyMs;
}
