import { createHash } from 'node:crypto';
import { type Clock, epochOfDay, virtualClock, wallClock } from '../clock.js';
import type { Engine } from '../engine/engine.js';
import { EnvironmentError } from '../errors.js';
import type { Plan } from '../plan/plan.js';
import type { StoryTime } from '../scenario/scenario.js';
import type { Io } from './io.js';

/** Where a drill happens: an engine, its clock, and the way to run something on that clock. */
export interface Stage {
  readonly engine: Engine;
  readonly clock: Clock;
  run(task: () => Promise<void>): Promise<void>;
}

/** What decides on the stage. */
export interface StageWishes {
  readonly engine: 'auto' | 'docker' | 'sim';
  readonly folder: string;
  readonly begins: StoryTime;
  readonly seed: number;
  readonly allowRemote: boolean;
  readonly rebuild?: boolean;
}

/**
 * Docker or the simulator; with `auto` Docker if one answers, and `say` gets the reason when none does.
 * @throws EnvironmentError when Docker was asked for by name and does not answer.
 */
export async function chooseStage(io: Io, wishes: StageWishes, say: (line: string) => void): Promise<Stage> {
  if (wishes.engine === 'sim') return simStage(wishes);
  try {
    return await dockerStage(io, wishes);
  } catch (error) {
    // An engine that was named and is not allowed is a mistake to be told, not a reason to simulate.
    if (wishes.engine === 'docker' || !(error instanceof EnvironmentError) || error.cause === undefined) throw error;
    say(`${error.message}: this drill is simulated, nothing in it is measured`);
    return simStage(wishes);
  }
}

async function dockerStage(io: Io, { folder, allowRemote, rebuild = false }: StageWishes): Promise<Stage> {
  const { dockerEngine, hostFromEnvironment } = await import('../engine/docker/docker.js');
  const clock = wallClock();
  const host = hostFromEnvironment(io.env);
  const engine = await dockerEngine({ clock, folder, host, allowRemote, rebuild, secretOf: (name) => io.env[name] });
  return { engine, clock: engine.clock, run: (task) => task() };
}

/** The simulator on a virtual clock of its own, which begins with the story. */
export async function simStage({ begins, seed }: Pick<StageWishes, 'begins' | 'seed'>): Promise<Stage> {
  const { simEngine } = await import('../engine/sim/sim.js');
  const clock = virtualClock((begins.date === null ? 0 : epochOfDay(begins.date)) + begins.ofDayMs);
  return { engine: simEngine({ clock, seed }), clock, run: (task) => clock.run(task) };
}

/** A drill's id that is equal for equal simulations, so that their journals are. */
export function simulationIdOf(plan: Pick<Plan, 'name'>, seed: number): string {
  return `d-${createHash('sha256').update(`${plan.name} ${seed}`).digest('hex').slice(0, 6)}`;
}
