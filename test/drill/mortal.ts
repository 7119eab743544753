import type { Effect, Engine } from '../../src/engine/engine.js';
import type { Sink } from '../../src/journal/journal.js';
import type { Step } from '../../src/plan/plan.js';
import { type Draw, drawOf } from './any-plan.js';

/** How a runner and its engine fare. */
export interface Fate {
  readonly draw: Draw;
  /** How probable it is that a call goes wrong. */
  readonly trouble: number;
  /** The boundary at which the runner dies: before and after each line written and each call made. 0: it does not. */
  readonly dieAt: number;
}

/** A runner that may die: after its death it changes nothing any more, whatever its code still does. */
export interface Mortal {
  readonly engine: Engine;
  readonly sink: Sink;
  /** Resolves at its death. A runner that waits for an answer that never comes counts as dead: somebody will kill it. */
  readonly death: Promise<void>;
  /** How many calls went wrong. */
  troubles(): number;
}

type Wrong = 'refused' | 'done and refused' | 'rejected' | 'done and rejected' | 'hangs' | 'done and hangs';
const WRONGS: readonly Wrong[] = [
  'refused',
  'done and refused',
  'rejected',
  'done and rejected',
  'hangs',
  'done and hangs',
];
const never = () => new Promise<never>(() => {});

/** The engine and the paper of a runner with this fate. */
export function makeMortal(engine: Engine, paper: string[], { draw, trouble, dieAt }: Fate): Mortal {
  let count = 0;
  let dead = false;
  let troubles = 0;
  let die = () => {};
  const death = new Promise<void>((resolve) => {
    die = () => {
      dead = true;
      resolve();
    };
  });
  const boundary = () => {
    count += 1;
    if (count === dieAt) die();
    return dead;
  };
  const wait = () => {
    die();
    return never();
  };
  /** `refuse` is the polite failure; `hang` what comes of no answer. */
  const call = async <T>(work: () => Promise<T>, refuse: () => T, hang: () => Promise<T> = wait): Promise<T> => {
    if (boundary()) return never();
    const wrong = draw() < trouble ? drawOf(draw, WRONGS) : null;
    if (wrong !== null) troubles += 1;
    const answer = wrong === null || wrong.startsWith('done') ? await work() : null;
    if (boundary()) return never();
    if (wrong?.endsWith('hangs')) return hang();
    if (wrong?.endsWith('rejected')) throw new Error('socket hang up');
    return wrong === null ? (answer as T) : refuse();
  };
  const refuse = (steps: readonly Step[]) => () => {
    return steps.map((step): Effect => ({ step: step.id, fromMs: 0, toMs: 0, error: 'the engine answered with 500' }));
  };
  const complain = () => {
    throw new Error('the engine answered with 500');
  };
  return {
    death,
    troubles: () => troubles,
    engine: {
      ...engine,
      raise: (raise) => call(() => engine.raise(raise), complain),
      perform: (steps, atMs) => call(() => engine.perform(steps, atMs), refuse(steps), never),
      cure: (steps, atMs) => call(() => engine.cure(steps, atMs), refuse(steps), never),
      read: (probe, looks, deadlineMs) => (dead ? never() : engine.read(probe, looks, deadlineMs)),
      adopt: (drill, plan) => call(() => engine.adopt(drill, plan), complain),
      census: (of) => call(() => engine.census(of), complain),
      lower: (tell) =>
        call(
          () => engine.lower(tell),
          () => ['everything'],
        ),
    },
    sink: {
      write(line) {
        if (boundary()) {
          // Its last line may be cut off wherever the disk had come to.
          if (count === dieAt) paper.push(line.slice(0, Math.floor(draw() * line.length)));
          return;
        }
        paper.push(line);
        boundary();
      },
      sync() {},
    },
  };
}
