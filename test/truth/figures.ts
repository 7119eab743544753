import type { Effect } from '../../src/engine/engine.js';
import { type Entry, samplesOf } from '../../src/journal/journal.js';
import { judge } from '../../src/judge/judge.js';
import type { Fault, Plan } from '../../src/plan/plan.js';
import { clockAt } from '../../src/scenario/scenario.js';
import type { Case } from './cases.js';
import type { Between, Heart, Silence } from './hearts.js';
import { entriesOf, planIn } from './own-journal.js';

/** One interval that was published, beside what is true. */
export interface Figure {
  readonly kind:
    | 'took hold'
    | 'halted'
    | 'stopped'
    | 'ended'
    | 'detect'
    | 'recover'
    | 'ready again'
    | 'reprotect'
    | 'lost';
  readonly case: string;
  readonly what: string;
  /** Milliseconds, or rows that were lost. A published high of null: it is censored. */
  readonly published: readonly [lowMs: number, highMs: number | null];
  /** null: what was published never happened, or what happened was not published. */
  readonly truth: Between | null;
  /** How far apart the two are; 0: they share an instant, or lie no further apart than the observer sees. */
  readonly apartMs: number;
}

/** A heart beats each 5 ms, later on a busy machine: what ended after one beat ended at the latest so long after it. */
const BEAT_MS = 15;
/** What a process needs until its first instruction, and the clocks' rounding. */
const START_MS = 30;
const EXIT_MS = 60;
const ROUND_MS = 2;
const NEAR_MS = 2500;
const UNHEARD = 4;
/** No two happenings of a case are nearer to each other. */
const EARLY_MS = 900;
/** A busy machine makes hearts pause so long. */
const NOISE_MS = 250;

/** All that a drill published of one case, each beside what its unit knew itself, and what others heard of it. */
export function figuresOf(one: Case, entries: readonly Entry[], inside: Heart, across: Heart): Figure[] {
  const own = entriesOf(entries, one);
  const plan = planIn(own);
  const scene: Scene = { one, own, plan, inside, across };
  return [
    ...plan.faults.flatMap((fault) => holdsOf(scene, fault)),
    ...plan.faults.flatMap((fault) => haltsOf(scene, fault)),
    ...plan.faults.flatMap((fault) => endsOf(scene, fault)),
    ...returnsOf(scene),
    ...findingsOf(scene),
    ...lostOf(scene),
  ];
}

interface Scene {
  readonly one: Case;
  readonly own: readonly Entry[];
  readonly plan: Plan;
  readonly inside: Heart;
  readonly across: Heart;
}

function effectOf({ own }: Scene, does: 'fault' | 'cure', { steps }: Fault, unit: string): Effect | null {
  const ids = new Set(steps.filter((step) => step.unit === unit).map(({ id }) => id));
  for (const entry of own) {
    // Cures that close a drill are watched by nobody.
    if (entry.entry !== 'effect' || entry.does !== does || entry.title.startsWith('cure ')) continue;
    const effect = entry.effects.find(({ step, error }) => ids.has(step) && error === null);
    if (effect !== undefined) return effect;
  }
  return null;
}

/** Whether the unit was heard before a fault was due, so that what befell it then can be told, also where that came too early. */
function wasUp(heart: Heart, { atMs }: Fault): boolean {
  const beforeMs = atMs - EARLY_MS;
  const isBorn = heart.lives.some(({ listenedMs }) => listenedMs < atMs);
  return isBorn && !longOf(heart).some(({ fromMs, toMs }) => fromMs < beforeMs && (toMs === null || toMs > beforeMs));
}

function nearest(instants: readonly Between[], [low, high]: Between): Between | null {
  const apart = (instant: Between) => Math.max(0, low - instant[1], instant[0] - high);
  const [first] = instants.toSorted((a, b) => apart(a) - apart(b));
  return first !== undefined && apart(first) <= NEAR_MS ? first : null;
}

function figure(scene: Scene, told: Omit<Figure, 'case' | 'apartMs'>, touchMs: number): Figure {
  const [low, high] = told.published;
  const { truth } = told;
  const apart = truth === null ? Number.POSITIVE_INFINITY : Math.max(0, low - truth[1], truth[0] - (high ?? truth[0]));
  return { ...told, case: describe(scene.one), apartMs: apart <= touchMs ? 0 : apart - touchMs };
}

