import type { Probe } from '../../scenario/scenario.js';
import { believedLeader, leads } from './leadership.js';
import { reaches, travelMs } from './network.js';
import { believes } from './notice.js';
import { isDark, isFrozen, type SimService, type SimUnit, type World } from './world.js';

/** What comes back and after how long; never, when `tookMs` is infinite. */
export interface Answer {
  readonly tookMs: number;
  /** In a few words, or null when all is well. */
  readonly error: string | null;
}

/** Asks at one instant: what was able then answers, whatever happens while the answer is on its way. */
interface Asking {
  readonly world: World;
  readonly nowMs: number;
  /** The number of the look, by which clients take turns. */
  readonly turn: number;
  readonly draw: () => number;
  /** A write is the leader's; a read is answered by any copy. */
  readonly does: Probe['does'];
}

/** A kernel's own answer: a connection accepted or refused. */
const KERNEL_MS = 0.1;
const SILENCE: Answer = { tookMs: Number.POSITIVE_INFINITY, error: 'timeout' };

/**
 * What somebody outside, whom no cut concerns, gets from a unit now. A `tcp` probe asks no more than the kernel; an `exec`
 * probe's command is not interpreted: it is well when the unit runs and has what it needs.
 */
export function answerOf(asking: Asking, unit: SimUnit, probe: Pick<Probe, 'ask' | 'does'>): Answer {
  const { kind } = probe.ask;
  if (isDark(unit)) return SILENCE;
  if (unit.process !== 'running') return { tookMs: KERNEL_MS, error: kind === 'exec' ? 'not running' : 'refused' };
  if (kind === 'tcp') return { tookMs: KERNEL_MS, error: null };
  if (isFrozen(unit)) return SILENCE;
  if (probe.does === 'write' && !isInCharge(unit)) return unavailableAfter(unit.service.model.latencyMs);
  return work(asking, unit);
}

function isInCharge(unit: SimUnit): boolean {
  return unit.service.model.role === 'any' || leads(unit);
}

/** An able unit does its work: its own time, and that of everything it needs, one after another. */
function work(asking: Asking, unit: SimUnit): Answer {
  let tookMs = unit.service.model.latencyMs;
  for (const name of unit.service.needs) {
    const service = asking.world.services.get(name);
    const answer = service === undefined ? unavailableAfter(0) : askService(asking, unit, service);
    tookMs += answer.tookMs;
    if (answer.error !== null) return { tookMs, error: answer.error };
  }
  return { tookMs, error: null };
}

function askService(asking: Asking, client: SimUnit, service: SimService): Answer {
  const led = service.model.role === 'leader' && asking.does === 'write';
  const unit = led ? pickLeader(asking, client, service) : pickAny(asking, client, service);
  if (unit === null) return unavailableAfter(0);
  if (isDark(unit) || !reaches(client, unit)) return SILENCE;
  const wayMs = travelMs(client, unit, asking.draw);
  if (unit.process !== 'running') return unavailableAfter(wayMs);
  if (isFrozen(unit)) return SILENCE;
  if (led && !isInCharge(unit)) return unavailableAfter(wayMs + service.model.latencyMs);
  const answer = work(asking, unit);
  return { tookMs: wayMs + answer.tookMs, error: answer.error };
}

function pickLeader({ nowMs }: Asking, client: SimUnit, service: SimService): SimUnit | null {
  const leader = believedLeader(service, nowMs);
  return leader !== null && seemsReached(client, leader, nowMs) ? leader : null;
}

/** Clients take turns among the units that they believe in. */
function pickAny({ nowMs, turn }: Asking, client: SimUnit, service: SimService): SimUnit | null {
  const { noticeMs } = service.model;
  const usable = service.units.filter(
    (unit) => believes(unit.able, nowMs, noticeMs) && seemsReached(client, unit, nowMs),
  );
  return usable[turn % usable.length] ?? null;
}

function seemsReached(client: SimUnit, unit: SimUnit, nowMs: number): boolean {
  const notice = unit.reach.get(client);
  return notice === undefined || believes(notice, nowMs, unit.service.model.noticeMs);
}

function unavailableAfter(tookMs: number): Answer {
  return { tookMs, error: 'unavailable' };
}
