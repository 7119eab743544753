import type { Worker } from 'node:worker_threads';
import { EnvironmentError } from '../errors.js';
import type { Trial } from '../forecast/forecast.js';
import type { Plan } from '../plan/plan.js';
import { playTrials, startTrialWorker, type TrialTask } from './trial-worker.js';

/** Workers that play trials. */
export interface TrialPool {
  /**
   * A trial a seed, in the order of the seeds, whoever played them. `tell` hears how many more were played. Several plans
   * may be under way; those asked for first are played first. @throws EnvironmentError when a worker has not enough memory.
   */
  play(plan: Plan, seeds: readonly number[], tell?: (more: number) => void): Promise<Trial[]>;
  /** Ends every worker at once; what was not finished never is. */
  close(): void;
}

/** Some trials that wait for a worker. */
interface Chunk {
  readonly plan: Plan;
  readonly seeds: readonly number[];
  done(trials: readonly Trial[]): void;
  fail(error: unknown): void;
}

/** How many chunks each worker gets of one plan: enough that none waits long for the last one. */
const CHUNKS_EACH = 64;

/**
 * A pool of so many workers, a thread each, that are started when they are needed; one alone needs no thread, and plays
 * in this one, which may then do nothing else but between two trials.
 */
export function openTrialPool(workers: number): TrialPool {
  const queue: Chunk[] = [];
  const seats = Array.from({ length: workers }, workers === 1 ? takeSeatHere : takeSeat);
  let closed = false;
  const serve = async (seat: Seat) => {
    if (seat.busy) return;
    seat.busy = true;
    for (let chunk = queue.shift(); chunk !== undefined && !closed; chunk = queue.shift()) {
      await seat.play(chunk.plan, chunk.seeds).then(chunk.done, chunk.fail);
    }
    seat.busy = false;
  };
  return {
    async play(plan, seeds, tell = () => {}) {
      const size = Math.max(1, Math.ceil(seeds.length / (workers * CHUNKS_EACH)));
      const parts: Promise<readonly Trial[]>[] = [];
      for (let from = 0; from < seeds.length; from += size) {
        const own = seeds.slice(from, from + size);
        const part = new Promise<readonly Trial[]>((done, fail) => queue.push({ plan, seeds: own, done, fail }));
        parts.push(part.finally(() => tell(own.length)));
      }
      for (const seat of seats) void serve(seat);
      return (await Promise.all(parts)).flat();
    },
    close() {
      closed = true;
      for (const seat of seats) seat.close();
    },
  };
}

/** One worker, wherever it is. */
interface Seat {
  busy: boolean;
  play(plan: Plan, seeds: readonly number[]): Promise<readonly Trial[]>;
  close(): void;
}

function takeSeatHere(): Seat {
  return { busy: false, play: playTrials, close() {} };
}

function takeSeat(): Seat {
  let worker: Worker | null = null;
  let known: Plan | null = null;
  return {
    busy: false,
    play(plan, seeds) {
      worker ??= startTrialWorker();
      const task: TrialTask = { plan: plan === known ? null : plan, seeds };
      known = plan;
      return answerOf(worker, task);
    },
    close: () => void worker?.terminate(),
  };
}

function answerOf(worker: Worker, task: TrialTask): Promise<readonly Trial[]> {
  return new Promise((resolve, reject) => {
    const answer = (trials: readonly Trial[]) => {
      worker.off('error', fail);
      resolve(trials);
    };
    const fail = (error: NodeJS.ErrnoException) => {
      worker.off('message', answer);
      reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooLarge(error) : error);
    };
    worker.once('message', answer).once('error', fail);
    worker.postMessage(task);
  });
}

function tooLarge(error: unknown): EnvironmentError {
  const remedy = 'Use fewer --workers, give Node more memory (NODE_OPTIONS=--max-old-space-size=…), or simulate less.';
  return new EnvironmentError('a worker has not enough memory for this scenario', remedy, error);
}
