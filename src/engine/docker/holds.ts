import type Docker from 'dockerode';
import { type Clock, instantsOf } from '../../clock.js';
import type { Step } from '../../plan/plan.js';
import { formatDuration } from '../../scenario/scenario.js';
import type { Effect } from '../engine.js';
import type { Berth, Topology } from './berth.js';
import { runInsideAt, type TimedRun } from './commands.js';
import { makeRelay, type Relay } from './relay.js';
import { type Hold, type Places, renderQueues, renderRules } from './rules.js';
import { makeTurns, type Turns } from './turns.js';

/** How long before its instant a command is sent into its container, to wait there. */
export const AHEAD_MS = 1000;

const CALL_LIMIT_MS = 10_000;
/** How far an instant may lie from a whole second and still be timed by the kernel, which compares whole seconds. */
const SECOND_TOLERANCE_MS = 2;

/** The network faults of a drill, held by the kernels of the units' own namespaces under a lease. */
export interface Holds {
  /** Makes network steps of one unit take hold at `atMs`: timed by the kernel where `atMs` is a whole second in the future. */
  take(berth: Berth, steps: readonly Step[], atMs: number): Promise<Effect[]>;
  /** Ends these steps now; idempotent. */
  release(berth: Berth, steps: readonly Step[]): Promise<void>;
  /**
   * The engine's time of day was set by `byMs`, by which its kernel begins and ends what it holds: all of it is armed anew for
   * the instants that were meant. Never rejects.
   */
  rearm(byMs: number): Promise<void>;
  /** Ends these steps by giving the unit a namespace without any rule, in which the other holds then take hold anew. */
  renew(berth: Berth, steps: readonly Step[], replace: () => Promise<unknown>): Promise<void>;
  /** Stops renewing; what is held then ends with its lease. */
  stop(): void;
}

/** Hears of a unit whose lease could not be renewed, and of one whose lease ran out before that: it was without its fault. */
export type LeaseTrouble = (unit: string, state: 'failed' | 'lapsed', detail: string) => void;

/** A hold, and the instant that is meant. */
interface Kept extends Hold {
  readonly atMs: number;
}

/** All that the holds of one topology need. */
interface Keeper {
  readonly docker: Docker;
  readonly clock: Clock;
  readonly topology: Topology;
  readonly places: Places;
  readonly relay: Relay;
  /** How long the kernel keeps a network fault when nobody renews it. */
  readonly leaseMs: number;
  readonly held: Map<string, Map<string, Kept>>;
  /** When the lease of each unit that has one ends, in milliseconds since 1970, as its kernel last took it. */
  readonly ends: Map<string, number>;
  readonly trouble: LeaseTrouble;
  readonly turns: Turns;
}

/** Holds for one topology, under leases of `leaseMs` that are renewed each third of that. */
export function makeHolds(
  docker: Docker,
  clock: Clock,
  topology: Topology,
  leaseMs: number,
  trouble: LeaseTrouble,
): Holds {
  const state = { held: new Map(), ends: new Map(), turns: makeTurns() };
  const places = placesOf(topology);
  const relay = makeRelay(docker, clock, topology, places);
  const keeper: Keeper = { docker, clock, topology, places, relay, leaseMs, trouble, ...state };
  const stopped = new AbortController();
  void renewUntil(keeper, stopped.signal);
  return {
    take: (berth, steps, atMs) => takeHold(keeper, berth, steps, atMs),
    release: (berth, steps) =>
      keeper.turns.take(berth.unit.name, async () => {
        for (const step of steps) holdsOn(keeper, berth).delete(step.id);
        await applyHolds(keeper, berth, clock.now(), steps.some(isShape));
        await relay.close(steps);
      }),
    rearm: (byMs) => rearm(keeper, byMs),
    renew: (berth, steps, replace) =>
      keeper.turns.take(berth.unit.name, async () => {
        await replace();
        for (const step of steps) holdsOn(keeper, berth).delete(step.id);
        keeper.ends.delete(berth.unit.name);
        if (holdsOn(keeper, berth).size > 0) await applyHolds(keeper, berth, clock.now(), true);
      }),
    stop: () => stopped.abort(),
  };
}

