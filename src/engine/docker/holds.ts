import type Docker from 'dockerode';
import type { Clock } from '../../clock.js';
import type { Step } from '../../plan/plan.js';
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
  /** Stops renewing; what is held then ends with its lease. */
  stop(): void;
}

/** Hears of a unit whose lease could not be renewed, and of one whose lease ran out before that: it was without its fault. */
export type LeaseTrouble = (unit: string, state: 'failed' | 'lapsed', detail: string) => void;

/** All that the holds of one topology need. */
interface Keeper {
  readonly docker: Docker;
  readonly clock: Clock;
  readonly topology: Topology;
  readonly places: Places;
  readonly relay: Relay;
  /** How long the kernel keeps a network fault when nobody renews it. */
  readonly leaseMs: number;
  readonly held: Map<string, Map<string, Hold>>;
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
  const secondMs = clock.epochOf(atMs);
  const fromEpochS = Math.round(secondMs / 1000);
  const timed = Math.abs(secondMs - fromEpochS * 1000) <= SECOND_TOLERANCE_MS && clock.now() < atMs;
  await keeper.relay.open(steps);
  const applyAtMs = timed ? clock.now() : atMs;
  if (!timed) await clock.sleepUntil(atMs - AHEAD_MS);
  return turns.take(berth.unit.name, async () => {
    for (const step of steps) holdsOn(keeper, berth).set(step.id, { step, fromEpochS: timed ? fromEpochS : 0 });
    const ran = await applyHolds(keeper, berth, applyAtMs, steps.some(isShape)).catch((error) => {
      // What is told as failed must not be made to happen by the next renewal; what the kernel has of it ends by itself.
      for (const step of steps) holdsOn(keeper, berth).delete(step.id);
      throw error;
    });
    // A rule that was there before its second came is effective at that very instant.
    const fromMs = timed ? Math.max(ran.fromMs, atMs) : ran.fromMs;
    const toMs = timed ? Math.max(ran.toMs, atMs) : ran.toMs;
    return steps.map((step) => ({ step: step.id, fromMs, toMs, error: null }));
  });
}

async function applyHolds(
  keeper: Keeper,
  berth: Berth,
  atMs: number,
  queues: boolean,
  mostMs = CALL_LIMIT_MS,
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
  tellLapse(keeper, berth.unit.name, clock.epochOf(ran.toMs));
  if (holds.length > 0) keeper.ends.set(berth.unit.name, untilS * 1000);
  else keeper.ends.delete(berth.unit.name);
  return ran;
}

/** A drill that stood still, as one that was suspended, comes too late to renew; what was measured since is of no fault. */
function tellLapse({ ends, trouble }: Keeper, unit: string, nowMs: number): void {
  const lapsedMs = nowMs - (ends.get(unit) ?? nowMs);
  if (lapsedMs <= 0) return;
  const seconds = Math.ceil(lapsedMs / 1000);
  trouble(unit, 'lapsed', `its network fault ended by itself up to ${seconds} s ago, because nobody renewed its lease`);
}

async function renewUntil(keeper: Keeper, stopped: AbortSignal): Promise<void> {
  const { clock, topology, leaseMs, turns, trouble } = keeper;
  // One that hangs must not keep the others from being renewed while their leases last.
  const mostMs = Math.min(CALL_LIMIT_MS, leaseMs / 3);
  const renew = (berth: Berth) =>
    turns
      .take(berth.unit.name, () => applyHolds(keeper, berth, clock.now(), false, mostMs))
      .catch((error: Error) => trouble(berth.unit.name, 'failed', `its lease was not renewed: ${error.message}`));
  while (!stopped.aborted) {
    await clock.sleepUntil(clock.now() + leaseMs / 3, stopped);
    const holding = [...topology.berths.values()].filter((berth) => holdsOn(keeper, berth).size > 0);
    if (!stopped.aborted) await Promise.all(holding.map(renew));
  }
}

function holdsOn(keeper: Keeper, berth: Berth): Map<string, Hold> {
  const holds = keeper.held.get(berth.unit.name) ?? new Map<string, Hold>();
  keeper.held.set(berth.unit.name, holds);
  return holds;
}

function isShape(step: Step): boolean {
  return step.action.verb === 'shape';
}
