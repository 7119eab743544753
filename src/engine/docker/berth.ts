import type { Unit } from '../../plan/plan.js';
import type { Service } from '../../scenario/scenario.js';

/**
 * Where a unit lives. The anchor holds its network namespace, name and address for the whole drill; the container with
 * the unit's processes joins it and may die, be frozen and come back, as a process does on a machine.
 */
export interface Berth {
  readonly unit: Unit;
  readonly service: Service;
  readonly address: string;
  readonly anchor: string;
  /** Changes when the unit's volumes are destroyed and it is made anew. */
  container: string;
  /** When its processes were last let go, by a cure or by a kill that a restart policy follows; null while a cure is at work. */
  letGoMs?: number | null;
  readonly image: string;
}

/** Whose something is: the drill's id and the labels that tell who runs it. */
export interface Owner {
  readonly drill: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Everything of one drill on one engine. */
export interface Topology extends Owner {
  readonly berths: ReadonlyMap<string, Berth>;
  /** A container in the host's process namespace with the one right to send signals; only where a plan kills. */
  readonly hand: string | null;
  /** A container through which packets go that share a bandwidth; only where a plan throttles. */
  readonly relay: { readonly container: string; readonly address: string } | null;
  addressOf(unit: string): string;
}
