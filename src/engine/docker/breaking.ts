import { type Action, type Step, whyNot } from '../../plan/plan.js';
import type { Effect, Ended, Stretch, Tell } from '../engine.js';
import { sentenceOf, withDeadline } from './api.js';
import type { Berth } from './berth.js';
import { type Grasp, grasp } from './hand.js';
import { endFrozen } from './hiding.js';
import { endBy, freeze, signal, stateOf, stopSignalOf, thaw } from './processes.js';
import { CALL_LIMIT_MS, failed, lies, openOn, plightOf, type Ward } from './ward.js';

/** What is known of a step beside that of its network part; what is null or absent is not. */
type Told = Partial<Omit<Effect, 'step'>>;

/** What stood still at the instant, by unit: null where nothing ran, and nothing at all where nobody knows. */
export type Halts = ReadonlyMap<string, Grasp>;

/** Makes all processes of units without power stand still at the instant, together; never rejects. */
export async function haltTogether(ward: Ward, steps: readonly Step[], atMs: number): Promise<Halts> {
  const { docker, clock, topology } = ward;
  const units = [...new Set(steps.map(({ unit }) => unit))];
  const berths = units.flatMap((unit) => topology.berths.get(unit) ?? []);
  if (berths.length === 0) return new Map();
  const grips = berths.map(({ container, unit }) => {
    return { container, program: null, isFrozen: lies(ward, unit.name, 'freeze') };
  });
  const timing = { atMs, limitMs: CALL_LIMIT_MS };
  const grasps = await grasp(docker, clock, topology.hand, 'halt', grips, timing).catch(() => null);
  return new Map(grasps === null ? [] : berths.map(({ unit }, index) => [unit.name, grasps[index] ?? null]));
}

/** Makes the steps of one unit take hold, as far as they are not kills; one effect each, told as soon as it is known; never rejects. */
export async function breakUnit(
  ward: Ward,
  unit: string,
  steps: readonly Step[],
  atMs: number,
  halts: Promise<Halts>,
  tell: Tell,
): Promise<Effect[]> {
  const { clock, holds, topology } = ward;
  const berth = topology.berths.get(unit);
  if (berth === undefined) {
    const effects = steps.map((step) => failed(step, atMs, `there is no unit ${unit}`));
    for (const effect of effects) tell(effect);
    return effects;
  }
  const network = steps.filter((step) => actsOn(step.action) !== 'process');
  const taken = await (network.length > 0 ? holds.take(berth, network, atMs) : Promise.resolve([])).catch((error) =>
    network.map((step) => failed(step, clock.now(), sentenceOf(error))),
  );
  await clock.sleepUntil(atMs);
  const known = new Map(taken.map((effect) => [effect.step, effect]));
  return Promise.all(
    steps.map(async (step): Promise<Effect> => {
      const own = known.get(step.id) ?? { step: step.id, fromMs: clock.now(), toMs: clock.now(), error: null };
      // The network part has an instant of its own.
      const join = ({ fromMs, toMs, ...rest }: Told): Effect => {
        if (known.has(step.id)) {
          // Rules that the kernel does not time come after the processes stood still, of whom nobody had an answer since.
          const isLater = own.timed !== 'kernel' && rest.halted !== undefined;
          const heldMs = isLater ? Math.min(own.fromMs, rest.halted?.fromMs ?? own.fromMs) : own.fromMs;
          return { ...own, ...rest, fromMs: heldMs, error: own.error ?? rest.error ?? null };
        }
        return { ...own, fromMs: fromMs ?? own.fromMs, toMs: toMs ?? clock.now(), ...rest };
      };
      const early = (told: Told) => tell(join(told));
      const isNetwork = actsOn(step.action) === 'network';
      const told = isNetwork ? own : await breakProcess(ward, berth, step, atMs, halts, early);
      if (told.untouched === true) openOn(ward, unit).delete(step.id);
      const effect = isNetwork ? own : join(told);
      tell(effect);
      return effect;
    }),
  );
}

