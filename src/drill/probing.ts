import type { Clock } from '../clock.js';
import type { Reading } from '../engine/engine.js';
import { type FoldedSample, type Sample, STANDSTILL_MS } from '../journal/journal.js';
import type { Probe } from '../scenario/scenario.js';
import type { StoryClock } from './story-clock.js';

/** Looks at every probe's service on a fixed schedule, from the story's beginning until `durationMs` later. */
export interface Schedule {
  readonly probes: readonly Probe[];
  readonly clock: Clock;
  readonly story: StoryClock;
  readonly durationMs: number;
  /** Looks once; is expected to resolve by the deadline, on the clock. */
  read(probe: Probe, deadlineMs: number): Promise<Reading>;
  /** Gets every sample exactly once, those of one probe in due order, all instants the story's; never throws. */
  take(probe: Probe, sample: Sample): void;
}

/** Probing that is under way. */
export interface Probing {
  /** Resolves when the last sample was taken; never rejects. */
  readonly finished: Promise<void>;
  /** No further look is sent; those under way still end and are still taken. */
  stop(): void;
}

/** A look that its engine has not answered this long after its deadline is a `timeout`, whatever comes of it; in milliseconds. */
export const SILENCE_MS = 1000;

/** One probe's looks: the number of the next one, and those that cannot be taken yet, in due order. */
interface Lane {
  readonly probe: Probe;
  readonly offsetMs: number;
  next: number;
  readonly flying: Flight[];
}

interface Flight {
  readonly dueMs: number;
  readonly sentMs: number;
  readonly deadlineMs: number;
  sample: Sample | null;
}

/**
 * Starts an open loop: a look is sent when it is due, whatever earlier ones are doing. One sleeper serves all probes, and
 * probes of one period are spread evenly over it, so that hundreds of them neither drift nor fire in one burst.
 */
export function startProbing(schedule: Schedule): Probing {
  const stopping = new AbortController();
  const offsetsMs = offsetsOf(schedule.probes);
  const lanes = schedule.probes.map(
    (probe, index): Lane => ({ probe, offsetMs: offsetsMs[index] ?? 0, next: 0, flying: [] }),
  );
  const finished = sendWhenDue(schedule, lanes, stopping.signal).then(() => awaitFlying(schedule, lanes));
  return { finished, stop: () => stopping.abort() };
}

/** How long after the beginning each probe's first look is due: evenly over the period that it shares with others. */
function offsetsOf(probes: readonly Probe[]): number[] {
  const sharing = new Map<number, number>();
  for (const { everyMs } of probes) sharing.set(everyMs, (sharing.get(everyMs) ?? 0) + 1);
  const seen = new Map<number, number>();
  return probes.map(({ everyMs }) => {
    const place = seen.get(everyMs) ?? 0;
    seen.set(everyMs, place + 1);
    return roundMs((place * everyMs) / (sharing.get(everyMs) ?? 1));
  });
}

async function sendWhenDue(schedule: Schedule, lanes: readonly Lane[], signal: AbortSignal): Promise<void> {
  const { story, durationMs } = schedule;
  while (!signal.aborted) {
    let nextMs = Number.POSITIVE_INFINITY;
    for (const lane of lanes) {
      giveUpSilent(schedule, lane);
      leaveOut(lane, story.resumedMs());
      let dueMs = dueOf(lane);
      while (dueMs < durationMs && story.hasCome(dueMs)) {
        if (isMissed(dueMs, lane.probe.everyMs, story)) omit(schedule, lane, dueMs);
        else send(schedule, lane, dueMs);
        dueMs = dueOf(lane);
      }
      if (dueMs < durationMs) nextMs = Math.min(nextMs, dueMs);
    }
    if (nextMs === Number.POSITIVE_INFINITY) return;
    await story.sleepUntil(nextMs, signal);
  }
}

function dueOf(lane: Lane): number {
  return lane.offsetMs + lane.next * lane.probe.everyMs;
}

/** What was due before the story jumped on to `untilMs` and was not sent by then is never sent. */
function leaveOut(lane: Lane, untilMs: number): void {
  if (dueOf(lane) < untilMs) lane.next = Math.ceil((untilMs - lane.offsetMs) / lane.probe.everyMs);
}

/**
 * Whether what was due then, once a period, is not done any more: its runner stood still, and the next is due as well. All at
 * once would be a burst that nobody ordered, and what fails in it fails because of us.
 */
export function isMissed(dueMs: number, periodMs: number, story: StoryClock): boolean {
  return story.hasCome(dueMs + STANDSTILL_MS) && story.hasCome(dueMs + periodMs);
}

/** A look that is never sent: nobody looked. */
function omit({ story, take }: Schedule, lane: Lane, dueMs: number): void {
  const nowMs = story.now();
  const sample = { dueMs, sentMs: nowMs, endedMs: nowMs, ok: false, error: NOT_SENT, hole: true } as const;
  lane.next += 1;
  if (lane.flying.length === 0) take(lane.probe, sample);
  else lane.flying.push({ dueMs, sentMs: nowMs, deadlineMs: Number.POSITIVE_INFINITY, sample });
}

const NOT_SENT = 'not sent in time, because firedrill itself stood still';

