import type Docker from 'dockerode';
import type { Clock } from '../../clock.js';
import type { Action, Step } from '../../plan/plan.js';
import type { Effect, Tell } from '../engine.js';
import { sentenceOf, statusOf, withDeadline } from './api.js';
import type { Berth, Topology } from './berth.js';
import { runInsideAt } from './commands.js';
import { AHEAD_MS, type Holds } from './holds.js';
import { coldStop, freeze, rebuild, start, stateOf, stop, thaw } from './processes.js';
import { makeTurns, type Turns } from './turns.js';

/**
 * Kills processes given as `pid:container`, each only while it really belongs to that container: a number may be reused.
 * Ends when they are gone: the signal is sent at once, but until a process has closed its door, its kernel lets callers in.
 */
const KILL_OWN = `own=
for one in "$@"; do
  while read -r line; do
    case $line in *"\${one#*:}"*) own="$own \${one%%:*}"; break ;; esac
  done < "/proc/\${one%%:*}/cgroup"
done
[ -z "$own" ] || kill -9 $own
killed=$?
tries=0
for pid in $own; do
  while [ $tries -lt 1000 ] && grep -q '^State:[[:space:]]*[^ZX]' "/proc/$pid/status" 2>/dev/null; do
    tries=$((tries + 1))
  done
done
( exit $killed )`;

const CALL_LIMIT_MS = 30_000;

/** What breaks and mends the units of one topology. Both promises never reject; every step gets one effect. */
export interface Faults {
  perform(steps: readonly Step[], atMs: number, tell?: Tell): Promise<Effect[]>;
  cure(steps: readonly Step[], atMs: number, tell?: Tell): Promise<Effect[]>;
  /** Whether a step with this verb was performed on the unit and not cured. */
  lies(unit: string, verb: Action['verb']): boolean;
}

/** All that the faults of one topology need. */
interface Ward {
  readonly docker: Docker;
  readonly clock: Clock;
  readonly topology: Topology;
  readonly holds: Holds;
  /** Steps performed and not cured, by unit and id. */
  readonly open: Map<string, Map<string, Step>>;
  readonly turns: Turns;
}

/**
 * Faults on one topology. Several may lie on one unit: what a unit does is computed from all that are open on it, so each
 * cure takes away only its own part. `laid` are those that lie there from the beginning.
 */
export function makeFaults(
  docker: Docker,
  clock: Clock,
  topology: Topology,
  holds: Holds,
  laid: readonly Step[],
): Faults {
  const ward: Ward = { docker, clock, topology, holds, open: new Map(), turns: makeTurns() };
  for (const step of laid) openOn(ward, step.unit).set(step.id, step);
  return {
    async perform(steps, atMs, tell) {
      for (const step of steps) openOn(ward, step.unit).set(step.id, step);
      const kills = steps.filter((step) => step.action.verb === 'kill');
      const others = steps.filter((step) => step.action.verb !== 'kill');
      const effects = await Promise.all([
        ...(kills.length > 0 ? [toldOnce(killTogether(ward, kills, atMs), tell)] : []),
        ...[...byUnit(others)].map(([unit, own]) => toldOnce(breakUnit(ward, unit, own, atMs), tell)),
      ]);
      return effects.flat();
    },
    async cure(steps, atMs, tell) {
      await clock.sleepUntil(atMs);
      const units = [...byUnit(steps)];
      const effects = await Promise.all(units.map(([unit, own]) => toldOnce(mendUnit(ward, unit, own), tell)));
      return effects.flat();
    },
    lies: (unit, verb) => [...openOn(ward, unit).values()].some(({ action }) => action.verb === verb),
  };
}

/** Tells each effect of one unit when all of that unit are known. */
async function toldOnce(known: Promise<Effect[]>, tell: Tell | undefined): Promise<Effect[]> {
  const effects = await known;
  for (const effect of effects) tell?.(effect);
  return effects;
}

async function breakUnit(ward: Ward, unit: string, steps: readonly Step[], atMs: number): Promise<Effect[]> {
  const { clock, holds, topology } = ward;
  const berth = topology.berths.get(unit);
  if (berth === undefined) return steps.map((step) => failed(step, atMs, `there is no unit ${unit}`));
  const network = steps.filter((step) => actsOn(step.action) !== 'process');
  const taken = await (network.length > 0 ? holds.take(berth, network, atMs) : Promise.resolve([])).catch((error) =>
    network.map((step) => failed(step, clock.now(), sentenceOf(error))),
  );
  await clock.sleepUntil(atMs);
  const effects = new Map(taken.map((effect) => [effect.step, effect]));
  for (const step of steps.filter((one) => actsOn(one.action) !== 'network')) {
    const fromMs = clock.now();
    const broken = ward.turns.take(unit, () => breakProcess(ward, berth, step));
    const limitMs = CALL_LIMIT_MS + (step.action.verb === 'stop' ? step.action.graceMs : 0);
    const error = await failureOf(withDeadline(clock, limitMs, `${step.action.verb} ${unit}`, () => broken));
    const known = effects.get(step.id);
    if (known === undefined) effects.set(step.id, { step: step.id, fromMs, toMs: clock.now(), error });
    else if (error !== null) effects.set(step.id, { ...known, error });
  }
  return [...effects.values()];
}

async function breakProcess(ward: Ward, berth: Berth, step: Step): Promise<void> {
  // Its cure may have come first, while this step waited for its turn.
  if (!openOn(ward, berth.unit.name).has(step.id)) return;
  const { docker } = ward;
  if (step.action.verb === 'stop') await stop(docker, berth, step.action.graceMs);
  else if (step.action.verb === 'freeze') await freeze(docker, berth);
  // What does not run cannot be frozen; without power it must not be started by its restart policy either.
  else if (step.action.verb === 'power-off') await freeze(docker, berth).catch(() => stop(docker, berth, 0));
}