function describe({ name, kinds, order, restart }: Case): string {
  const [first, second] = kinds;
  const over = { alone: first, after: `${second} after ${first}`, within: `${second} within ${first}` };
  return `${name} ${{ ...over, across: `${second} across the end of ${first}` }[order]} (restart ${restart})`;
}

/** When the network of a unit, or its process, fell silent, was asked to end, or stood still. */
function instantsOf({ kind }: Fault, { inside, across }: Scene): Between[] {
  const beat = (atMs: number): Between => [atMs, atMs + BEAT_MS];
  switch (kind) {
    case 'stop':
      return inside.terms.map((atMs): Between => [atMs, atMs]);
    case 'freeze':
      // What was killed before it went on never tells that it stood still.
      return [...inside.standstills, ...longOf(inside).map(({ fromMs }) => [fromMs])].map(([fromMs = 0]) =>
        beat(fromMs),
      );
    case 'partition':
    case 'link':
      return longOf(across).map(({ fromMs }) => beat(fromMs));
    case 'crash':
      // What is started again at once is hardly silent.
      return [...lastsOf(inside), ...longOf(inside).map(({ fromMs }) => fromMs)].map(beat);
    default:
      return longOf(inside).map(({ fromMs }) => beat(fromMs));
  }
}

/** The last beats of all lives of which the next has told. */
function lastsOf({ lives }: Heart): number[] {
  return lives.flatMap(({ lastMs }) => lastMs ?? []);
}

/** Those that no busy machine makes. */
function longOf({ silences }: Heart): Silence[] {
  return silences.filter(({ fromMs, toMs }) => (toMs ?? Number.POSITIVE_INFINITY) - fromMs > NOISE_MS);
}

function holdsOf(scene: Scene, fault: Fault): Figure[] {
  const effect = effectOf(scene, 'fault', fault, scene.one.unit);
  if (effect === null) return [];
  const isOfNetwork = fault.kind === 'partition' || fault.kind === 'link';
  const heart = isOfNetwork ? scene.across : scene.inside;
  // What is silent already cannot be seen to fall silent.
  if (!wasUp(heart, fault)) return [];
  const published: Between = [effect.fromMs, effect.toMs];
  const truth = nearest(instantsOf(fault, scene), published);
  return [figure(scene, { kind: 'took hold', what: fault.title, published, truth }, ROUND_MS)];
}

/** When the last instruction ran of a unit that lost its power, or the process ended that was asked to. */
function haltsOf(scene: Scene, fault: Fault): Figure[] {
  const effect = effectOf(scene, 'fault', fault, scene.one.unit);
  const { inside } = scene;
  const halt = effect?.halted ?? effect?.ended;
  if (halt == null || !wasUp(inside, fault)) return [];
  const kind = effect?.halted === undefined ? 'stopped' : 'halted';
  const published: Between = [halt.fromMs, halt.toMs];
  // What ends by itself has its kernel take it away after its last instruction.
  const moreMs = effect?.ended?.by === 'itself' ? EXIT_MS : BEAT_MS;
  const lasts = lastsOf(inside).map((atMs): Between => [atMs, atMs + moreMs]);
  const truth = nearest(lasts, published);
  // Of what never began anew nobody read when its last beat was.
  return truth === null ? [] : [figure(scene, { kind, what: fault.title, published, truth }, ROUND_MS)];
}

function endsOf(scene: Scene, fault: Fault): Figure[] {
  const { inside, across } = scene;
  const effect = effectOf(scene, 'cure', fault, scene.one.unit);
  if (effect === null) return [];
  const heard = ({ silences }: Heart) =>
    silences.flatMap(({ toMs }): Between[] => (toMs === null ? [] : [[toMs - BEAT_MS, toMs]]));
  const began =
    {
      freeze: inside.standstills.map(([, toMs]): Between => [toMs - BEAT_MS, toMs]),
      partition: heard(across),
      link: heard(across),
    }[fault.kind] ?? inside.lives.map(({ bootMs }): Between => [bootMs - START_MS, bootMs]);
  const published: Between = [effect.fromMs, effect.toMs];
  const truth = nearest(began, published);
  // Where something else keeps it down, the end of this changes nothing that can be seen.
  if (truth === null || apartOf(published, truth) > 1000) return [];
  return [figure(scene, { kind: 'ended', what: fault.title, published, truth }, ROUND_MS)];
}

function apartOf([low, high]: Between, truth: Between): number {
  return Math.max(0, low - truth[1], truth[0] - high);
}