function send(schedule: Schedule, lane: Lane, dueMs: number): void {
  const sentMs = schedule.clock.now();
  const flight: Flight = { dueMs, sentMs, deadlineMs: sentMs + lane.probe.timeoutMs, sample: null };
  lane.next += 1;
  lane.flying.push(flight);
  schedule
    .read(lane.probe, flight.deadlineMs)
    .catch((error: unknown): Reading => ({ ok: false, error: String(error), hole: true }))
    .then((reading) => land(schedule, lane, flight, reading));
}

function giveUpSilent(schedule: Schedule, lane: Lane): void {
  // The first one flying has not landed, or it would have been taken; landing it moves the next one up.
  for (let first = lane.flying[0]; first !== undefined; first = lane.flying[0]) {
    if (first.deadlineMs + SILENCE_MS > schedule.clock.now()) return;
    land(schedule, lane, first, { ok: false, error: 'timeout' });
  }
}

/** A look that was given up and answers after all is no longer flying, so that it is not taken again. */
function land(schedule: Schedule, lane: Lane, flight: Flight, reading: Reading): void {
  const endedMs = schedule.clock.now();
  const late = reading.ok && endedMs > flight.deadlineMs;
  const ok = reading.ok && !late;
  // What was under way when the story jumped took its time all the same, and ended in what was skipped.
  const sentMs = schedule.story.storyOf(flight.sentMs);
  flight.sample = {
    dueMs: flight.dueMs,
    sentMs,
    endedMs: sentMs + (endedMs - flight.sentMs),
    ok,
    error: ok ? null : late ? 'timeout' : (reading.error ?? 'failed'),
    ...(reading.hole === true && { hole: reading.hole }),
  };
  for (let first = lane.flying[0]; first !== undefined && first.sample !== null; first = lane.flying[0]) {
    lane.flying.shift();
    schedule.take(lane.probe, first.sample);
  }
}

async function awaitFlying(schedule: Schedule, lanes: readonly Lane[]): Promise<void> {
  const { clock } = schedule;
  for (const lane of lanes) {
    // In steps, because no landing wakes this loop; a step is small beside any timeout, and costs nothing.
    while (lane.flying.length > 0) {
      await clock.sleepUntil(clock.now() + 5);
      giveUpSilent(schedule, lane);
    }
  }
}

/** Collects samples into runs, one probe after the other, and writes a run when it is told to or when good and bad change. */
export interface Folding {
  take(probe: Probe, sample: Sample): void;
  /** Writes what was collected and not yet written. */
  flush(): void;
}

/** A folding that gives each run to `write`: the probe, the instant at which its first sample was due, and its samples. */
export function foldSamples(write: (probe: Probe, dueMs: number, samples: readonly FoldedSample[]) => void): Folding {
  const runs = new Map<Probe, { dueMs: number; samples: FoldedSample[]; ok: boolean }>();
  const flushOne = (probe: Probe) => {
    const run = runs.get(probe);
    if (run === undefined || run.samples.length === 0) return;
    const samples = run.samples;
    run.samples = [];
    write(probe, run.dueMs, samples);
  };
  return {
    take(probe, sample) {
      const run = runs.get(probe) ?? { dueMs: 0, samples: [], ok: true };
      runs.set(probe, run);
      // After a jump the next sample is due later than the period says.
      const nextMs = run.dueMs + run.samples.length * probe.everyMs;
      if (Math.abs(sample.dueMs - nextMs) > probe.everyMs / 2) flushOne(probe);
      if (run.samples.length === 0) run.dueMs = roundMs(sample.dueMs);
      run.samples.push(folded(sample));
      if (sample.hole === true) return;
      const flips = run.ok !== sample.ok;
      run.ok = sample.ok;
      if (flips) flushOne(probe);
    },
    flush() {
      for (const probe of runs.keys()) flushOne(probe);
    },
  };
}

function folded(sample: Sample): FoldedSample {
  const lagMs = roundMs(sample.sentMs - sample.dueMs);
  const tookMs = roundMs(sample.endedMs - sample.sentMs);
  if (sample.ok) return [lagMs, tookMs];
  const error = sample.error ?? 'failed';
  return sample.hole === true ? [lagMs, tookMs, error, true] : [lagMs, tookMs, error];
}

/** Counts how late looks were sent, in bounded memory. */
export interface LagCount {
  count(lagMs: number): void;
  /** The lag that one look in a hundred exceeds, to the millisecond and at most 1000; 0 when none was counted. */
  p99Ms(): number;
  /** The lag that so many percent of the looks do not exceed; 100 for the greatest. */
  quantileMs(percent: number): number;
}

/** A count that begins at nothing. */
export function countLags(): LagCount {
  const perMs = new Uint32Array(1001);
  return {
    count(lagMs) {
      const bucket = Math.min(1000, Math.max(0, Math.ceil(lagMs)));
      perMs[bucket] = (perMs[bucket] ?? 0) + 1;
    },
    p99Ms: () => quantileMs(99),
    quantileMs,
  };

  function quantileMs(percent: number): number {
    const total = perMs.reduce((sum, count) => sum + count, 0);
    let seen = 0;
    const at = perMs.findIndex((count) => {
      seen += count;
      return total > 0 && seen >= (total * percent) / 100;
    });
    return Math.max(0, at);
  }
}

/** Milliseconds to two decimals, the journal's resolution. */
export function roundMs(ms: number): number {
  return Math.round(ms * 100) / 100;
}
