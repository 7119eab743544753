import type { Engine } from '../engine/engine.js';
import type { Sink } from '../journal.js';
import type { Io } from './io.js';

/** What a drill does to the world, made to die at one boundary of it. */
interface Deeds {
  readonly engine: Engine;
  readonly sink: Sink;
}

/** Entries whose number depends on the machine's speed, so that they make no boundary that can be counted. */
const UNCOUNTED = /"entry":"(samples|progress|warning)"/;

/**
 * For the crash matrix: with FIREDRILL_KILL_AT=n in the environment, the process kills itself with SIGKILL at the n-th
 * boundary of a drill: before and after each line that is written, before and after each thing that is asked of the engine.
 * Without it, everything stays as it is. With n = 0 it counts and tells the number on standard error at the end.
 */
export function withCrashPoints(io: Io, { engine, sink }: Deeds): Deeds {
  const wanted = io.env.FIREDRILL_KILL_AT;
  if (wanted === undefined) return { engine, sink };
  let count = 0;
  const boundary = (where: string) => {
    count += 1;
    if (count === Number(wanted)) {
      io.err(`killed at boundary ${count}: ${where}\n`);
      process.kill(process.pid, 'SIGKILL');
    }
  };
  const around = async <T>(where: string, work: () => Promise<T>): Promise<T> => {
    boundary(`before ${where}`);
    const asked = work();
    boundary(`during ${where}`);
    const answer = await asked;
    boundary(`after ${where}`);
    return answer;
  };
  return {
    engine: {
      ...engine,
      raise: (raise) => around('raise', () => engine.raise(raise)),
      perform: (steps, atMs) => around(`fault ${steps[0]?.action.verb}`, () => engine.perform(steps, atMs)),
      cure: (steps, atMs) => around(`cure ${steps[0]?.action.verb}`, () => engine.cure(steps, atMs)),
      async lower(tell) {
        const left = await around('lower', () => engine.lower(tell));
        if (Number(wanted) === 0) io.err(`${count} boundaries\n`);
        return left;
      },
    },
    sink: {
      ...sink,
      write(line) {
        const kind = /"entry":"(\w+)"/.exec(line)?.[1] ?? 'line';
        if (UNCOUNTED.test(line)) return sink.write(line);
        boundary(`before writing ${kind}`);
        sink.write(line);
        boundary(`after writing ${kind}`);
      },
    },
  };
}
