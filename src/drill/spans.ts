import type { Outlook } from '../engine/engine.js';
import type { Span } from '../journal/journal.js';
import type { Plan } from '../plan/plan.js';
import { formatDuration, type Probe } from '../scenario/scenario.js';
import { type Limits, limitsOf } from './guards.js';
import { roundMs } from './probing.js';

/** What one probe would have seen since the story began: its spans, the last of which has no end yet. */
export interface Course {
  readonly probe: Probe;
  readonly spans: Span[];
  sinceMs: number;
  outlook: Outlook;
  /** How long its looks were good before `sinceMs`, and since when they are not; null while they are. */
  goodMs: number;
  downSinceMs: number | null;
}

/** The course of a probe that sees this at the beginning. */
export function beginCourse(probe: Probe, outlook: Outlook): Course {
  return { probe, spans: [], sinceMs: 0, outlook, goodMs: 0, downSinceMs: outlook.ok ? null : 0 };
}

/** From `atMs` on, an instant of the story, the probe sees something else. */
export function turnCourse(course: Course, atMs: number, outlook: Outlook): void {
  endCourse(course, atMs);
  if (outlook.ok) course.downSinceMs = null;
  else course.downSinceMs ??= atMs;
  Object.assign(course, { sinceMs: atMs, outlook });
}

/** The story ends for this probe at `atMs`. */
export function endCourse(course: Course, atMs: number): void {
  const { sinceMs, outlook, spans } = course;
  if (atMs <= sinceMs) return;
  const { ok, error, latencyMs, failedMs, share } = outlook;
  const [fromMs, toMs] = [roundMs(sinceMs), roundMs(atMs)];
  const seen = [fromMs, toMs, ok, error, roundMs(latencyMs)] as const;
  if (toMs > fromMs)
    spans.push(share === 0 || share === 1 ? seen : [...seen, Math.round(share * 1e6) / 1e6, roundMs(failedMs)]);
  course.goodMs += share * (atMs - sinceMs);
  course.sinceMs = atMs;
}

/** When, and for which reason, a guard stops a drill in which nothing changes any more. */
export interface Alarm {
  readonly atMs: number;
  readonly because: string;
}

/** Fewer looks than these say nothing about a share. */
const ENOUGH = 20;

/** The first alarm of the courses as they are now, or null. */
export function alarmOf(guard: Plan['guard'], courses: Iterable<Course>): Alarm | null {
  let first: Alarm | null = null;
  for (const course of courses) {
    const limits = limitsOf(guard, course.probe);
    for (const alarm of limits === null ? [] : alarmsOf(course, limits)) {
      if (alarm.atMs < (first?.atMs ?? Number.POSITIVE_INFINITY)) first = alarm;
    }
  }
  return first;
}

function alarmsOf(course: Course, { downMs, leastPercent }: Limits): Alarm[] {
  const { probe, downSinceMs, outlook, sinceMs, goodMs } = course;
  const name = `guard: ${probe.name} was`;
  const alarms: Alarm[] = [];
  if (downSinceMs !== null && downMs < Number.POSITIVE_INFINITY) {
    alarms.push({ atMs: downSinceMs + downMs, because: `${name} down for longer than ${formatDuration(downMs)}` });
  }
  const least = leastPercent / 100;
  if (outlook.share >= least) return alarms;
  // Good for `goodMs` of the time until `sinceMs`, and less than the least share from then on.
  const crossingMs = sinceMs + (goodMs - least * sinceMs) / (least - outlook.share);
  const atMs = Math.max(crossingMs, ENOUGH * probe.everyMs, sinceMs);
  alarms.push({ atMs, because: `${name} available for less than ${leastPercent} % of the time` });
  return alarms;
}
