import { OUTSIDE } from '../../plan/plan.js';
import { note, oldNotice } from './notice.js';
import type { HeldFault, SimUnit, World } from './world.js';

/** What is lost on the way is sent again after this time, and after twice as long each time that it is lost again. */
const RESEND_MS = 200;
/** A packet of full size, with which bandwidth is reckoned: nobody knows how long the answers are. */
const PACKET_BITS = 12_000;

/**
 * True when a request from one unit gets an answer of the other, as far as cuts go. Packets must pass both ways for that,
 * so it makes no difference which way they are lost.
 */
export function reaches(from: SimUnit, to: SimUnit): boolean {
  return !cutsOff(from, to.name) && !cutsOff(to, from.name);
}

/** True when a request from outside of all sites gets to a unit, and its answer back. */
export function hearsOutside(unit: SimUnit): boolean {
  return !cutsOff(unit, OUTSIDE);
}

function cutsOff(unit: SimUnit, peer: string): boolean {
  for (const { action, peers } of unit.faults.values()) {
    const cut = action.verb === 'isolate' || (action.verb === 'shape' && action.loss >= 1);
    if (cut && peers.has(peer)) return true;
  }
  return false;
}

/** How long a question and its answer spend on the way between two units that reach each other. */
export function travelMs(from: SimUnit, to: SimUnit, draw: () => number): number {
  return wayMs(from, to.name, draw) + wayMs(to, from.name, draw);
}

/** The same between a unit and somebody outside, of which the unit's own faults know both ways. */
export function travelOutsideMs(unit: SimUnit, draw: () => number): number {
  return wayMs(unit, OUTSIDE, draw) + wayMs(unit, OUTSIDE, draw);
}

function wayMs(from: SimUnit, to: string, draw: () => number): number {
  let tookMs = 0;
  for (const { action, peers } of from.faults.values()) {
    if (action.verb !== 'shape' || !peers.has(to)) continue;
    for (let resendMs = RESEND_MS; action.loss > 0 && draw() < action.loss; resendMs *= 2) tookMs += resendMs;
    tookMs += Math.max(0, action.latencyMs + action.jitterMs * (2 * draw() - 1));
    if (action.bandwidthBps !== null) tookMs += (PACKET_BITS / action.bandwidthBps) * 1000;
  }
  return tookMs;
}

/** Takes down who reaches whom, after a cut was laid on a unit or taken away. */
export function noteReach(world: World, unit: SimUnit, { peers }: HeldFault, atMs: number): void {
  for (const name of peers) {
    const peer = world.units.get(name);
    if (peer === undefined) continue;
    const works = reaches(unit, peer);
    noteOne(unit, peer, works, atMs);
    noteOne(peer, unit, works, atMs);
  }
}

function noteOne(unit: SimUnit, peer: SimUnit, works: boolean, atMs: number): void {
  const notice = unit.reach.get(peer) ?? oldNotice(true);
  note(notice, works, atMs, unit.service.model.noticeMs);
  unit.reach.set(peer, notice);
}