/** When the unit served again after a silence: when its new life listened, or when it went on. */
function upAt({ inside }: Scene, { fromMs, toMs }: Silence): Between | null {
  if (toMs === null) return null;
  const life = inside.lives.findLast(({ listenedMs }) => listenedMs > fromMs && listenedMs <= toMs + ROUND_MS);
  const went = inside.standstills.find(([, wentMs]) => wentMs > fromMs && Math.abs(wentMs - toMs) < BEAT_MS);
  if (went !== undefined) return [went[1] - BEAT_MS, went[1]];
  return life === undefined ? [toMs - BEAT_MS, toMs] : [life.listenedMs, life.listenedMs + ROUND_MS];
}

function returnsOf(scene: Scene): Figure[] {
  const entries = scene.own.flatMap((entry) => (entry.entry === 'ready' ? [entry] : []));
  const ups = scene.inside.silences.flatMap((silence): Between[] =>
    upAt(scene, silence) === null ? [] : [upAt(scene, silence) as Between],
  );
  return entries.flatMap(({ lowMs, highMs, after }) => {
    const what = `after ${(after ?? []).join(', ')}`;
    if (highMs === null) return [];
    const truth = nearest(ups, [lowMs, highMs]);
    return [figure(scene, { kind: 'ready again', what, published: [lowMs, highMs], truth }, ROUND_MS)];
  });
}

/** The verdict's figures: durations from the instant at which the fault took hold. */
function findingsOf(scene: Scene): Figure[] {
  const { own, plan, inside, one } = scene;
  const { findings } = judge(own);
  return plan.faults.flatMap((fault): Figure[] => {
    const effect = effectOf(scene, 'fault', fault, one.unit);
    if (effect === null || fault.kind === 'partition' || fault.kind === 'link') return [];
    const held = nearest(instantsOf(fault, scene), [effect.fromMs, effect.toMs]);
    const silence = inside.silences.find(({ fromMs, toMs }) => {
      const ends = toMs ?? Number.POSITIVE_INFINITY;
      return ends - fromMs > NOISE_MS && fromMs <= effect.toMs + 100 && ends > effect.fromMs;
    });
    if (held === null || silence === undefined || !wasUp(inside, fault)) return [];
    const nextMs = Math.min(
      ...plan.faults
        .map((other) => effectOf(scene, 'fault', other, one.unit)?.fromMs ?? Infinity)
        .filter((ms) => ms > effect.toMs),
    );
    const up = upAt(scene, silence);
    const failed = samplesOf(own, one.name).find(({ ok, endedMs }) => !ok && endedMs > effect.fromMs);
    const since = ([low, high]: Between): Between => [low - held[1], high - held[0]];
    const back = up === null ? null : since(up);
    const seen = failed === undefined ? null : since([failed.endedMs, failed.endedMs]);
    return findings
      .filter(
        ({ fault: name, limit }) => limit === null && name === `${fault.title} @${clockAt(plan.begins, fault.atMs)}`,
      )
      .flatMap(({ measure, value, low, high, because }): Figure[] => {
        if (low === null || value === null || !isMeasure(measure)) return [];
        const truth = measure === 'detect' ? seen : back;
        const what = `${fault.title}: ${because}`;
        const published = [low * 1000, high === null ? null : high * 1000] as const;
        // What is cut short by the next fault, or by the end, says only how long it took at least.
        if (high === null && (truth === null || truth[1] >= nextMs - effect.toMs)) {
          return [figure(scene, { kind: measure, what, published, truth: [nextMs - held[1], Infinity] }, 100)];
        }
        return [figure(scene, { kind: measure, what, published, truth }, ROUND_MS)];
      });
  });
}

/** Rows that were acknowledged and are gone; the last answers before each fault may not have arrived. */
function lostOf(scene: Scene): Figure[] {
  const { one, own, inside, plan } = scene;
  const lose = judge(own).findings.find(({ measure, unit }) => measure === 'lose' && unit === 'writes');
  if (!one.writes || lose?.low == null) return [];
  const truth: Between = [Math.max(0, inside.lost - UNHEARD * plan.faults.length), inside.lost];
  const published = [lose.low, lose.high] as const;
  return [figure(scene, { kind: 'lost', what: lose.because, published, truth }, 0)];
}

function isMeasure(measure: string): measure is 'detect' | 'recover' | 'reprotect' {
  return measure === 'detect' || measure === 'recover' || measure === 'reprotect';
}
