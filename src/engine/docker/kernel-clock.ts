import type { Clock } from '../../clock.js';
import { EnvironmentError } from '../../errors.js';
import type { ClockNews } from '../engine.js';
import { type Agreement, openAgreement, type Stamp } from './agreement.js';
import { sentenceOf } from './api.js';
import type { Stamps } from './stamps.js';
import type { SteeredClock } from './steered-clock.js';

/** A clock that follows a kernel's until it is told to stop. */
export interface Following {
  /** Says how the clocks stand, and follows no more. */
  stop(): void;
}

/** Who hears of what the clocks do. */
export interface Listener {
  /** The engine's time of day was set: what its kernel holds by it must be armed again, before anybody hears of it. */
  set(byMs: number): Promise<void>;
  tell(news: ClockNews): void;
}

/** So many stamps are taken at first, of which the quickest counts. */
const FIRST = 8;
const TRIES = 4;
/** Without a sign of the engine for so long it is asked all the same. */
const SILENCE_MS = 1000;
/** So long time stands still, at most, while a leap of the runner's clock is looked into. */
const DOUBT_MS = 1500;
/** A smaller step of the runner's own time of day is not worth a word. */
const WORTHY_MS = 50;
/** A difference of rates that is told as soon as it is known: in a minute it is 60 ms. */
const WORTHY_PPM = 1000;

interface State {
  readonly clock: SteeredClock;
  readonly stamps: Stamps;
  readonly agreement: Agreement;
  readonly listener: Listener;
  readonly over: AbortController;
  busy: Promise<void> | null;
  /** Whether it was told that the runner's clock goes at another rate. */
  toldRate: boolean;
  heardRawMs: number;
  /** How far the runner's own time of day is from its monotonic time. */
  runner: { readonly rawMs: number; readonly apartMs: number };
}

/**
 * Has a clock go as the kernel's that these stamps come from, from now on: its time is the kernel's, and its time of day too.
 * `open` gets what must be called whenever the kernel is heard of. @throws EnvironmentError when it cannot be asked.
 */
export async function followKernel(
  clock: SteeredClock,
  open: (wake: () => void) => Stamps,
  listener: Listener,
): Promise<Following> {
  let state: State | null = null;
  const stamps = open(() => void (state && look(state)));
  const first = await takeFirst(stamps).catch((error: unknown) => {
    stamps.close();
    const remedy = 'See whether commands run in a container here: `docker exec`; Docker must let their input through.';
    throw new EnvironmentError(`the engine's clock cannot be read: ${sentenceOf(error)}`, remedy, error);
  });
  const agreement = openAgreement(first, clock.at);
  const own: State = {
    ...{ clock, stamps, agreement, listener, over: new AbortController(), busy: null, toldRate: false },
    ...{ heardRawMs: clock.raw.now(), runner: runnerOf(clock) },
  };
  state = own;
  clock.trust(agreement, () => settleDoubt(own));
  clock.steer(agreement.course());
  void lookRegularly(own);
  listener.tell(newsOf(own));
  return {
    stop() {
      if (own.over.signal.aborted) return;
      listener.tell(newsOf(own));
      own.over.abort();
      stamps.close();
    },
  };
}

/**
 * How much later the engine's time of day is than the runner's, and by how much that may be wrong, by the quickest of a few
 * answers. @throws when there is none.
 */
export async function compareClocks(raw: Clock, stamps: Stamps): Promise<{ aheadMs: number; unsureMs: number }> {
  const stamp = await takeFirst(stamps).finally(() => stamps.close());
  const aheadMs = stamp.epochMs - raw.epochOf((stamp.sentRawMs + stamp.gotRawMs) / 2);
  return { aheadMs, unsureMs: widthOf(stamp) / 2 };
}

async function takeFirst(stamps: Stamps): Promise<Stamp> {
  let best: Stamp | null = null;
  let failures = 0;
  for (let count = 0; count < FIRST; count += 1) {
    const stamp = await stamps.ask().catch((error: unknown) => {
      failures += 1;
      if (failures === TRIES) throw error;
      return null;
    });
    if (stamp === null || stamp.gotRawMs < stamp.sentRawMs) continue;
    if (best === null || widthOf(stamp) < widthOf(best)) best = stamp;
  }
  if (best === null) throw new Error('it gives no answer');
  return best;
}