async function breakProcess(
  ward: Ward,
  berth: Berth,
  step: Step,
  atMs: number,
  halts: Promise<Halts>,
  early: (told: Told) => void,
): Promise<Told> {
  const { clock, turns } = ward;
  const { action, unit } = step;
  const within = <T>(work: () => Promise<T>) =>
    withDeadline(clock, CALL_LIMIT_MS, `${action.verb} ${unit}`, () => turns.take(unit, work));
  try {
    if (action.verb === 'power-off') return await loseProcesses(ward, berth, step, atMs, halts, within);
    if (action.verb === 'stop') {
      const asked = await within(() => askToEnd(ward, berth, step, action.graceMs));
      if (asked.ending === undefined) return asked.told;
      ward.endings.set(unit, asked.ending);
      early(asked.told);
      return { ...asked.told, ended: await asked.ending };
    }
    return await within(() => freezeUnit(ward, berth, step));
  } catch (error) {
    return { error: sentenceOf(error), toMs: clock.now() };
  }
}

/** Its cure may have come first, while a step waited for its turn. */
const CURED: Told = { error: null };

/** After the instant at which all stands still, pauses it, which makes it last: no restart policy starts it either. */
async function loseProcesses(
  ward: Ward,
  berth: Berth,
  step: Step,
  atMs: number,
  halts: Promise<Halts>,
  within: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<Told> {
  const { docker, clock } = ward;
  const { name } = berth.unit;
  if (lies(ward, name, 'power-off', step)) return whyNot(name, 'dark', 'power-off') ?? {};
  const known = await halts;
  const halt = known.get(name);
  let halted: Stretch | null = halt == null ? null : { fromMs: halt.fromMs, toMs: halt.toMs };
  await within(async () => {
    if (!openOn(ward, name).has(step.id)) return;
    // What does not run cannot be paused; without power it must not be started by its restart policy either.
    await freeze(docker, berth).then(
      () => {
        if (!known.has(name)) halted = { fromMs: atMs, toMs: clock.now() };
      },
      () => signal(docker, berth, 'SIGKILL'),
    );
  });
  return halted === null ? {} : { halted };
}

async function freezeUnit(ward: Ward, berth: Berth, step: Step): Promise<Told> {
  const { docker, clock } = ward;
  const { name } = berth.unit;
  if (!openOn(ward, name).has(step.id)) return CURED;
  const plight = await plightOf(ward, berth, step);
  const why = whyNot(name, plight, 'freeze');
  if (why !== null) return { ...why, toMs: clock.now() };
  const fromMs = clock.now();
  await docker.getContainer(berth.container).pause();
  return { fromMs, toMs: clock.now() };
}

interface Asked {
  readonly told: Told;
  readonly ending?: Promise<Ended | null>;
}

/** Sends a unit its signal to end. It is killed when the grace is over; until then it has its turn no more, so that others may act. */
async function askToEnd(ward: Ward, berth: Berth, step: Step, graceMs: number): Promise<Asked> {
  const { docker, clock } = ward;
  const { name } = berth.unit;
  if (!openOn(ward, name).has(step.id)) return { told: CURED };
  const [plight, signalName] = await Promise.all([plightOf(ward, berth, step), stopSignalOf(docker, berth)]);
  const why = whyNot(name, plight, 'stop');
  const fromMs = clock.now();
  if (why !== null) return { told: { ...why, fromMs, toMs: fromMs } };
  // What is frozen hears no signal before it is killed, and one that Docker sends would thaw it.
  if (plight !== 'frozen') await signal(docker, berth, graceMs > 0 ? signalName : 'SIGKILL');
  const told = { fromMs, toMs: clock.now() };
  if (plight === 'waiting') return { told };
  return {
    told,
    ending: endBy(docker, clock, berth, fromMs + graceMs, () => prepareToKill(ward, berth)).catch(() => null),
  };
}

/** Whether a unit is to be killed now; what is frozen is made to stand still besides, since the kill thaws it. */
async function prepareToKill(ward: Ward, berth: Berth): Promise<boolean> {
  const { docker, clock, topology } = ward;
  const { name } = berth.unit;
  // With its power went whoever waited for the grace to end.
  if (lies(ward, name, 'power-off')) return false;
  if (lies(ward, name, 'freeze')) {
    const grips = [{ container: berth.container, program: null, isFrozen: true }];
    await grasp(docker, clock, topology.hand, 'halt', grips, { atMs: clock.now(), limitMs: CALL_LIMIT_MS }).catch(
      () => [],
    );
  }
  return true;
}

/** Kills at one instant what runs then, together; one effect a step; never rejects. */
export async function killTogether(ward: Ward, steps: readonly Step[], atMs: number, tell: Tell): Promise<Effect[]> {
  const { docker, clock, topology } = ward;
  const hit = steps.filter(({ unit }) => topology.berths.has(unit) && !lies(ward, unit, 'power-off'));
  const grips = hit.map(({ unit, action }) => {
    const program = action.verb === 'kill' ? (action.program ?? null) : null;
    return { container: topology.berths.get(unit)?.container ?? '', program, isFrozen: lies(ward, unit, 'freeze') };
  });
  const timing = { atMs, limitMs: CALL_LIMIT_MS };
  const killing = grips.length > 0 ? grasp(docker, clock, topology.hand, 'kill', grips, timing) : Promise.resolve([]);
  const grasps = await killing.catch((error: unknown) => sentenceOf(error));
  await clock.sleepUntil(atMs);
  const effects = steps.map(async (step): Promise<Effect> => {
    const berth = topology.berths.get(step.unit);
    if (berth === undefined) {
      const effect = failed(step, atMs, `there is no unit ${step.unit}`);
      tell(effect);
      return effect;
    }
    const known = typeof grasps === 'string' ? grasps : (grasps[hit.indexOf(step)] ?? null);
    const told = await tellKill(ward, berth, step, known).catch((error): Told => ({ error: sentenceOf(error) }));
    if (told.untouched === true) openOn(ward, step.unit).delete(step.id);
    const effect = { step: step.id, fromMs: atMs, toMs: clock.now(), error: null, ...told };
    berth.letGoMs = effect.fromMs;
    tell(effect);
    return effect;
  });
  return Promise.all(effects);
}

async function tellKill(ward: Ward, berth: Berth, step: Step, known: Grasp | string): Promise<Told> {
  const { name } = berth.unit;
  if (typeof known === 'string') return { error: known };
  const { fromMs, toMs } = known ?? { fromMs: ward.clock.now(), toMs: ward.clock.now() };
  if (known === null) {
    const program = step.action.verb === 'kill' ? step.action.program : undefined;
    const plight = await plightOf(ward, berth, step);
    // By now another process may run; at the instant there was none.
    const why = whyNot(name, plight, 'kill') ?? whyNot(name, 'stopped', 'kill');
    const none = { error: `no process ${program} runs in ${name}`, untouched: true } as const;
    const isThere = program !== undefined && (plight === 'running' || plight === 'frozen');
    return { ...(isThere ? none : why), fromMs, toMs };
  }
  if (!lies(ward, name, 'freeze') || step.action.verb !== 'kill' || step.action.program !== undefined)
    return { fromMs, toMs };
  return { fromMs, toMs: await seeFrozenDie(ward, berth) };
}

/**
 * Where the kernel keeps a signal until the thaw, all processes of a frozen unit have one: the thaw is their end. What its
 * restart policy then starts is frozen before anybody sees it.
 */
async function seeFrozenDie(ward: Ward, berth: Berth): Promise<number> {
  const { docker, clock, turns } = ward;
  const { name } = berth.unit;
  return turns.take(name, async () => {
    const before = await stateOf(docker, berth);
    const { back } = await endFrozen(ward, berth, () => thaw(docker, berth).catch(() => {}));
    const isGone = async () => {
      const { Running, StartedAt, Restarting } = await stateOf(docker, berth);
      return !Running || Restarting || StartedAt !== before.StartedAt;
    };
    const untilMs = clock.now() + CALL_LIMIT_MS;
    while (!(await isGone()) && clock.now() < untilMs) await clock.sleepUntil(clock.now() + 5);
    const diedMs = clock.now();
    void turns.take(name, () => back);
    return diedMs;
  });
}

/** Where a verb acts; here the compiler asks for a new one. */
export function actsOn({ verb }: Action): 'network' | 'process' | 'both' {
  switch (verb) {
    case 'power-off':
      return 'both';
    case 'isolate':
    case 'shape':
      return 'network';
    case 'kill':
    case 'stop':
    case 'freeze':
      return 'process';
    default:
      return verb satisfies never;
  }
}
