import type { Reading } from '../engine/engine.js';
import type { Sample } from '../journal/journal.js';
import { type Runbook, type RunbookStep, SPARE, type Step, stepsOf } from '../plan/plan.js';
import { formatDuration, type Probe } from '../scenario/scenario.js';
import { carryOut } from './acts.js';
import type { Pace } from './pace.js';
import { roundMs } from './probing.js';
import { appendDurably, attempt, type Run } from './run.js';
import type { StoryClock } from './story-clock.js';

/** What the steps of a runbook need of the drill that they are part of. */
export interface Scene {
  readonly run: Run;
  readonly story: StoryClock;
  readonly pace: Pace;
  /** The last sample of each probe. */
  readonly latest: ReadonlyMap<Probe, Sample>;
  /** Aborts when the story is over: what is not done by then stays undone. */
  readonly over: AbortSignal;
}

/** How often a step that cannot be done is looked at, and how often one that failed is tried again. */
const LOOK_EVERY_MS = 2000;
const AGAIN_MS = 5000;
/** A command of a step that has not ended after this long has failed. */
const COMMAND_MS = 60_000;
/** A fault at the instant of a runbook passes through two hands that sleep until then: the story's and its engine's. */
const TURNS = 2;
const STORY_OVER: Reading = { ok: false, error: 'the story is over' };
const GOOD: Reading = { ok: true, error: null };

/** Begins every runbook of the plan at its instant; `stop` ends those that are not done and resolves when none goes on. */
export function startRunbooks(scene: Omit<Scene, 'over'>): { stop(): Promise<void> } {
  const { plan, signal } = scene.run;
  const ended = new AbortController();
  const end = () => ended.abort();
  signal.addEventListener('abort', end, { once: true });
  const playing = (plan.runbooks ?? []).map((book) => playRunbook({ ...scene, over: ended.signal }, book));
  return {
    async stop() {
      signal.removeEventListener('abort', end);
      end();
      await Promise.all(playing);
    },
  };
}

/** Does a runbook's steps one after another, from its instant on; each state of each step is in the journal. Never rejects. */
async function playRunbook(scene: Scene, { atMs, steps }: Runbook): Promise<void> {
  const { story, over, run } = scene;
  const forget = scene.pace.expect(atMs);
  await story.sleepUntil(atMs, over);
  forget();
  // Who sleeps until now wakes after all who slept until this instant before: what happens in it has happened then.
  for (let turns = 0; turns < TURNS && !over.aborted; turns += 1) await run.clock.sleepUntil(run.clock.now(), over);
  try {
    for (const step of steps) await playStep(scene, step);
  } catch (error) {
    run.fail(error);
  }
}

async function playStep(scene: Scene, step: RunbookStep): Promise<void> {
  const { over } = scene;
  const tell = tellerOf(scene, step);
  await untilAble(scene, step, tell);
  if (step.decideMs > 0 && !over.aborted) {
    tell('deciding', [`it takes ${formatDuration(step.decideMs)}`]);
    await pass(scene, step.decideMs);
  }
  for (let tries = 0; !over.aborted; tries += 1) {
    await untilAble(scene, step, tell);
    if (over.aborted) return;
    if (tries === 0) await spendTime(scene, step, tell);
    // What it runs from may have gone dark while it was being done.
    if (over.aborted || (await whyNot(scene, step)).length > 0) continue;
    const { ok, error, output = '' } = await perform(scene, step);
    if (over.aborted) return;
    if (ok) return tell('done', output === '' ? [] : [output]);
    tell('blocked', [error ?? 'it failed']);
    await scene.run.clock.sleepUntil(scene.run.clock.now() + AGAIN_MS, over);
  }
}

type Tell = (state: 'blocked' | 'deciding' | 'working' | 'done', because: readonly string[]) => void;

/** Writes each change once: what is looked at again and is as it was is no news, and keeps no story from jumping. */
function tellerOf({ run, pace }: Scene, { id }: RunbookStep): Tell {
  let told = '';
  return (state, because) => {
    const news = JSON.stringify([state, because]);
    if (news === told) return;
    told = news;
    pace.stir();
    attempt(run, () => appendDurably(run, { entry: 'runbook', step: id, state, because }));
  };
}

async function untilAble(scene: Scene, step: RunbookStep, tell: Tell): Promise<void> {
  const { run, over } = scene;
  while (!over.aborted) {
    const because = await whyNot(scene, step);
    if (because.length === 0 || over.aborted) return;
    tell('blocked', because);
    await run.clock.sleepUntil(run.clock.now() + LOOK_EVERY_MS, over);
  }
}

/** Why it cannot be done now: what it runs from and what it needs, as far as they are not able, a sentence each. */
async function whyNot({ run }: Scene, { runsFrom, needs }: RunbookStep): Promise<string[]> {
  const names = [...(runsFrom === null ? [] : [runsFrom]), ...needs];
  const whys = await Promise.all(names.map((name) => run.engine.whyUnable(name)));
  return whys.flatMap((why) => why ?? []);
}

async function spendTime(scene: Scene, step: RunbookStep, tell: Tell): Promise<void> {
  const { ask } = scene.run;
  tell('working', []);
  if (step.by === 'person' && ask !== undefined) await scene.pace.during(ask(step, scene.over));
  else if (step.takesMs > 0) await pass(scene, step.takesMs);
}

/** Lets so much of the story pass; nothing else is known to happen in it, so the story may jump to its end. */
async function pass({ story, pace, over }: Scene, ms: number): Promise<void> {
  const untilMs = story.now() + ms;
  const forget = pace.expect(untilMs);
  await story.sleepUntil(untilMs, over);
  forget();
}

async function perform(scene: Scene, step: RunbookStep): Promise<Reading & { output?: string }> {
  const { run, pace, over, latest } = scene;
  const { does, runsFrom } = step;
  switch (does?.kind) {
    case 'exec':
      return Promise.race([
        run.engine.execute(runsFrom ?? '', does.command, run.clock.now() + COMMAND_MS),
        run.clock.sleepUntil(Number.POSITIVE_INFINITY, over).then(() => STORY_OVER),
      ]);
    case 'restore':
    case 'start':
      return pace.during(restore(scene, step, does.steps));
    case 'confirm': {
      const bad = [...latest].find(([probe, { ok }]) => probe.family === does.probe && !ok);
      if (bad === undefined) return GOOD;
      const [{ name }, { error, hole }] = bad;
      return {
        ok: false,
        error: hole === true ? `nobody can look at ${name}: ${error}` : `${name} is not good: ${error}`,
      };
    }
    default:
      return over.aborted ? STORY_OVER : GOOD;
  }
}

async function restore({ run, story }: Scene, { title }: RunbookStep, ids: readonly string[]): Promise<Reading> {
  const isOpen = ({ id, fault }: Step) => run.open.has(id) || (fault === SPARE && !run.started.has(id));
  const steps = [...stepsOf(run.plan).values()].filter((step) => ids.includes(step.id) && isOpen(step));
  if (steps.length === 0) return GOOD;
  // Only what breaks wants to be announced: a cure may begin at once.
  const dueMs = roundMs(story.now());
  await carryOut(run, story, { does: 'cure', title, steps, dueMs }, run.signal);
  const open = steps.filter(isOpen).map(({ unit }) => unit);
  return open.length === 0 ? GOOD : { ok: false, error: `${open.join(', ')} could not be brought back` };
}
