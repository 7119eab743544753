import { expect, test } from 'vitest';
import { virtualClock } from '../../src/clock.js';
import { openSteps, recoverDrill, runDrill } from '../../src/drill/drill.js';
import type { Census, Engine } from '../../src/engine/engine.js';
import { chanceOf } from '../../src/engine/sim/chance.js';
import { simEngine } from '../../src/engine/sim/sim.js';
import { type Entry, openJournal, readJournal } from '../../src/journal/journal.js';
import type { Plan } from '../../src/plan/plan.js';
import { drawPlan } from './any-plan.js';
import { makeMortal } from './mortal.js';

const RUNS = 10_000;
const MOST_BOUNDARIES = 90;
const seed = Number(process.env.FIREDRILL_SEED ?? Date.now() % 1_000_000);

/** How often each thing happened, so that a test in which nothing happens is seen. */
interface Tally {
  died: number;
  troubles: number;
  recoveries: number;
  recoveriesDied: number;
  leftOpen: number;
}

test(`ten thousand drills that die anywhere, on an engine that fails at random, are all restored (seed ${seed})`, async () => {
  const tally: Tally = { died: 0, troubles: 0, recoveries: 0, recoveriesDied: 0, leftOpen: 0 };
  for (let run = 0; run < RUNS; run += 1) {
    const wrong = await dieAndRecover(seed, run, tally).catch((error: unknown) => [String(error)]);
    expect({ seed, run, wrong }).toEqual({ seed, run, wrong: [] });
  }
  console.log(`seed ${seed}: ${RUNS} drills, ${JSON.stringify(tally)}`);
  expect(tally.died).toBeGreaterThan(RUNS / 3);
  expect(tally.troubles).toBeGreaterThan(RUNS / 10);
  expect(tally.leftOpen).toBeGreaterThan(RUNS / 10);
  expect(tally.recoveriesDied).toBeGreaterThan(RUNS / 10);
}, 300_000);

/** One drill, its death, and its recovery, which may die too and is begun again; returns what is wrong in the end. */
async function dieAndRecover(seed: number, run: number, tally: Tally): Promise<string[]> {
  const draw = chanceOf(seed, 'death', run);
  const plan = drawPlan(draw);
  const clock = virtualClock();
  const world = simEngine({ clock, seed: run });
  const paper: string[] = [];
  const dieAt = draw() < 0.2 ? 0 : 1 + Math.floor(draw() * MOST_BOUNDARIES);
  const mortal = makeMortal(world, paper, { draw, trouble: draw() < 0.5 ? 0 : 0.1, dieAt });
  return clock.run(async () => {
    const stop = new AbortController();
    const hurry = new AbortController();
    if (draw() < 0.3) void clock.sleepUntil(Math.floor(draw() * 15_000)).then(() => stop.abort('SIGINT'));
    if (draw() < 0.1) void clock.sleepUntil(Math.floor(draw() * 15_000)).then(() => hurry.abort());
    const drill = runDrill({
      ...{ plan, clock, engine: mortal.engine, journal: openJournal(mortal.sink), drill: 'd-1', firedrill: '0' },
      ...{ seed, startedAt: '', signal: stop.signal, hurry: hurry.signal },
    });
    const survived = await Promise.race([mortal.death.then(() => false), drill.then(yes, yes)]);
    tally.died += survived ? 0 : 1;
    tally.troubles += mortal.troubles();
    const wrong = findUnwritten(plan, read(paper), await world.census());
    const ended = read(paper).at(-1);
    // A drill that came to its end and left nothing needs nobody.
    if (survived && ended?.entry === 'end' && ended.left.length === 0) {
      return [...wrong, ...Object.keys(await world.census()).map((name) => `${name} still stands`)];
    }
    for (let tries = Math.floor(draw() * 3); tries > 0; tries -= 1) {
      const fate = { draw, trouble: 0.2, dieAt: draw() < 0.5 ? 0 : 1 + Math.floor(draw() * 12) };
      const helper = makeMortal(world, paper, fate);
      const recovery = recover(helper.engine, paper, helper.sink.write);
      const lived = await Promise.race([helper.death.then(() => false), recovery.then(yes, yes)]);
      tally.recoveriesDied += lived ? 0 : 1;
      wrong.push(...findUnwritten(plan, read(paper), await world.census()));
    }
    tally.recoveries += 1;
    return [...wrong, ...(await recoverWell(world, plan, paper, tally))];

    async function recover(engine: Engine, paper: string[], write: (line: string) => void) {
      // A line that a death cut off is taken away, as the journal's file is cut at its last whole line.
      if (paper.length > 0 && !paper.at(-1)?.endsWith('\n')) paper.pop();
      const entries = read(paper);
      const journal = openJournal({ write: entries.length === 0 ? () => {} : write, sync() {} });
      return recoverDrill({ drill: 'd-1', entries, engine, clock, journal, by: 'a test' });
    }

    /** The recovery by which all must be well. */
    async function recoverWell(world: Engine, plan: Plan, paper: string[], tally: Tally): Promise<string[]> {
      const stood = Object.keys(await world.census()).length > 0;
      const open = openSteps(plan, read(paper));
      tally.leftOpen += open.length > 0 ? 1 : 0;
      const seen: Census[] = [];
      const watched: Engine = {
        ...world,
        async lower(tell) {
          seen.push(await world.census());
          return world.lower(tell);
        },
      };
      const { left } = await recover(watched, paper, (line) => void paper.push(line));
      const wrong = left.map((what) => `left: ${what}`);
      for (const [unit, facts] of Object.entries(seen[0] ?? {})) {
        if (facts.includes(',')) wrong.push(`${unit} was removed broken: ${facts}`);
      }
      for (const { unit } of open) {
        const facts = seen[0]?.[`unit ${unit}`] ?? '';
        if (stood && !/^(running|a spare)/.test(facts)) wrong.push(`${unit} does not run again`);
      }
      for (const name of Object.keys(await world.census())) wrong.push(`${name} still stands`);
      const entries = read(paper);
      const end = entries.at(-1);
      if (entries.length > 0 && (end?.entry !== 'end' || end.left.length > 0))
        wrong.push('the journal has no good end');
      const uncured = openSteps(plan, entries);
      if (stood && uncured.length > 0) wrong.push(`never cured: ${uncured.map(({ id }) => id).join(', ')}`);
      return wrong;
    }
  });
}

const yes = () => true;

/** The journal as far as it was written; nothing when not even its first line was. */
function read(paper: readonly string[]): Entry[] {
  const text = paper.join('');
  return text.includes('\n') ? readJournal(text, 'journal') : [];
}

/** Faults that lie on a unit and that the journal does not hold as intended and not cured. */
function findUnwritten(plan: Plan, entries: readonly Entry[], census: Census): string[] {
  const written = new Set(openSteps(plan, entries).map(({ unit, action }) => `unit ${unit} ${action.verb}`));
  return Object.entries(census).flatMap(([name, facts]) => {
    const [, ...verbs] = facts.split(', ');
    const unwritten = verbs.filter((verb) => !written.has(`${name} ${verb}`));
    return unwritten.map((verb) => `${name} has ${verb}, which the journal does not know`);
  });
}
