import type Docker from 'dockerode';
import type { Clock } from '../../clock.js';
import type { Step } from '../../plan/plan.js';
import type { Effect } from '../engine.js';
import { runInsideAt, sentenceOf, statusOf, withDeadline } from './api.js';
import { AHEAD_MS, type Holds } from './holds.js';
import { type Berth, createUnit, type Topology } from './topology.js';

const CALL_LIMIT_MS = 30_000;
const POLL_MS = 20;

/** What breaks and mends the units of one topology. Both promises never reject; every step gets one effect. */
export interface Faults {
  perform(steps: readonly Step[], atMs: number): Promise<Effect[]>;
  cure(steps: readonly Step[], atMs: number): Promise<Effect[]>;
}

/**
 * Faults on one topology. Several may lie on one unit: what a unit does is computed from all that are open on it, so each
 * cure takes away only its own part.
 */
export function makeFaults(docker: Docker, clock: Clock, topology: Topology, holds: Holds): Faults {
  const open = new Map<string, Map<string, Step>>();
  const turns = new Map<string, Promise<unknown>>();
  const openOn = (unit: string) => {
    const steps = open.get(unit) ?? new Map<string, Step>();
    open.set(unit, steps);
    return steps;
  };
  const inTurn = <T>(unit: string, work: () => Promise<T>): Promise<T> => {
    const turn = (turns.get(unit) ?? Promise.resolve()).then(work);
    turns.set(
      unit,
      turn.catch(() => {}),
    );
    return turn;
  };
  const has = (unit: string, ...verbs: string[]) =>
    [...openOn(unit).values()].some((step) => verbs.includes(step.action.verb));
  const container = (berth: Berth) => docker.getContainer(berth.container);
  const stateOf = async (berth: Berth) => (await container(berth).inspect()).State;

  return {
    async perform(steps, atMs) {
      for (const step of steps) openOn(step.unit).set(step.id, step);
      const kills = steps.filter((step) => step.action.verb === 'kill');
      const others = steps.filter((step) => step.action.verb !== 'kill');
      const effects = await Promise.all([
        ...(kills.length > 0 ? [killTogether(kills, atMs)] : []),
        ...[...byUnit(others)].map(([unit, own]) => breakUnit(unit, own, atMs)),
      ]);
      return effects.flat();
    },
    async cure(steps, atMs) {
      await clock.sleepUntil(atMs);
      const effects = await Promise.all([...byUnit(steps)].map(([unit, own]) => mendUnit(unit, own)));
      return effects.flat();
    },
  };

  async function breakUnit(unit: string, steps: readonly Step[], atMs: number): Promise<Effect[]> {
    const berth = topology.berths.get(unit);
    if (berth === undefined) return steps.map((step) => failed(step, atMs, `there is no unit ${unit}`));
    const network = steps.filter((step) => isHeld(step));
    const effects: Effect[] = [];
    if (network.length > 0) {
      effects.push(...(await holds.take(berth, network, atMs).catch((error) => failAll(network, error))));
    }
    await clock.sleepUntil(atMs);
    for (const step of steps) {
      if (step.action.verb === 'isolate' || step.action.verb === 'shape') continue;
      const fromMs = clock.now();
      const error = await withDeadline(
        clock,
        CALL_LIMIT_MS,
        step.action.verb,
        inTurn(unit, () => breakProcess(berth, step)),
      )
        .then(() => null)
        .catch(sentenceOf);
      const known = effects.findIndex((effect) => effect.step === step.id);
      if (known < 0) effects.push({ step: step.id, fromMs, toMs: clock.now(), error });
      else if (error !== null) effects[known] = { ...(effects[known] as Effect), error };
    }
    return effects;
  }

  async function breakProcess(berth: Berth, step: Step): Promise<void> {
    const { action } = step;
    // Its cure may have come first, while this step waited for its turn.
    if (!openOn(berth.unit.name).has(step.id)) return;
    if (action.verb === 'stop')
      await container(berth)
        .stop({ t: Math.ceil(action.graceMs / 1000) })
        .catch(allowUnchanged);
    else if (action.verb === 'power-off')
      await pause(berth).catch(() => container(berth).stop({ t: 0 }).catch(allowUnchanged));
    else if (action.verb === 'freeze') await pause(berth);
  }

  async function pause(berth: Berth): Promise<void> {
    if (!(await stateOf(berth)).Paused) await container(berth).pause();
  }

  async function killTogether(steps: readonly Step[], atMs: number): Promise<Effect[]> {
    await clock.sleepUntil(atMs - AHEAD_MS);
    const unknown = steps.filter((step) => !topology.berths.has(step.unit));
    const known = steps.filter((step) => topology.berths.has(step.unit));
    const pids = await Promise.all(
      known.map(async (step) => (await stateOf(topology.berths.get(step.unit) as Berth).catch(() => null))?.Pid ?? 0),
    );
    const living = pids.filter((pid) => pid > 0).map(String);
    const kill = runInsideAt(docker, clock, topology.hand ?? '', atMs, 'kill -9 "$@"', living);
    const { code, output, fromMs, toMs } = await withDeadline(clock, CALL_LIMIT_MS, 'kill', kill).catch((error) => ({
      code: 1,
      output: sentenceOf(error),
      fromMs: atMs,
      toMs: clock.now(),
    }));
    const effects = known.map((step, index): Effect => {
      if (pids[index] === 0) return { step: step.id, fromMs, toMs, error: `${step.unit} was not running` };
      return { step: step.id, fromMs, toMs, error: code === 0 ? null : output };
    });
    return [...effects, ...unknown.map((step) => failed(step, atMs, `there is no unit ${step.unit}`))];
  }

  async function mendUnit(unit: string, steps: readonly Step[]): Promise<Effect[]> {
    const berth = topology.berths.get(unit);
    if (berth === undefined) return steps.map((step) => failed(step, clock.now(), `there is no unit ${unit}`));
    const fromMs = clock.now();
    const wasOpen = new Set(steps.filter((step) => openOn(unit).delete(step.id)).map((step) => step.id));
    const error = await withDeadline(
      clock,
      2 * CALL_LIMIT_MS,
      'cure',
      inTurn(unit, () => settle(berth, steps, wasOpen)),
    )
      .then(() => null)
      .catch(sentenceOf);
    return steps.map((step) => ({ step: step.id, fromMs, toMs: clock.now(), error }));
  }

  /** Brings a unit to where the faults still open on it want it, after `cured` were taken away. */
  async function settle(berth: Berth, cured: readonly Step[], wasOpen: ReadonlySet<string>): Promise<void> {
    const unit = berth.unit.name;
    const powered = cured.filter((step) => step.action.verb === 'power-off');
    const coldStart = powered.length > 0 && !has(unit, 'power-off');
    const before = await stateOf(berth);
    if (coldStart && before.Running && (before.Paused || powered.some((step) => wasOpen.has(step.id)))) {
      // Killed while it is still dark, so that no farewell of a dying process gets out.
      await container(berth).kill({ signal: 'SIGKILL' }).catch(allowUnchanged);
      while ((await stateOf(berth)).Running) await clock.sleepUntil(clock.now() + POLL_MS);
    }
    const burnt = powered.some(
      (step) => step.action.verb === 'power-off' && step.action.volumes === 'destroyed' && wasOpen.has(step.id),
    );
    if (coldStart && burnt) await rebuild(berth);
    const held = cured.filter(isHeld);
    if (held.length > 0) await holds.release(berth, held);
    if (has(unit, 'power-off')) return;
    const mayRun =
      !has(unit, 'stop', 'kill') && cured.some((step) => ['power-off', 'kill', 'stop'].includes(step.action.verb));
    if (mayRun && !(await stateOf(berth)).Running) await container(berth).start().catch(allowUnchanged);
    const state = await stateOf(berth);
    if (has(unit, 'freeze')) await pause(berth).catch(() => {});
    else if (state.Paused) await container(berth).unpause();
  }

  async function rebuild(berth: Berth): Promise<void> {
    await container(berth).remove({ force: true, v: true });
    for (let index = 0; index < berth.service.volumes.length; index += 1) {
      await docker.getVolume(`firedrill-${topology.drill}-${berth.unit.name}-${index}`).remove();
    }
    berth.container = await createUnit(docker, berth, topology.drill);
  }

  function failAll(steps: readonly Step[], error: unknown): Effect[] {
    return steps.map((step) => failed(step, clock.now(), sentenceOf(error)));
  }
}

function isHeld(step: Step): boolean {
  const { verb } = step.action;
  switch (verb) {
    case 'power-off':
    case 'isolate':
    case 'shape':
      return true;
    case 'kill':
    case 'stop':
    case 'freeze':
      return false;
    default:
      return verb satisfies never;
  }
}

function failed(step: Step, atMs: number, error: string): Effect {
  return { step: step.id, fromMs: atMs, toMs: atMs, error };
}

/** Docker answers 304 when a container is already as asked. */
function allowUnchanged(error: unknown): void {
  if (statusOf(error) !== 304) throw error;
}

function byUnit(steps: readonly Step[]): Map<string, Step[]> {
  const units = new Map<string, Step[]>();
  for (const step of steps) units.set(step.unit, [...(units.get(step.unit) ?? []), step]);
  return units;
}
