import { InputError } from '../errors.js';
import type { Trial } from '../forecast/forecast.js';
import { type Plan, planDrill } from '../plan/plan.js';
import type { Edit, Scenario } from '../scenario/scenario.js';
import { type Change, serversOf } from './change.js';
import { conclude } from './conclusion.js';
import { CLEAR_PERCENT, type Effort, type Pair, type Single, type Untried, type WhatIf } from './findings.js';
import { type Aim, countedProbes, type Score, scoreOf, units } from './score.js';

/** Where scenarios are read and played. */
export interface Lab {
  /** The scenario with these edits. @throws InputError when it cannot be like that. */
  read(edits: readonly Edit[]): Scenario;
  /** A trial a seed, in their order. */
  play(plan: Plan, seeds: readonly number[]): Promise<readonly Trial[]>;
  /** The changes that apply to a scenario. */
  changesOf(scenario: Scenario, plan: Plan): readonly Change[];
}

/** What is to be found out. */
export interface Wishes {
  readonly by: Aim;
  /** The only probe, or family of probes, that counts; null: all that users see. */
  readonly probe: string | null;
  readonly engine: string;
  readonly seed: number;
  /** One a trial; every change is played with the same. */
  readonly seeds: readonly number[];
  /** How many drills may be played. */
  readonly budget: number;
  /** Changes that a person named. */
  readonly named: readonly Change[];
}

/** So many pairs are played with every seed, and told. */
const MOST_PAIRS = 10;

/** A change with the scenario that it makes, and what came of it. */
interface Trying {
  readonly change: Change;
  readonly scenario: Scenario;
  readonly plan: Plan;
}

interface Tried extends Trying {
  readonly single: Single;
  /** Its score with the first seed alone, against which pairs are tried. */
  readonly first: Score | null;
}

/**
 * Plays the scenario as it is, with each change, and, within the budget, with pairs of changes: each pair first with one
 * seed, then those that save clearly more than either of its changes with all. Deterministic, however `play` is done.
 * @throws InputError when a change that a person named cannot be made, or there is no such probe.
 */
export async function exploreChanges(lab: Lab, wishes: Wishes): Promise<WhatIf> {
  const scenario = lab.read([]);
  const plan = planDrill(scenario);
  refuseWrong(lab, wishes.named);
  const probes = countedProbes(plan, wishes.probe);
  const purse = { left: wishes.budget };
  const scored = (trials: readonly Trial[]) => scoreOf(trials, wishes.by, probes);
  const base = await playAll(lab, plan, wishes.seeds, purse);
  const baseline = scored(base);
  const untried: Untried[] = [];
  const found: { tried: Tried[]; pairs: Pair[]; pairsTried: number } = { tried: [], pairs: [], pairsTried: 0 };
  if (baseline !== null && baseline.value > 0) {
    const from: Baseline = { score: baseline, first: scored(base.slice(0, 1)), servers: serversOf(scenario), scored };
    const all = [...wishes.named, ...lab.changesOf(scenario, plan)];
    found.tried = await trySingles(lab, wishes, from, all, purse, untried);
    Object.assign(found, await tryPairs(lab, wishes, from, found.tried, purse));
  }
  const singles = found.tried.map(({ single }) => single).sort(byMerit);
  const told = { by: wishes.by, unit: units[wishes.by], baseline, singles, pairs: found.pairs, untried };
  return {
    ...({ format: 1, scenario: plan.name, engine: wishes.engine, measured: false } as const),
    ...{ seed: wishes.seed, trials: wishes.seeds.length, budget: wishes.budget, drills: wishes.budget - purse.left },
    ...{ ...told, servers: serversOf(scenario), pairsTried: found.pairsTried },
    conclusion: conclude(told),
  };
}

/** Says of all changes that were named what is wrong with them, before anything is played. */
function refuseWrong(lab: Lab, named: readonly Change[]): void {
  const made = named.map(({ edits }) => make(lab, edits));
  const problems = made.flatMap((one) => ('because' in one ? one.error.problems : []));
  if (problems.length > 0) throw new InputError(problems);
}

interface Baseline {
  readonly score: Score;
  readonly first: Score | null;
  readonly servers: number;
  scored(trials: readonly Trial[]): Score | null;
}

interface Purse {
  left: number;
}

async function playAll(lab: Lab, plan: Plan, seeds: readonly number[], purse: Purse): Promise<readonly Trial[]> {
  purse.left -= seeds.length;
  return lab.play(plan, seeds);
}