/** The kernel says something four times a second; a runner whose timers go wrong is woken by it. */
async function lookRegularly(state: State): Promise<void> {
  const { clock, over } = state;
  while (!over.signal.aborted) {
    await clock.raw.sleepUntil(clock.raw.now() + SILENCE_MS, over.signal);
    if (Math.abs(clock.raw.now() - state.heardRawMs) >= SILENCE_MS && !over.signal.aborted) await look(state);
  }
}

/** Asks the kernel once, unless it is being asked; never rejects. */
function look(state: State): Promise<void> {
  if (state.over.signal.aborted) return Promise.resolve();
  // Whoever looks at the clock finds out whether it leapt.
  state.clock.now();
  state.busy ??= askOnce(state)
    .catch(() => {})
    .finally(() => {
      state.busy = null;
    });
  return state.busy;
}

async function askOnce(state: State): Promise<void> {
  const { clock, stamps, agreement, listener } = state;
  const stamp = await stamps.ask();
  state.heardRawMs = clock.raw.now();
  // The runner's clock was set back between the question and its answer.
  if (stamp.gotRawMs < stamp.sentRawMs) return askOnce(state);
  const steps = agreement.take(stamp, clock.now());
  clock.steer(agreement.course());
  const runner = lookAtRunner(state);
  if (!state.toldRate && Math.abs(fastPpmOf(state)) >= WORTHY_PPM) {
    state.toldRate = true;
    listener.tell(newsOf(state));
  }
  for (const step of steps) {
    const toMs = () => Math.max(step.toMs, clock.now());
    if (step.whose === 'engine') void tellWhenArmed(state, step.byMs, step.fromMs, toMs);
    else listener.tell({ kind: 'stepped', ...step, toMs: toMs() });
  }
  const isOwn = runner !== 0 && steps.every(({ whose }) => whose !== 'between');
  const nowMs = clock.now();
  if (isOwn) listener.tell({ kind: 'stepped', whose: 'runner', byMs: runner, fromMs: nowMs, toMs: nowMs });
}

/** Until it is armed again, what the kernel holds may have begun or ended at another instant. */
async function tellWhenArmed({ listener }: State, byMs: number, fromMs: number, toMs: () => number): Promise<void> {
  await listener.set(byMs).catch(() => {});
  listener.tell({ kind: 'stepped', whose: 'engine', byMs, fromMs, toMs: toMs() });
}

/** By how much the runner's time of day was set since it was last looked at, once a second. */
function lookAtRunner(state: State): number {
  const before = state.runner;
  const passedMs = state.clock.raw.now() - before.rawMs;
  if (passedMs >= 0 && passedMs < SILENCE_MS) return 0;
  state.runner = runnerOf(state.clock);
  const byMs = state.runner.apartMs - before.apartMs;
  // A clock that goes wrong by a little in every second is not set.
  return Math.abs(byMs) >= WORTHY_MS + Math.abs(passedMs) / 10 ? byMs : 0;
}

function runnerOf({ raw }: SteeredClock): State['runner'] {
  const rawMs = raw.now();
  return { rawMs, apartMs: raw.epochOf(rawMs) - rawMs };
}

/** A question from before the leap tells nothing of it. */
async function settleDoubt(state: State): Promise<void> {
  const { raw } = state.clock;
  const settled = new AbortController();
  const asked = async () => {
    await state.busy;
    await look(state);
  };
  const late = raw.sleepUntil(raw.now() + DOUBT_MS, settled.signal);
  await Promise.race([asked(), late]).finally(() => settled.abort());
}

function fastPpmOf({ clock }: State): number {
  return (1 / clock.course().rate - 1) * 1e6;
}

function newsOf(state: State): ClockNews {
  const { clock, agreement } = state;
  const rawMs = clock.raw.now();
  const aheadMs = agreement.epochOf(clock.at(rawMs)) - clock.raw.epochOf(rawMs);
  return { kind: 'measured', aheadMs, unsureMs: agreement.unsureMs(rawMs), fastPpm: fastPpmOf(state) };
}

function widthOf({ sentRawMs, gotRawMs }: Stamp): number {
  return gotRawMs - sentRawMs;
}
