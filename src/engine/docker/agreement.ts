import { bothOf, lengthOf, meet, middleOf, type Range, shiftedBy, sizeOf } from './ranges.js';
import type { Almanac, Course } from './steered-clock.js';

/** What a kernel's clocks showed between two instants of the runner's own clock: its time of day, and right after that its time since boot. */
export interface Stamp {
  readonly sentRawMs: number;
  readonly gotRawMs: number;
  readonly epochMs: number;
  /** Cut to hundredths of a second. */
  readonly uptimeMs: number;
}

/** A clock that moved between two instants of the drill's time: the kernel's time of day, or the runner's time against the kernel's. */
export interface Step {
  readonly whose: 'engine' | 'between';
  readonly byMs: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** How the runner's clock agrees with a kernel's, as one stamp after the other tells it. */
export interface Agreement extends Almanac {
  /** Learns from a stamp, and gives what moved since the one before; the drill's time has come as far as `latestMs`. */
  take(stamp: Stamp, latestMs: number): Step[];
  /** How the drill's time goes, by what is known now. */
  course(): Course;
  /** How far the drill's time may be from the kernel's at the runner's `rawMs`. */
  unsureMs(rawMs: number): number;
}

/** Since when the time of day is `apartMs` after the drill's time; the change came between the two instants. */
interface Era {
  readonly fromMs: number;
  readonly toMs: number;
  readonly apartMs: number;
}

/** A stamp, and the drill's time that is its own. */
type Mark = Stamp & { readonly atMs: number };

interface State {
  course: Course;
  readonly eras: Era[];
  /** How much later the kernel's time may be than the drill's, when it was last asked. */
  error: Range;
  seenRawMs: number;
  /** When the question went of which that was the answer: what moved since then may be unseen. */
  askedRawMs: number;
  /** How fast the kernel's time may go with the runner's. */
  rates: { readonly low: number; readonly high: number };
  /** When the kernel may have booted, by its time of day. */
  boot: Range;
  marks: Mark[];
  /** How it was when the kernel was asked. */
  readonly past: Known[];
  /** When the drill's time was not known, because the runner's clock had leapt. */
  readonly leaps: Range[];
}

/** How much later the kernel's time may have been than the drill's at `atMs`, by what is known now. */
interface Known {
  readonly atMs: number;
  error: Range;
  /** The course that was taken then: so much later at once, and so fast. */
  readonly setMs: number;
  readonly rate: number;
  /** The kernel's time of day was set since the one before: by how much is not known as well as to tell how it was then. */
  readonly isAnew?: boolean;
}

/** Two clocks of which nothing is known may go apart by so much of their time, and known ones may change their rate by so much. */
const WIDE = { low: 0.9, high: 1.1 };
const WOBBLE = 0.0002;
/** A rate is measured over so long, by a mark a second. */
const WINDOW_MS = 60_000;
const MARK_EVERY_MS = 1000;
const KEPT = 2400;
/** What is found out later makes so many earlier errors smaller. */
const REVISED = 40;
const UPTIME_MS = 10;
/** A smaller step is made good like an error, and is in the intervals; it is not worth a word. */
const WORTHY_MS = 20;

/** An agreement that begins with this stamp: the drill's time goes on as it did (`at`), and has the kernel's time of day. */
export function openAgreement(first: Stamp, at: (rawMs: number) => number): Agreement {
  const rawMs = middleOf(askedIn(first));
  const half = lengthOf(askedIn(first)) / 2;
  const course = { rawMs, atMs: at(rawMs), rate: 1 };
  const since = Number.NEGATIVE_INFINITY;
  const state: State = {
    course,
    eras: [{ fromMs: since, toMs: since, apartMs: first.epochMs - course.atMs }],
    error: { lowMs: -half, highMs: half },
    seenRawMs: rawMs,
    askedRawMs: first.sentRawMs,
    rates: WIDE,
    boot: bootOf(first),
    marks: [{ ...first, atMs: course.atMs }],
    past: [{ atMs: course.atMs, error: { lowMs: -half, highMs: half }, setMs: 0, rate: 1 }],
    leaps: [],
  };
  return {
    take: (stamp, latestMs) => takeStamp(state, stamp, latestMs).filter(({ byMs }) => Math.abs(byMs) >= WORTHY_MS),
    course: () => state.course,
    unsureMs: (rawMs) => sizeOf(errorAt(state, rawMs)),
    epochOf(atMs) {
      const era = state.eras.findLast(({ toMs }) => toMs <= atMs) ?? (state.eras[0] as Era);
      return atMs + era.apartMs;
    },
    spanOf: (epochMs) => spanIn(state, epochMs),
  };
}

function takeStamp(state: State, stamp: Stamp, latestMs: number): Step[] {
  const rawMs = stamp.gotRawMs;
  const fromMs = onCourse(state, Math.min(state.askedRawMs, state.seenRawMs));
  const expected = errorAt(state, rawMs);
  const steps: Step[] = [];
  const boot = bootOf(stamp);
  if (meet(state.boot, boot)) {
    state.boot = bothOf(state.boot, boot);
  } else {
    const byMs = stepBetween(state.boot, boot, expected, errorBy(state, stamp));
    const toMs = Math.max(fromMs, onCourse(state, rawMs));
    state.eras.push({ fromMs, toMs, apartMs: eraOf(state).apartMs + byMs });
    steps.push({ whose: 'engine', byMs, fromMs, toMs });
    state.boot = boot;
    state.marks = [];
  }
  const seen = errorBy(state, stamp);
  // How far a clock was set is known no better than the drill's time was.
  const known = steps.length === 0 ? bothOf(expected, seen) : widenedBy(seen, sizeOf(expected));
  if (meet(expected, seen)) {
    goOn(state, stamp, known, steps.length > 0);
    return steps;
  }
  const byMs = middleOf(seen) - middleOf(expected);
  leap(state, stamp, seen, latestMs);
  steps.push({ whose: 'between', byMs: -byMs, fromMs, toMs: Math.max(fromMs, state.course.atMs) });
  return steps;
}

/** How far a time of day was set, by the time since boot and, more exactly, by the runner's clock unless that leapt too. */
function stepBetween(boot: Range, booted: Range, expected: Range, seen: Range): number {
  const byBoot = { lowMs: booted.lowMs - boot.highMs, highMs: booted.highMs - boot.lowMs };
  const byRunner = { lowMs: seen.lowMs - expected.highMs, highMs: seen.highMs - expected.lowMs };
  return middleOf(meet(byBoot, byRunner) ? bothOf(byBoot, byRunner) : byBoot);
}

/** Neither clock did what it may not: the error is known better, the drill's time is set only where it must be wrong. */
function goOn(state: State, stamp: Stamp, error: Range, isAnew: boolean): void {
  const rawMs = stamp.gotRawMs;
  const atMs = onCourse(state, rawMs);
  const setMs = error.lowMs > 0 || error.highMs < 0 ? middleOf(error) : 0;
  const rate = learnRate(state, stamp);
  note(state, { atMs, error, setMs, rate, isAnew });
  revise(state);
  state.course = { rawMs, atMs: atMs + setMs, rate };
  state.error = shiftedBy(error, -setMs);
  state.seenRawMs = rawMs;
  state.askedRawMs = stamp.sentRawMs;
}

/** The runner's time and the kernel's have come apart: the kernel's counts, and nothing is known of the rate any more. */
function leap(state: State, stamp: Stamp, seen: Range, latestMs: number): void {
  const rawMs = stamp.gotRawMs;
  const setMs = middleOf(seen);
  const { rate } = state.course;
  const atMs = onCourse(state, rawMs);
  const edges = [onCourse(state, state.askedRawMs), onCourse(state, state.seenRawMs), latestMs, atMs + setMs];
  state.leaps.push({ lowMs: Math.min(...edges), highMs: Math.max(...edges) });
  note(state, { atMs: atMs + setMs, error: shiftedBy(seen, -setMs), setMs: Number.NaN, rate });
  state.course = { rawMs, atMs: atMs + setMs, rate };
  state.error = shiftedBy(seen, -setMs);
  state.seenRawMs = rawMs;
  state.askedRawMs = stamp.sentRawMs;
  state.rates = WIDE;
  state.marks = [];
}

/** A time in which neither clock moved bounds the rate; it is changed only where it must be wrong. */
function learnRate(state: State, stamp: Stamp): number {
  const { rate } = state.course;
  const atMs = stamp.epochMs - eraOf(state).apartMs;
  const marks = state.marks.filter(({ sentRawMs }) => stamp.gotRawMs - sentRawMs <= WINDOW_MS);
  const [oldest, latest] = [marks[0], marks.at(-1)];
  if (latest === undefined || stamp.sentRawMs - latest.gotRawMs >= MARK_EVERY_MS) marks.push({ ...stamp, atMs });
  state.marks = marks;
  if (oldest === undefined || stamp.sentRawMs <= oldest.gotRawMs) return rate;
  const passedMs = atMs - oldest.atMs;
  const low = Math.max(WIDE.low, passedMs / (stamp.gotRawMs - oldest.sentRawMs));
  const high = Math.min(WIDE.high, passedMs / (stamp.sentRawMs - oldest.gotRawMs));
  if (low > high) return rate;
  state.rates = { low: low - WOBBLE, high: high + WOBBLE };
  return Math.min(high, Math.max(low, rate));
}

/** A quick answer after a slow one tells also how it was before, up to a leap. */
function revise({ past, rates }: State): void {
  for (let index = past.length - 2; index >= Math.max(0, past.length - REVISED); index -= 1) {
    const [own, later] = [past[index] as Known, past[index + 1] as Known];
    if (Number.isNaN(own.setMs) || Number.isNaN(later.setMs) || later.isAnew) return;
    const passedMs = Math.max(0, later.atMs - own.atMs);
    const lowMs = later.error.lowMs - Math.max(0, rates.high - own.rate) * passedMs + own.setMs;
    const highMs = later.error.highMs - Math.min(0, rates.low - own.rate) * passedMs + own.setMs;
    const error = { lowMs: Math.max(own.error.lowMs, lowMs), highMs: Math.min(own.error.highMs, highMs) };
    const isBetter = lengthOf(error) < lengthOf(own.error) && error.lowMs <= error.highMs;
    if (!isBetter) return;
    own.error = error;
  }
}

/** When the time of day was `epochMs`: where it was so twice, from the first to the second time. */
function spanIn(state: State, epochMs: number): { fromMs: number; toMs: number } {
  const spans = state.eras.flatMap(({ fromMs, apartMs }, index) => {
    const atMs = epochMs - apartMs;
    const endMs = state.eras[index + 1]?.toMs ?? Number.POSITIVE_INFINITY;
    const { lowMs, highMs } = errorAround(state, atMs);
    const span = withLeaps(state, { fromMs: atMs - highMs, toMs: atMs - lowMs });
    return span.toMs < fromMs || span.fromMs > endMs ? [] : [span];
  });
  // A clock that was set forward never showed what it left out.
  const last = eraOf(state);
  if (spans.length === 0) return { fromMs: last.fromMs, toMs: last.toMs };
  return { fromMs: Math.min(...spans.map(({ fromMs }) => fromMs)), toMs: Math.max(...spans.map(({ toMs }) => toMs)) };
}

/** Of an instant in a leap nothing is known but that it was in there. */
function withLeaps({ leaps }: State, { fromMs, toMs }: { fromMs: number; toMs: number }) {
  const own = leaps.filter(({ lowMs, highMs }) => lowMs <= toMs && fromMs <= highMs);
  return {
    fromMs: Math.min(fromMs, ...own.map(({ lowMs }) => lowMs)),
    toMs: Math.max(toMs, ...own.map(({ highMs }) => highMs)),
  };
}

/** How much later the kernel's time may be than the drill's, at an instant of either. */
function errorAround({ past, rates, course, error }: State, atMs: number): Range {
  const after = past.findIndex((one) => one.atMs >= atMs);
  const sides = past.slice(Math.max(0, after - 1), after + 1);
  if (after >= 0 && sides.length > 0) return sides.map(beforeAndAfter).reduce(eitherOf);
  const passedMs = Math.max(0, atMs - course.atMs);
  const lowMs = error.lowMs + Math.min(0, rates.low - course.rate) * passedMs;
  return { lowMs, highMs: error.highMs + Math.max(0, rates.high - course.rate) * passedMs };
}

/** Close to a question it may be its error before or after the drill's time was set; between two, it goes from one to the other. */
function beforeAndAfter({ error, setMs }: Known): Range {
  return eitherOf(error, shiftedBy(error, -(setMs || 0)));
}

function eitherOf(one: Range, other: Range): Range {
  return { lowMs: Math.min(one.lowMs, other.lowMs), highMs: Math.max(one.highMs, other.highMs) };
}

function note({ past }: State, known: Known): void {
  past.push(known);
  if (past.length > KEPT) past.shift();
}

function eraOf({ eras }: State): Era {
  return eras.at(-1) as Era;
}

function onCourse({ course }: State, rawMs: number): number {
  return course.atMs + (rawMs - course.rawMs) * course.rate;
}

function errorAt({ error, rates, course, seenRawMs }: State, rawMs: number): Range {
  const passedMs = Math.max(0, rawMs - seenRawMs);
  const lowMs = error.lowMs + Math.min(0, rates.low - course.rate) * passedMs;
  return { lowMs, highMs: error.highMs + Math.max(0, rates.high - course.rate) * passedMs };
}

function errorBy(state: State, stamp: Stamp): Range {
  const { rates, course } = state;
  const atMs = stamp.epochMs - eraOf(state).apartMs;
  const seen = { lowMs: atMs - onCourse(state, stamp.gotRawMs), highMs: atMs - onCourse(state, stamp.sentRawMs) };
  // It is said for when the answer came, and the kernel may have been asked as early as the question went.
  const apart = Math.max(rates.high - course.rate, course.rate - rates.low);
  return widenedBy(seen, apart * lengthOf(askedIn(stamp)));
}

/** The time since boot was looked at after the time of day, and by when the answer came. */
function bootOf({ sentRawMs, gotRawMs, epochMs, uptimeMs }: Stamp): Range {
  const bootMs = epochMs - uptimeMs;
  return { lowMs: bootMs - UPTIME_MS, highMs: bootMs + (gotRawMs - sentRawMs) };
}

function askedIn({ sentRawMs, gotRawMs }: Stamp): Range {
  return { lowMs: sentRawMs, highMs: gotRawMs };
}

function widenedBy({ lowMs, highMs }: Range, byMs: number): Range {
  return { lowMs: lowMs - byMs, highMs: highMs + byMs };
}
