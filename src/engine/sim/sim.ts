import type { Clock } from '../../clock.js';
import type { Plan, Step } from '../../plan/plan.js';
import type { Effect, Engine, Raise, Tell } from '../engine.js';
import { execute, whyUnable } from './ability.js';
import { answerOf } from './answer.js';
import { chanceOf } from './chance.js';
import { missingFor } from './examine.js';
import { reaches } from './network.js';
import { oldNotice } from './notice.js';
import { start } from './process.js';
import { whenAble } from './ready.js';
import { announceCures, announceFaults, cureStep, performStep, type Told } from './verbs.js';
import { makeWatch } from './watching.js';
import { buildWorld, findHost, isAble, lies, type SimUnit, type World } from './world.js';

/** The simulated engine, with what no probe from outside can see. */
export interface SimEngine extends Engine {
  /** True when a request from inside one unit to the other would be heard and answered now. */
  canReach(from: string, to: string): boolean;
  /** How often a unit started since it was raised: its memory is the same as long as this number is. */
  bootsOf(unit: string): number;
}

/**
 * The engine that plays a plan in memory, by each service's `model`. Deterministic: an answer depends on the plan, the
 * seed, and what was performed and cured when, never on who else asked. Measures nothing, and says so.
 */
export function simEngine({ clock, seed }: { readonly clock: Clock; readonly seed: number }): SimEngine {
  let commands = 0;
  let world = buildWorld(NOTHING, seed);
  const watch = makeWatch(clock, () => world);
  /** The world as it is now: boots that ended and elections that were due are behind it. */
  const present = () => {
    watch.catchUp(clock.now());
    return world;
  };
  const changeAll = async (steps: readonly Step[], atMs: number, tell: Tell | undefined, verb: Change) => {
    await clock.sleepUntil(atMs);
    const now = present();
    verb.announce(now, steps, clock.now());
    const effects = applyEach(now, steps, clock.now(), verb.apply);
    watch.review(clock.now());
    for (const effect of effects) tell?.(effect);
    return effects;
  };
  return {
    name: 'sim',
    measured: false,
    host: {},
    leadMs: () => 0,
    examine: async (plan) => missingFor(plan),
    async raise(raise) {
      world = buildWorld(raise.plan, seed);
      for (const wave of raise.plan.startWaves) await raiseWave(clock, world, wave, raise, watch.catchUp);
      world.raised = true;
    },
    perform: (steps, atMs, tell) => changeAll(steps, atMs, tell, { announce: announceFaults, apply: performStep }),
    cure: (steps, atMs, tell) => changeAll(steps, atMs, tell, { announce: announceCures, apply: cureStep }),
    foresight: watch,
    async read(probe, count, deadlineMs) {
      const nowMs = clock.now();
      const unit = findHost(present(), probe.ask.host);
      if (unit === undefined) return { ok: false, error: `no unit ${probe.ask.host}` };
      const { tookMs, error } = answerOf(
        { world, nowMs, turn: count, draw: chanceOf(seed, probe.name, count), does: probe.does },
        unit,
        probe,
      );
      const inTime = nowMs + tookMs <= deadlineMs;
      await clock.sleepUntil(inTime ? nowMs + tookMs : deadlineMs);
      return inTime ? { ok: error === null, error } : { ok: false, error: 'timeout' };
    },
    whyUnable: async (name) => whyUnable(present(), name),
    async execute(unit, command, deadlineMs) {
      commands += 1;
      const draw = chanceOf(seed, unit, commands);
      const asking = { world: present(), nowMs: clock.now(), turn: commands, draw, does: 'read' } as const;
      return execute(clock, asking, unit, command, deadlineMs);
    },
    whenReady: (name, sinceMs, signal) => whenAble(clock, () => present().units.get(name), sinceMs, signal),
    adopt: async () => present().units.size > 0,
    census: async () =>
      Object.fromEntries([...present().units].map(([name, unit]) => [`unit ${name}`, factsOf(unit).join(', ')])),
    async lower(tell) {
      watch.hide();
      for (const what of world.units.keys()) tell({ what, state: 'removed', detail: '' });
      world = buildWorld(NOTHING, seed);
      return [];
    },
    canReach: (from, to) => canReach(present(), from, to),
    bootsOf: (unit) => present().units.get(unit)?.boots ?? 0,
  };
}

function canReach({ units }: World, from: string, to: string): boolean {
  const [client, unit] = [from, to].map((name) => units.get(name));
  return client !== undefined && unit !== undefined && isAble(client) && isAble(unit) && reaches(client, unit);
}

const NOTHING: Pick<Plan, 'services' | 'units' | 'sites'> = { services: [], units: [], sites: [] };

type Apply = (world: World, step: Step, atMs: number) => Told;

/** What is done to the world at one instant: what is told of all steps together, then each of them. */
interface Change {
  readonly announce: (world: World, steps: readonly Step[], atMs: number) => void;
  readonly apply: Apply;
}

/** Starts the services of one wave together; returns early when the raise is called off. */
async function raiseWave(
  clock: Clock,
  world: World,
  wave: readonly string[],
  raise: Raise,
  catchUp: (nowMs: number) => void,
): Promise<void> {
  if (raise.signal.aborted) return;
  const units = wave.flatMap((name) => world.services.get(name)?.units ?? []).filter(({ spare }) => !spare);
  for (const unit of units) {
    raise.tell({ what: unit.name, state: 'starting', detail: '' });
    start(world, unit, clock.now());
  }
  const waiting: SimUnit[] = units.toSorted((a, b) => a.readyAtMs - b.readyAtMs);
  for (const unit of waiting) {
    if (unit.readyAtMs > clock.now()) await clock.sleepUntil(unit.readyAtMs, raise.signal);
    if (raise.signal.aborted) return;
    raise.tell({ what: unit.name, state: 'ready', detail: '' });
  }
  catchUp(clock.now());
  // What is raised is in use: nobody has to notice yet that it is there.
  for (const unit of units) Object.assign(unit.able, oldNotice(isAble(unit)));
}

/** What a census holds of a unit; starting counts as running, as it does in Docker. */
function factsOf(unit: SimUnit): string[] {
  return [
    // Whether a spare runs by then is what its drill is about.
    unit.spare ? 'a spare' : unit.process === 'stopped' && !awaitsPower(unit) ? 'stopped' : 'running',
    ...[...unit.faults.values()].map(({ action }) => action.verb).filter((verb) => !unit.spare || verb !== 'stop'),
  ];
}

/** Its site's power comes back, and has not come to it yet. */
function awaitsPower(unit: SimUnit): boolean {
  return unit.fed === 0 && !lies(unit, 'power-off') && !lies(unit, 'stop') && !lies(unit, 'kill');
}

function applyEach(world: World, steps: readonly Step[], atMs: number, apply: Apply): Effect[] {
  const told = new Map(powerFirst(steps).map((step) => [step, apply(world, step, atMs)]));
  return steps.map((step) => ({ step: step.id, fromMs: atMs, toMs: atMs, error: null, ...told.get(step) }));
}

/** What loses its power in the same instant is asked for nothing any more. */
function powerFirst(steps: readonly Step[]): Step[] {
  const isLoss = ({ action }: Step) => action.verb === 'power-off';
  return [...steps.filter(isLoss), ...steps.filter((step) => !isLoss(step))];
}
