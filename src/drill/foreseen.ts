import { isoTimeOf } from '../clock.js';
import type { Foresight, Onlooker, Outlook, WorldChange } from '../engine/engine.js';
import type { WorldEvent } from '../journal/journal.js';
import { stepsOf } from '../plan/plan.js';
import { formatDuration, type Probe } from '../scenario/scenario.js';
import { carryOut, cureOpen, partsOf } from './acts.js';
import { type LostOfService, lossEntriesOf } from './losses.js';
import { roundMs } from './probing.js';
import { watchReturns } from './readiness.js';
import { append, attempt, type Run } from './run.js';
import { alarmOf, beginCourse, type Course, endCourse, turnCourse } from './spans.js';
import { type StoryClock, storyClock } from './story-clock.js';

/** The engine's foresight where it has one for this plan; null: somebody must look. */
export function foresightOf({ engine, plan }: Run): Foresight | null {
  const { foresight } = engine;
  // A story that jumps tells what looks saw before each jump, a runbook confirms by them, and a surge is made of them.
  const needsLooks =
    plan.settleMs !== undefined || plan.runbooks !== undefined || plan.probes.some(({ surge }) => surge != null);
  return foresight !== undefined && !needsLooks && foresight.knows(plan) ? foresight : null;
}

/** The gate before a story of which every answer is known: as `passGate` gives it, without a look. */
export async function passForeseenGate({ plan, clock }: Run, foresight: Foresight): Promise<string | null> {
  const { forMs, withinMs } = plan.steady;
  const startMs = clock.now();
  const seen = new Map<Probe, { sinceMs: number; outlook: Outlook }>();
  const steadyAtMs = () => {
    let atMs = startMs;
    for (const { sinceMs, outlook } of seen.values()) {
      atMs = Math.max(atMs, outlook.ok ? sinceMs + forMs : Number.POSITIVE_INFINITY);
    }
    return atMs;
  };
  const onlooker: Onlooker = {
    see(probe, atMs, outlook) {
      const before = seen.get(probe);
      const goesOn = before?.outlook.ok && outlook.ok;
      seen.set(probe, { sinceMs: goesOn ? before.sinceMs : atMs, outlook });
    },
    hear() {},
    lose() {},
    untilMs: () => Math.min(startMs + withinMs, steadyAtMs()),
  };
  foresight.show(plan.probes, onlooker);
  await foresight.pass();
  foresight.hide();
  if (steadyAtMs() <= clock.now()) return null;
  const culprits = [...seen].filter(([, { outlook }]) => !outlook.ok);
  const named = culprits.map(([probe, { outlook }]) => `${probe.name} (${outlook.error ?? 'no answer yet'})`);
  const wanted = `good for ${formatDuration(forMs)} without a break within ${formatDuration(withinMs)}`;
  return `these probes were not ${wanted}: ${named.join(', ')}`;
}

/** Lives a story through of which every answer is known: moments on time, and in the journal what looks would have seen. */
export async function playForeseenStory(run: Run, foresight: Foresight, zeroMs: number): Promise<void> {
  const { plan, clock, signal } = run;
  append(run, { entry: 'begin', wallAt: isoTimeOf(Math.round(clock.epochOf(zeroMs))) });
  await clock.sleepUntil(zeroMs, signal);
  const courses = new Map<Probe, Course>();
  const losses: LostOfService[] = [];
  let untilMs = 0;
  foresight.show(plan.probes, {
    see(probe, atMs, outlook) {
      const course = courses.get(probe);
      if (course === undefined) courses.set(probe, beginCourse(probe, outlook));
      else turnCourse(course, atMs - zeroMs, outlook);
    },
    hear: (change) => attempt(run, () => appendEvent(run, change, (clockMs) => clockMs - zeroMs)),
    lose: ({ service, untilMs: lastMs, ageMs }) => losses.push({ service, untilMs: lastMs - zeroMs, ageMs }),
    untilMs: () => zeroMs + Math.min(untilMs, alarmOf(plan.guard, courses.values())?.atMs ?? untilMs),
  });
  const passUntil = async (atMs: number) => {
    untilMs = atMs;
    if (!signal.aborted) await foresight.pass();
    const alarm = alarmOf(plan.guard, courses.values());
    if (alarm !== null && zeroMs + alarm.atMs <= clock.now()) run.stop(alarm.because);
  };
  const returns = watchReturns(run, run.story ?? storyClock(clock, zeroMs));
  run.witness = returns;
  const underWay = await playMoments(run, passUntil);
  if (!signal.aborted) await passUntil(plan.durationMs);
  returns.end();
  const endMs = Math.min(plan.durationMs, clock.now() - zeroMs);
  foresight.hide();
  for (const course of courses.values()) endCourse(course, endMs);
  await cureOpen(run);
  await Promise.all(underWay);
  for (const { probe, spans } of courses.values()) {
    attempt(run, () => append(run, { entry: 'spans', probe: probe.name, spans }));
  }
  for (const loss of lossEntriesOf(plan, courses.values(), losses)) attempt(run, () => append(run, loss));
}

/**
 * Beside looks that are taken all the same, what an engine with foresight knows and no look can see: the events of its world
 * as they come, and, when the returned function is called at the end of the story, what the ledgers lost.
 */
export function foreseeBeside(run: Run, story: StoryClock): () => void {
  const { plan, engine, books } = run;
  const { foresight } = engine;
  if (foresight === undefined || books.size > 0 || !foresight.knows(plan)) return () => {};
  const courses = new Map<Probe, Course>();
  const losses: LostOfService[] = [];
  foresight.show(plan.probes, {
    see(probe, atMs, outlook) {
      const course = courses.get(probe);
      if (course === undefined) courses.set(probe, beginCourse(probe, outlook));
      else turnCourse(course, story.storyOf(atMs), outlook);
    },
    hear: (change) => attempt(run, () => appendEvent(run, change, story.storyOf)),
    lose: ({ service, untilMs, ageMs }) => losses.push({ service, untilMs: story.storyOf(untilMs), ageMs }),
    untilMs: () => 0,
  });
  return () => {
    foresight.hide();
    for (const course of courses.values()) endCourse(course, story.now());
    for (const loss of lossEntriesOf(plan, courses.values(), losses)) attempt(run, () => append(run, loss));
  };
}

/** Begins every moment at its instant until the drill is stopped, and returns what is not answered yet. */
async function playMoments(run: Run, passUntil: (atMs: number) => Promise<void>): Promise<Promise<void>[]> {
  const { plan, clock, signal } = run;
  const story = run.story ?? storyClock(clock, 0);
  const steps = stepsOf(plan);
  const underWay: Promise<void>[] = [];
  for (const moment of plan.moments) {
    await passUntil(moment.atMs);
    if (signal.aborted) break;
    for (const part of partsOf(moment, steps)) {
      underWay.push(carryOut(run, story, part, signal).catch(run.fail));
    }
    // Whoever sleeps until this instant since before this line is awake before it: all of the moment has happened by then.
    await clock.sleepUntil(clock.now());
  }
  return underWay;
}

function appendEvent(run: Run, change: WorldChange, storyOf: (clockMs: number) => number): void {
  const { id, kind, name, state, because, detail } = change;
  run.journal.append({
    ...{ atMs: roundMs(storyOf(change.atMs)), monoMs: roundMs(change.atMs), entry: 'event', id },
    subject: { kind, name },
    // The engine's states are those of the journal; the port names none of them, because only readers tell them apart.
    state: state as WorldEvent['state'],
    because,
    ...(detail === null ? {} : { detail }),
  });
}
