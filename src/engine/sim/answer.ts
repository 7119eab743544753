import type { Probe } from '../../scenario/scenario.js';
import { awaitsCopy } from './copies.js';
import { hearsOutside, reaches, travelMs, travelOutsideMs } from './network.js';
import { carriedShare, chooseAny, chooseLeader, hasQuorum, isInCharge, isLed } from './serving.js';
import { isSoft } from './standing.js';
import { isDark, isFrozen, type SimService, type SimUnit, type World } from './world.js';

/** What comes back and after how long; never, when `tookMs` is infinite. */
export interface Answer {
  readonly tookMs: number;
  /** In a few words, or null when all is well. */
  readonly error: string | null;
}

/** Asks at one instant: what was able then answers, whatever happens while the answer is on its way. */
export interface Asking {
  readonly world: World;
  readonly nowMs: number;
  /** The number of the look, by which clients take turns: what is left of it for those who are still to be asked. */
  turn: number;
  readonly draw: () => number;
  /** A write is the leader's; a read is answered by any copy. */
  readonly does: Probe['does'];
}

/** A kernel's own answer: a connection accepted or refused. */
export const KERNEL_MS = 0.1;
const SILENCE: Answer = { tookMs: Number.POSITIVE_INFINITY, error: 'timeout' };

/**
 * What a probe gets from a unit now: from outside, through the network, or by `exec` inside of it. A `tcp` probe asks no more
 * than the kernel; an `exec` probe's command is not interpreted: it is well when the unit runs and has what it needs.
 */
export function answerOf(asking: Asking, unit: SimUnit, probe: Pick<Probe, 'ask' | 'does'>): Answer {
  if (probe.ask.kind === 'exec') return answerHere(asking, unit, probe);
  if (!hearsOutside(unit)) return SILENCE;
  const wayMs = travelOutsideMs(unit, asking.draw);
  const answer = answerHere(asking, unit, probe);
  return { ...answer, tookMs: wayMs + answer.tookMs };
}

function answerHere(asking: Asking, unit: SimUnit, probe: Pick<Probe, 'ask' | 'does'>): Answer {
  const { kind } = probe.ask;
  if (isDark(unit)) return SILENCE;
  if (unit.process !== 'running') return { tookMs: KERNEL_MS, error: kind === 'exec' ? 'not running' : 'refused' };
  if (kind === 'tcp') return { tookMs: KERNEL_MS, error: null };
  if (isFrozen(unit)) return SILENCE;
  // Whoever looks around at a console asks the unit itself, whether or not it leads.
  const isAtHand = kind === 'exec' && probe.does === 'read';
  if (!hasQuorum(unit.service) || !(isAtHand || isInCharge(unit, probe.does))) {
    return unavailableAfter(unit.service.model.latencyMs);
  }
  if (probe.does === 'write' && awaitsCopy(unit)) return SILENCE;
  return isShed(asking, unit.service, [unit]) ? overloadedAfter(unit.service) : work(asking, unit);
}

/** An able unit does its work: its own time, and that of everything it needs, one after another. */
function work(asking: Asking, unit: SimUnit): Answer {
  const { service } = unit;
  let tookMs = service.model.latencyMs;
  for (const name of service.needs) {
    const needed = asking.world.services.get(name);
    const answer = needed === undefined ? unavailableAfter(0) : askService(asking, unit, needed);
    if (answer.error !== null && isSoft(service, name)) {
      tookMs += service.model.slowerMs ?? 0;
      continue;
    }
    tookMs += answer.tookMs;
    if (answer.error !== null) return { tookMs, error: answer.error };
  }
  return { tookMs, error: null };
}

function askService(asking: Asking, client: SimUnit, service: SimService): Answer {
  if (!hasQuorum(service)) return unavailableAfter(0);
  const led = isLed(service, asking.does);
  const { units } = (led ? chooseLeader : chooseAny)(client, service, asking.nowMs);
  // Clients take turns among the units that they believe in; who takes which with one service says nothing of the next.
  const unit = units[asking.turn % units.length];
  asking.turn = Math.floor(asking.turn / units.length);
  if (unit === undefined) return unavailableAfter(0);
  if (isDark(unit) || !reaches(client, unit)) return SILENCE;
  const wayMs = travelMs(client, unit, asking.draw);
  if (unit.process !== 'running') return unavailableAfter(wayMs);
  if (isFrozen(unit)) return SILENCE;
  if (led && !isInCharge(unit, asking.does)) return unavailableAfter(wayMs + service.model.latencyMs);
  if (asking.does === 'write' && awaitsCopy(unit)) return SILENCE;
  if (isShed(asking, service, units)) return overloadedAfter(service);
  const answer = work(asking, unit);
  return { tookMs: wayMs + answer.tookMs, error: answer.error };
}

function isShed(asking: Asking, service: SimService, units: readonly SimUnit[]): boolean {
  const { share } = carriedShare(asking, service, units);
  return share < 1 && asking.draw() >= share;
}

function overloadedAfter({ model }: SimService): Answer {
  return { tookMs: model.latencyMs, error: 'overloaded' };
}

function unavailableAfter(tookMs: number): Answer {
  return { tookMs, error: 'unavailable' };
}