function placesOf({ berths, relay, addressOf }: Topology): Places {
  const units = [...berths.values()].map(({ address }) => address);
  return {
    addressOf,
    addresses: [...units, ...(relay === null ? [] : [relay.address])],
    relay: relay?.address ?? null,
  };
}

async function takeHold(keeper: Keeper, berth: Berth, steps: readonly Step[], atMs: number): Promise<Effect[]> {
  const { clock, turns } = keeper;
  const timed = isWholeSecond(clock, atMs) && clock.now() < atMs;
  await keeper.relay.open(steps);
  const applyAtMs = timed ? clock.now() : atMs;
  if (!timed) await clock.sleepUntil(atMs - AHEAD_MS);
  const ran = await turns.take(berth.unit.name, async () => {
    const fromEpochS = timed ? secondOf(clock, atMs) : 0;
    for (const step of steps) holdsOn(keeper, berth).set(step.id, { step, fromEpochS, atMs });
    return applyHolds(keeper, berth, applyAtMs, steps.some(isShape)).catch((error) => {
      // What is told as failed must not be made to happen by the next renewal; what the kernel has of it ends by itself.
      for (const step of steps) holdsOn(keeper, berth).delete(step.id);
      throw error;
    });
  });
  if (!timed) return steps.map((step) => ({ step: step.id, fromMs: ran.fromMs, toMs: ran.toMs, error: null }));
  // How the clocks agreed then is known best afterwards.
  await clock.sleepUntil(atMs);
  const due = instantsOf(clock, secondOf(clock, atMs) * 1000);
  // A rule that was there before its second came is effective at that very instant.
  const [fromMs, toMs] = [Math.max(ran.fromMs, due.fromMs), Math.max(ran.toMs, due.toMs)];
  const byKernel = ran.toMs <= due.fromMs ? { timed: 'kernel' as const } : {};
  return steps.map((step) => ({ step: step.id, fromMs, toMs, error: null, ...byKernel }));
}

function isWholeSecond(clock: Clock, atMs: number): boolean {
  return Math.abs(clock.epochOf(atMs) - secondOf(clock, atMs) * 1000) <= SECOND_TOLERANCE_MS;
}

function secondOf(clock: Clock, atMs: number): number {
  return Math.round(clock.epochOf(atMs) / 1000);
}

async function rearm(keeper: Keeper, byMs: number): Promise<void> {
  const { clock, topology } = keeper;
  const way = byMs < 0 ? 'back' : 'forward';
  const why = `because the engine's clock was set ${way} by ${formatDuration(Math.abs(byMs))}`;
  const anew = async (berth: Berth) => {
    const holds = holdsOn(keeper, berth);
    if (holds.size === 0) return;
    const ahead = [...holds.values()].filter(({ fromEpochS, atMs }) => fromEpochS > 0 && clock.now() < atMs);
    for (const [id, hold] of holds) holds.set(id, { ...hold, fromEpochS: 0 });
    // Not before its instant: at the second after it where its second is none any more, until it is made more exact.
    for (const hold of ahead) {
      const fromEpochS = Math.ceil((clock.epochOf(hold.atMs) - SECOND_TOLERANCE_MS) / 1000);
      holds.set(hold.step.id, { ...hold, fromEpochS });
    }
    await applyHolds(keeper, berth, clock.now(), false, CALL_LIMIT_MS, why);
    for (const hold of ahead) if (!isWholeSecond(clock, hold.atMs)) void holdExactly(keeper, berth, hold);
  };
  const berths = [...topology.berths.values()];
  await Promise.all(berths.map((berth) => renewOne(keeper, berth, () => anew(berth))));
}

