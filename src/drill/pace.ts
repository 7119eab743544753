import type { Sample } from '../journal/journal.js';
import type { Moment, Plan } from '../plan/plan.js';
import type { Probe } from '../scenario/scenario.js';
import { roundMs, SILENCE_MS } from './probing.js';
import { append, attempt, type Run } from './run.js';
import type { StoryClock } from './story-clock.js';

/** What decides when a story may jump: it is told all that changes, and what is going to. */
export interface Pace {
  /** Something changed just now. */
  stir(): void;
  /** A sample that is not as the one before of its probe is a change. */
  take(probe: Probe, sample: Sample): void;
  /** No jump is made while this goes on, and its end is a change. */
  during<T>(work: Promise<T>): Promise<T>;
  /** No jump is made over a story's instant at which something is going to happen; the returned function forgets it. */
  expect(atMs: number): () => void;
}

const LOOK_EVERY_MS = 1000;
/** What is not worth a seam in the report. */
const LEAST_JUMP_MS = 10_000;

/**
 * The pace of a run: with `settleMs` in its plan, the story jumps to just before what comes next whenever nothing has
 * changed for so long, until `over` aborts. Each jump is in the journal.
 */
export function keepPace(run: Run, story: StoryClock, over: AbortSignal): Pace {
  const state: State = { stirredMs: run.clock.now(), busy: 0, expected: new Map(), last: new Map() };
  const stir = () => {
    state.stirredMs = run.clock.now();
  };
  if (run.plan.settleMs !== undefined) void jumpWhenIdle(run, story, state, run.plan.settleMs, over);
  return {
    stir,
    take(probe, { ok, hole }) {
      // What nobody saw may have changed.
      if (hole === true) stir();
      else if (state.last.get(probe) !== ok) stir();
      if (hole !== true) state.last.set(probe, ok);
    },
    async during(work) {
      state.busy += 1;
      try {
        return await work;
      } finally {
        state.busy -= 1;
        stir();
      }
    },
    expect(atMs) {
      const own = {};
      state.expected.set(own, atMs);
      return () => void state.expected.delete(own);
    },
  };
}

interface State {
  stirredMs: number;
  busy: number;
  readonly expected: Map<object, number>;
  /** Whether each probe's last sample was good. */
  readonly last: Map<Probe, boolean>;
}

async function jumpWhenIdle(run: Run, story: StoryClock, state: State, settleMs: number, over: AbortSignal) {
  const { clock, plan } = run;
  const calmMs = Math.max(settleMs, ...plan.probes.map(({ everyMs, timeoutMs }) => 2 * everyMs + timeoutMs));
  await story.sleepUntil(0, over);
  state.stirredMs = clock.now();
  for (let lookMs = clock.now() + LOOK_EVERY_MS; !over.aborted; lookMs += LOOK_EVERY_MS) {
    await clock.sleepUntil(lookMs, over);
    if (over.aborted || run.signal.aborted) return;
    if (state.busy > 0 || clock.now() - state.stirredMs < calmMs) continue;
    const fromMs = story.now();
    const skippedMs = Math.floor((landingOf(run, state, fromMs) - fromMs) / 1000) * 1000;
    if (skippedMs < LEAST_JUMP_MS) continue;
    story.jump(skippedMs);
    attempt(run, () => append(run, { entry: 'jump', fromMs: roundMs(fromMs), toMs: roundMs(fromMs + skippedMs) }));
  }
}

/**
 * Where a jump comes down: early enough that the engine can be told of what comes next, and that no look which was under
 * way at the jump is still unanswered then.
 */
function landingOf({ plan, engine }: Run, { expected }: State, nowMs: number): number {
  const looksMs = Math.max(0, ...plan.probes.map(({ timeoutMs }) => timeoutMs)) + SILENCE_MS;
  const leadMs = (moment: Moment) => engine.leadMs(moment.cures.length + moment.steps.length);
  const nexts = [
    ...upcoming(plan, nowMs).map((moment) => moment.atMs - Math.max(leadMs(moment), looksMs)),
    ...[...expected.values(), plan.durationMs].map((atMs) => atMs - looksMs),
  ];
  return Math.min(...nexts);
}

function upcoming({ moments }: Plan, nowMs: number): readonly Moment[] {
  return moments.filter(({ atMs }) => atMs >= nowMs);
}
