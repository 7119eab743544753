import type { Clock } from '../clock.js';
import type { Engine } from '../engine/engine.js';
import type { Sink } from '../journal/journal.js';
import type { Io } from './io.js';

/** What a drill does to the world, made to die at one boundary of it. */
interface Deeds {
  readonly engine: Engine;
  readonly sink: Sink;
}

/** Entries whose number depends on the machine's speed, so that they make no boundary that can be counted. */
const UNCOUNTED = /"entry":"(samples|progress|warning|ready|clock|clock-step|standstill|surge)"/;
/** How far into something that the engine is asked for there is a boundary. */
const DURING_MS = [20, 400];
const JUST_AFTER_MS = 20;

/**
 * For the crash matrix: with FIREDRILL_KILL_AT=n in the environment, the process kills itself with SIGKILL at the n-th
 * boundary of a drill: before and after each line that is written; before, in the middle of and after each thing that is
 * asked of the engine; and at the instant of each fault and cure. Without it, everything stays as it is. With n = 0 it
 * counts, and tells the number on standard error at the end.
 */
export function withCrashPoints(io: Io, clock: Clock, { engine, sink }: Deeds): Deeds {
  const wanted = io.env.FIREDRILL_KILL_AT;
  if (wanted === undefined) return { engine, sink };
  let count = 0;
  const die = (where: string) => {
    io.err(`killed at boundary ${wanted}: ${where}\n`);
    process.kill(process.pid, 'SIGKILL');
  };
  const boundary = (where: string, atMs?: number) => {
    count += 1;
    if (count !== Number(wanted)) return;
    if (atMs === undefined) die(where);
    else void clock.sleepUntil(atMs).then(() => die(where));
  };
  const around = async <T>(where: string, work: () => Promise<T>, atMs?: number): Promise<T> => {
    boundary(`before ${where}`);
    const asked = work();
    for (const ms of DURING_MS) boundary(`${ms} ms into ${where}`, clock.now() + ms);
    if (atMs !== undefined) boundary(`at the instant of ${where}`, atMs + JUST_AFTER_MS);
    const answer = await asked;
    boundary(`after ${where}`);
    return answer;
  };
  return {
    engine: {
      ...engine,
      raise: (raise) => around('raise', () => engine.raise(raise)),
      perform: (steps, atMs, tell) =>
        around(`fault ${steps[0]?.action.verb}`, () => engine.perform(steps, atMs, tell), atMs),
      cure: (steps, atMs, tell) => around(`cure ${steps[0]?.action.verb}`, () => engine.cure(steps, atMs, tell), atMs),
      lower: (tell) => around('lower', () => engine.lower(tell)),
    },
    sink: {
      ...sink,
      write(line) {
        const kind = /"entry":"(\w+)"/.exec(line)?.[1] ?? 'line';
        if (UNCOUNTED.test(line)) return sink.write(line);
        boundary(`before writing ${kind}`);
        sink.write(line);
        boundary(`after writing ${kind}`);
        if (kind === 'end' && Number(wanted) === 0) io.err(`${count} boundaries\n`);
      },
    },
  };
}
