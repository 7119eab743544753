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
  const look = (world: World, atMs: number, all: boolean) => {
    for (const one of shown) if (all || (one.sight?.untilMs ?? 0) <= atMs) lookAt(world, one, atMs, onlooker);
  };
  const nextOf = ({ agenda }: World) =>
    Math.min(agenda.nextMs(), ...shown.map(({ sight }) => sight?.untilMs ?? Number.POSITIVE_INFINITY));
  const goOn = (world: World, atMs: number) => {
    let all = false;
    while (world.agenda.nextMs() <= atMs) {
      world.agenda.step();
      // Most of what is done is one server of very many, which nobody notices.
      if (!world.changed) continue;
      settle(world, atMs);
      all = true;
    }
    // Users who come back are less with time, which no item of the agenda says.
    if (!all && shown.some(({ sight }) => (sight?.untilMs ?? Number.POSITIVE_INFINITY) <= atMs)) {
      world.changed = true;
      settle(world, atMs);
      all = true;
    }
    if (all && onlooker !== null) look(world, atMs, true);
  };
  const catchUp = (nowMs: number) => {
    const world = present();
    for (let atMs = nextOf(world); atMs <= nowMs; atMs = nextOf(world)) goOn(world, atMs);
  };
  return {
    catchUp,
    review(nowMs) {
      settle(present(), nowMs);
      if (onlooker !== null) look(present(), nowMs, true);
    },
    knows: (plan) => !isByChance(plan),
    show(probes, who) {
      const world = present();
      catchUp(clock.now());
      onlooker = who;
      world.news.hear = who.hear;
      world.news.lose = who.lose;
      shown = probes.map((probe) => ({ probe, unit: findHost(world, probe.ask.host), sight: null, event: 0 }));
      look(world, clock.now(), true);
    },
    async pass() {
      const world = present();
      for (;;) {
        const untilMs = onlooker?.untilMs() ?? 0;
        const atMs = nextOf(world);
        if (atMs <= untilMs && atMs < Number.POSITIVE_INFINITY) goOn(world, atMs);
        else return clock.sleepUntil(untilMs);
      }
    },
    hide() {
      onlooker = null;
      shown = [];
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
