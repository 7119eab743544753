import { isoTimeOf } from '../clock.js';
import type { Engine, Reading } from '../engine/engine.js';
import type { Sample } from '../journal/journal.js';
import { type Moment, stepsOf } from '../plan/plan.js';
import type { Probe } from '../scenario/scenario.js';
import { carryOut, cureOpen, partsOf } from './acts.js';
import { startEffort } from './effort.js';
import { foreseeBeside, foresightOf, playForeseenStory } from './foreseen.js';
import { guardProbes } from './guards.js';
import { startLedgers } from './ledgers.js';
import { keepPace, type Pace } from './pace.js';
import { countLags, foldSamples, startProbing } from './probing.js';
import { type Returns, watchReturns } from './readiness.js';
import { append, attempt, type Run } from './run.js';
import { startRunbooks } from './runbook.js';
import { watchStandstills } from './standstill.js';
import { type StoryClock, storyClock } from './story-clock.js';
import { type SurgeOptions, startSurges } from './surges.js';
import { countUnmade } from './unmade.js';

const FLUSH_EVERY_MS = 1000;
const WORTHY_LAG_MS = 50;

/** Looks once at a probe's service; looks are counted over the gate and the story. */
export function look(run: Run, probe: Probe, deadlineMs: number): Promise<Reading> {
  const count = run.looks.get(probe) ?? 0;
  run.looks.set(probe, count + 1);
  return run.books.get(probe)?.write(count, deadlineMs) ?? run.engine.read(probe, count, deadlineMs);
}

/** Lives the story through: probes on their schedule, moments on time, and at the end, or when stopped, every cure. */
export async function playStory(run: Run): Promise<void> {
  const { plan, clock, signal } = run;
  const zeroMs = layZero(run);
  const story = storyClock(clock, zeroMs);
  run.story = story;
  const foresight = foresightOf(run);
  if (foresight !== null) return playForeseenStory(run, foresight, zeroMs);
  append(run, { entry: 'begin', wallAt: isoTimeOf(Math.round(clock.epochOf(zeroMs))) });
  const over = new AbortController();
  const pace = keepPace(run, story, over.signal);
  const lags = countLags();
  const latest = new Map<Probe, Sample>();
  const guard = guardProbes(plan, run.stop);
  const folding = foldSamples((probe, dueMs, samples) =>
    append(run, { entry: 'samples', probe: probe.name, dueMs, everyMs: probe.everyMs, samples }),
  );
  const read = (probe: Probe, deadlineMs: number) => look(run, probe, deadlineMs);
  const surges = startSurges({ clock, read, tell: surgeTeller(run) });
  const unmade = countUnmade(run);
  const take = (probe: Probe, sample: Sample) => {
    attempt(run, () => folding.take(probe, sample));
    unmade.take(probe, sample);
    guard(probe, sample);
    surges.take(probe, sample);
    pace.take(probe, sample);
    latest.set(probe, sample);
  };
  const watching = watchStandstills(run, story, over.signal);
  const effort = startEffort(run);
  const ledgers = startLedgers(run, story, { sample: take, lag: effort.count });
  const probing = startProbing({
    probes: plan.probes.filter((probe) => !run.books.has(probe)),
    clock,
    story,
    durationMs: plan.durationMs,
    read,
    take(probe, sample) {
      if (sample.hole !== true) lags.count(sample.sentMs - sample.dueMs);
      take(probe, sample);
    },
  });
  const flush = () => {
    folding.flush();
    ledgers.flush(false);
  };
  const flushing = flushRegularly(run, zeroMs, flush, over.signal);
  const runbooks = startRunbooks({ run, story, pace, latest });
  const endForesight = foreseeBeside(run, story);
  const returns = watchReturns(run, story, pace.during);
  run.witness = returns;
  await playMoments(run, story, pace, returns);
  await runbooks.stop();
  endForesight();
  surges.stop();
  // What was sent within the story is answered as the story left things, not as the closing cures do.
  if (!signal.aborted) await Promise.all([probing.finished, ledgers.finished]);
  effort.end();
  await cureOpen(run);
  probing.stop();
  ledgers.stop();
  await Promise.all([probing.finished, ledgers.finished]);
  over.abort();
  await Promise.all([flushing, watching]);
  attempt(run, flush);
  ledgers.flush(true);
  if (!signal.aborted) await ledgers.recall();
  unmade.end();
  warnOfLag(run, lags.p99Ms());
}

/** Whole seconds of the story are whole seconds of the wall clock, because an engine's kernel timers may know no finer. */
function layZero({ plan, clock, engine }: Run): number {
  const headStartsMs = plan.moments.map((moment) => leadOf(engine, moment) - moment.atMs);
  const earliestMs = clock.now() + Math.max(0, ...headStartsMs);
  const epochMs = clock.epochOf(earliestMs);
  return earliestMs + (Math.ceil(epochMs / 1000) * 1000 - epochMs);
}

function leadOf(engine: Engine, moment: Moment): number {
  return engine.leadMs(moment.cures.length + moment.steps.length);
}

function surgeTeller(run: Run): SurgeOptions['tell'] {
  return (probe, count) => attempt(run, () => append(run, { entry: 'surge', probe: probe.name, ...count }));
}

async function flushRegularly(run: Run, zeroMs: number, flush: () => void, over: AbortSignal): Promise<void> {
  for (let count = 1; !over.aborted; count += 1) {
    await run.clock.sleepUntil(zeroMs + count * FLUSH_EVERY_MS, over);
    attempt(run, flush);
  }
}

/** Resolves when the story is over and every moment was answered; begins none any more once the drill is stopped. */
async function playMoments(run: Run, story: StoryClock, pace: Pace, returns: Returns): Promise<void> {
  const { plan, engine, signal } = run;
  const steps = stepsOf(plan);
  const starts = plan.moments
    .map((moment) => ({ moment, startMs: moment.atMs - leadOf(engine, moment) }))
    .sort((a, b) => a.startMs - b.startMs);
  const underWay: Promise<void>[] = [];
  for (const { moment, startMs } of starts) {
    await story.sleepUntil(startMs, signal);
    if (signal.aborted) break;
    // Not awaited here: a verb that hangs must not keep the next moment from starting on time.
    for (const part of partsOf(moment, steps)) {
      underWay.push(pace.during(carryOut(run, story, part, signal)).catch(run.fail));
    }
  }
  await story.sleepUntil(plan.durationMs, signal);
  returns.end();
  // A fault that is announced and not yet due is taken back before it happens.
  if (signal.aborted) await cureOpen(run);
  await Promise.all(underWay);
}

function warnOfLag(run: Run, lagMs: number): void {
  if (lagMs <= WORTHY_LAG_MS) return;
  const message = `this machine was too busy: one probe in a hundred was sent more than ${Math.round(lagMs)} ms late`;
  attempt(run, () => append(run, { entry: 'warning', message }));
}
