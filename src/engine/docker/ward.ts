import type Docker from 'dockerode';
import type { Clock } from '../../clock.js';
import type { Action, Plight, Step } from '../../plan/plan.js';
import type { Effect, Ended } from '../engine.js';
import type { Berth, Topology } from './berth.js';
import type { Holds } from './holds.js';
import { stateOf } from './processes.js';
import type { Silencing } from './silence.js';
import type { Turns } from './turns.js';

/** A call to Docker that takes longer has failed. */
export const CALL_LIMIT_MS = 30_000;

/** All that the faults of one topology need. */
export interface Ward {
  readonly docker: Docker;
  readonly clock: Clock;
  readonly topology: Topology;
  readonly holds: Holds;
  /** Steps performed and not cured, by unit and id, in the order in which they were performed. */
  readonly open: Map<string, Map<string, Step>>;
  readonly turns: Turns;
  /** Stops under way, by unit: who wants to start one again waits for its end. */
  readonly endings: Map<string, Promise<Ended | null>>;
  /** Nobody knows whether what is cured was performed: somebody else did. */
  readonly isAdopted: boolean;
  readonly silencing: Silencing;
}

/** The steps open on a unit; changes with them. */
export function openOn(ward: Ward, unit: string): Map<string, Step> {
  const steps = ward.open.get(unit) ?? new Map<string, Step>();
  ward.open.set(unit, steps);
  return steps;
}

/** Whether another step with this verb is open on a unit; where `than` is given and does the same, one that came before it. */
export function lies(ward: Ward, unit: string, verb: Action['verb'], than?: Step): boolean {
  for (const step of openOn(ward, unit).values()) {
    if (step.id === than?.id) {
      if (verb === than.action.verb) return false;
    } else if (step.action.verb === verb) return true;
  }
  return false;
}

/** The state in which a step finds its unit. @throws what Docker answers. */
export async function plightOf(ward: Ward, berth: Berth, step: Step): Promise<Plight> {
  const { name } = berth.unit;
  if (lies(ward, name, 'power-off', step)) return 'dark';
  const { Running, Paused, Restarting } = await stateOf(ward.docker, berth);
  if (Restarting) return 'waiting';
  if (!Running) return 'stopped';
  return Paused || lies(ward, name, 'freeze', step) ? 'frozen' : 'running';
}

/** An effect that did not come about. */
export function failed(step: Step, atMs: number, error: string): Effect {
  return { step: step.id, fromMs: atMs, toMs: atMs, error };
}