/** Lets a command wait inside for an instant that is no whole second. */
async function holdExactly(keeper: Keeper, berth: Berth, { step, atMs }: Kept): Promise<void> {
  await keeper.clock.sleepUntil(atMs - AHEAD_MS);
  await renewOne(keeper, berth, async () => {
    const kept = holdsOn(keeper, berth).get(step.id);
    if (kept === undefined) return;
    holdsOn(keeper, berth).set(step.id, { ...kept, fromEpochS: 0 });
    await applyHolds(keeper, berth, atMs, false);
  });
}

async function applyHolds(
  keeper: Keeper,
  berth: Berth,
  atMs: number,
  queues: boolean,
  mostMs = CALL_LIMIT_MS,
  why = 'because nobody renewed its lease',
): Promise<TimedRun> {
  const { docker, clock, topology, places, leaseMs } = keeper;
  const holds = [...holdsOn(keeper, berth).values()];
  const startsMs = Math.max(clock.epochOf(atMs), ...holds.map((hold) => hold.fromEpochS * 1000));
  const untilS = Math.ceil((startsMs + leaseMs) / 1000);
  const rules = renderRules(topology.drill, holds, untilS, places);
  const script = `${queues ? `${renderQueues(holds, places)}\n` : ''}printf %s "$1" | nft -f -`;
  const limitMs = mostMs + Math.max(0, atMs - clock.now());
  const timing = { atMs, limitMs, what: `rules of ${berth.unit.name}` };
  const ran = await runInsideAt(docker, clock, berth.anchor, timing, script, [rules]);
  if (ran.code !== 0) throw new Error(`the kernel refused the rules of ${berth.unit.name}: ${ran.output}`);
  tellLapse(keeper, berth.unit.name, clock.epochOf(ran.toMs), why);
  if (holds.length > 0) keeper.ends.set(berth.unit.name, untilS * 1000);
  else keeper.ends.delete(berth.unit.name);
  return ran;
}

/** A drill that stood still, as one that was suspended, comes too late to renew; what was measured since is of no fault. */
function tellLapse({ ends, trouble }: Keeper, unit: string, nowMs: number, why: string): void {
  const lapsedMs = nowMs - (ends.get(unit) ?? nowMs);
  if (lapsedMs <= 0) return;
  const seconds = Math.ceil(lapsedMs / 1000);
  trouble(unit, 'lapsed', `its network fault ended by itself up to ${seconds} s ago, ${why}`);
}

async function renewUntil(keeper: Keeper, stopped: AbortSignal): Promise<void> {
  const { clock, topology, leaseMs } = keeper;
  // One that hangs must not keep the others from being renewed while their leases last.
  const mostMs = Math.min(CALL_LIMIT_MS, leaseMs / 3);
  const renew = (berth: Berth) => renewOne(keeper, berth, () => applyHolds(keeper, berth, clock.now(), false, mostMs));
  while (!stopped.aborted) {
    await clock.sleepUntil(clock.now() + leaseMs / 3, stopped);
    const holding = [...topology.berths.values()].filter((berth) => holdsOn(keeper, berth).size > 0);
    if (!stopped.aborted) await Promise.all(holding.map(renew));
  }
}

async function renewOne({ turns, trouble }: Keeper, berth: Berth, renewal: () => Promise<unknown>): Promise<void> {
  await turns
    .take(berth.unit.name, renewal)
    .catch((error: Error) => trouble(berth.unit.name, 'failed', `its lease was not renewed: ${error.message}`));
}

function holdsOn(keeper: Keeper, berth: Berth): Map<string, Kept> {
  const holds = keeper.held.get(berth.unit.name) ?? new Map<string, Kept>();
  keeper.held.set(berth.unit.name, holds);
  return holds;
}

function isShape(step: Step): boolean {
  return step.action.verb === 'shape';
}