async function trySingles(
  lab: Lab,
  wishes: Wishes,
  from: Baseline,
  changes: readonly Change[],
  purse: Purse,
  untried: Untried[],
): Promise<Tried[]> {
  const playing = changes.map(async (change): Promise<Tried | null> => {
    const made = make(lab, change.edits);
    if ('because' in made) {
      untried.push({ title: change.title, because: made.because });
      return null;
    }
    if (purse.left < wishes.seeds.length) {
      untried.push({ title: change.title, because: 'the budget was used up' });
      return null;
    }
    const trials = await playAll(lab, made.plan, wishes.seeds, purse);
    const after = from.scored(trials);
    if (after === null) {
      untried.push({ title: change.title, because: 'its drills have no number' });
      return null;
    }
    const { key, title, about } = change;
    const single = { key, title, about, ...effortOf(from, after, made.scenario) };
    return { change, ...made, single, first: from.scored(trials.slice(0, 1)) };
  });
  return (await Promise.all(playing)).flatMap((tried) => tried ?? []);
}

type Made = Pick<Trying, 'scenario' | 'plan'>;

function make(lab: Lab, edits: readonly Edit[]): Made | { readonly because: string; readonly error: InputError } {
  try {
    const scenario = lab.read(edits);
    return { scenario, plan: planDrill(scenario) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const [problem] = error.problems;
    return { because: `${problem?.path ?? ''}: ${problem?.message ?? ''}`, error };
  }
}

function effortOf(from: Baseline, after: Score, scenario: Scenario): Effort {
  const saved = from.score.value - after.value;
  const savedPercent = (100 * saved) / from.score.value;
  return { after, saved, savedPercent, servers: serversOf(scenario) - from.servers };
}

function byMerit(a: Effort, b: Effort): number {
  return b.saved - a.saved || a.servers - b.servers;
}

async function tryPairs(
  lab: Lab,
  wishes: Wishes,
  from: Baseline,
  tried: readonly Tried[],
  purse: Purse,
): Promise<{ pairs: Pair[]; pairsTried: number }> {
  if (from.first === null) return { pairs: [], pairsTried: 0 };
  const least = (CLEAR_PERCENT / 100) * from.first.value;
  // What is kept back is for playing the best of them with every seed.
  const reserve = Math.min(purse.left / 2, MOST_PAIRS * wishes.seeds.length);
  const room = Math.floor(purse.left - reserve);
  let pairsTried = 0;
  const [seed] = wishes.seeds;
  const seen = candidates(tried).map(async (pair) => {
    const made = pairsTried < room ? combine(lab, pair) : null;
    if (made === null) return null;
    pairsTried += 1;
    const first = from.scored(await playAll(lab, made.plan, seed === undefined ? [] : [seed], purse));
    const alone = Math.min(...pair.map((one) => one.first?.value ?? Number.NEGATIVE_INFINITY));
    return first === null || alone - first.value < least ? null : { pair, made, first };
  });
  const good = (await Promise.all(seen)).flatMap((one) => one ?? []).sort((a, b) => a.first.value - b.first.value);
  const best = good.slice(0, Math.min(MOST_PAIRS, Math.floor(purse.left / wishes.seeds.length)));
  const pairs = await Promise.all(
    best.map(async ({ pair, made }): Promise<Pair[]> => {
      const after = from.scored(await playAll(lab, made.plan, wishes.seeds, purse));
      if (after === null) return [];
      const [one, other] = pair;
      const alonePercent = Math.max(one.single.savedPercent, other.single.savedPercent);
      const effort = effortOf(from, after, made.scenario);
      const titles = [one.change.title, other.change.title] as const;
      return [{ titles, abouts: [one.change.about, other.change.about], alonePercent, ...effort }];
    }),
  );
  const clear = pairs.flat().filter(({ savedPercent, alonePercent }) => savedPercent - alonePercent >= CLEAR_PERCENT);
  return { pairs: clear.sort(byMerit), pairsTried };
}

type Couple = readonly [Tried, Tried];

/** Pairs of which one at least does not help alone; those first of which the other one helps most. */
function candidates(tried: readonly Tried[]): Couple[] {
  const couples = tried.flatMap((one, index) => tried.slice(index + 1).map((other): Couple => [one, other]));
  const most = (couple: Couple) => Math.max(...couple.map(({ single }) => single.savedPercent));
  return couples
    .filter((couple) => couple.some(({ single }) => single.savedPercent < CLEAR_PERCENT))
    .toSorted((a, b) => most(b) - most(a));
}

/** Both changes made: the second one as it is for the scenario that the first one made; null when they exclude each other. */
function combine(lab: Lab, [one, other]: Couple): Made | null {
  const again = lab.changesOf(one.scenario, one.plan).find(({ key }) => key === other.change.key);
  const then = other.change.about === 'yours' ? other.change : again;
  if (then === undefined) return null;
  const made = make(lab, [...one.change.edits, ...then.edits]);
  return 'because' in made ? null : made;
}