/** One command for all, so that units that crash together crash within a few milliseconds. */
async function killTogether(ward: Ward, steps: readonly Step[], atMs: number): Promise<Effect[]> {
  const { docker, clock, topology } = ward;
  // The processes are looked up as late as can be: a restart policy may replace them until then.
  await clock.sleepUntil(atMs - AHEAD_MS);
  const pids = await Promise.all(steps.map((step) => pidOf(ward, step.unit)));
  const living = steps.flatMap((step, index) => {
    const pid = pids[index];
    return typeof pid === 'number' ? [`${pid}:${topology.berths.get(step.unit)?.container}`] : [];
  });
  const timing = { atMs, limitMs: CALL_LIMIT_MS, what: 'kill' };
  const kill = runInsideAt(docker, clock, topology.hand ?? '', timing, KILL_OWN, living);
  const { code, output, fromMs, toMs } = await kill.catch((error) => ({
    code: 1,
    output: sentenceOf(error),
    fromMs: atMs,
    toMs: clock.now(),
  }));
  return steps.map((step, index) => {
    const berth = topology.berths.get(step.unit);
    if (berth !== undefined) berth.letGoMs = fromMs;
    const missing = pids[index];
    if (typeof missing === 'string') return failed(step, atMs, missing);
    return { step: step.id, fromMs, toMs, error: code === 0 ? null : output };
  });
}

/** The process to kill, or why there is none, as a sentence. */
async function pidOf({ docker, topology }: Ward, unit: string): Promise<number | string> {
  const berth = topology.berths.get(unit);
  if (berth === undefined) return `there is no unit ${unit}`;
  return stateOf(docker, berth).then(({ Pid }) => (Pid > 0 ? Pid : `${unit} was not running`), sentenceOf);
}

async function mendUnit(ward: Ward, unit: string, steps: readonly Step[]): Promise<Effect[]> {
  const { clock, topology } = ward;
  const berth = topology.berths.get(unit);
  if (berth === undefined) return steps.map((step) => failed(step, clock.now(), `there is no unit ${unit}`));
  const fromMs = clock.now();
  berth.letGoMs = null;
  const wasOpen = new Set(steps.filter((step) => openOn(ward, unit).delete(step.id)).map((step) => step.id));
  const mended = ward.turns.take(unit, () =>
    settle(ward, berth, steps, wasOpen).catch((error) => {
      // Whoever tries again must find it as broken as it is.
      for (const step of steps) if (wasOpen.has(step.id)) openOn(ward, unit).set(step.id, step);
      throw error;
    }),
  );
  const error = await failureOf(withDeadline(clock, 2 * CALL_LIMIT_MS, `cure ${unit}`, () => mended));
  berth.letGoMs ??= clock.now();
  return steps.map((step) => ({ step: step.id, fromMs, toMs: clock.now(), error }));
}

/** Brings a unit to where the faults still open on it want it, after `cured` were taken away. */
async function settle(ward: Ward, berth: Berth, cured: readonly Step[], wasOpen: ReadonlySet<string>): Promise<void> {
  const { docker, clock, holds, topology } = ward;
  const has = (...verbs: string[]) =>
    [...openOn(ward, berth.unit.name).values()].some((step) => verbs.includes(step.action.verb));
  const powered = cured.filter((step) => step.action.verb === 'power-off');
  if (powered.length > 0 && !has('power-off')) {
    const before = await stateOf(docker, berth).catch((error) => {
      // An earlier try to make it anew came so far.
      if (statusOf(error) === 404) return null;
      throw error;
    });
    const wasDark = powered.some((step) => wasOpen.has(step.id));
    // Killed while it is still dark, so that no farewell of a dying process gets out.
    if (before?.Running && (before.Paused || wasDark)) await coldStop(docker, clock, berth);
    if (wasDark && powered.some((step) => isBurnt(step.action))) await rebuild(docker, topology, berth);
  }
  const held = cured.filter((step) => actsOn(step.action) !== 'process');
  if (held.length > 0) await holds.release(berth, held);
  if (has('power-off')) return;
  // Who looks whether it is ready begins now, while Docker is still at work on it.
  berth.letGoMs = clock.now();
  const wasDown = cured.some((step) => ['power-off', 'kill', 'stop'].includes(step.action.verb));
  if (wasDown && !has('stop')) await start(docker, berth);
  if (has('freeze')) await freeze(docker, berth).catch(() => {});
  else await thaw(docker, berth);
}

function isBurnt(action: Action): boolean {
  return action.verb === 'power-off' && action.volumes === 'destroyed';
}

/** Where a verb acts; here the compiler asks for a new one. */
function actsOn({ verb }: Action): 'network' | 'process' | 'both' {
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

function openOn(ward: Ward, unit: string): Map<string, Step> {
  const steps = ward.open.get(unit) ?? new Map<string, Step>();
  ward.open.set(unit, steps);
  return steps;
}

function failureOf(work: Promise<unknown>): Promise<string | null> {
  return work.then(() => null, sentenceOf);
}

function failed(step: Step, atMs: number, error: string): Effect {
  return { step: step.id, fromMs: atMs, toMs: atMs, error };
}

function byUnit(steps: readonly Step[]): Map<string, Step[]> {
  const units = new Map<string, Step[]>();
  for (const step of steps) units.set(step.unit, [...(units.get(step.unit) ?? []), step]);
  return units;
}
