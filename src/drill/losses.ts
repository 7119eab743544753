import type { LossEntry, Range } from '../journal/journal.js';
import type { Plan } from '../plan/plan.js';
import type { Probe } from '../scenario/scenario.js';
import type { Course } from './spans.js';

/** Writes that a service lost: those of the last `ageMs` before `untilMs`, an instant of the story. */
export interface LostOfService {
  readonly service: string;
  readonly untilMs: number;
  readonly ageMs: number;
}

/**
 * What the ledger of each probe that keeps one lost: of its writes, due evenly from the beginning of the story on, those
 * that were acknowledged in the time that a service behind it lost.
 */
export function lossEntriesOf(plan: Plan, courses: Iterable<Course>, losses: readonly LostOfService[]): LossEntry[] {
  return [...courses].flatMap(({ probe, spans }): LossEntry[] => {
    if (probe.ledger === undefined) return [];
    const periodMs = 1000 / probe.ledger.perSecond;
    const behind = servicesBehind(plan, probe);
    const own = losses.filter(({ service }) => behind.has(service));
    const good = spans.filter(([, , ok]) => ok).map(([fromMs, toMs]) => ({ fromMs, toMs }));
    const lost = own.flatMap(({ untilMs, ageMs }) =>
      good.flatMap(({ fromMs, toMs }) =>
        numbersIn(Math.max(fromMs, untilMs - ageMs), Math.min(toMs, untilMs), periodMs),
      ),
    );
    const acknowledged = good
      .flatMap(({ fromMs, toMs }) => numbersIn(fromMs, toMs, periodMs))
      .reduce((sum, [from, to]) => sum + to - from + 1, 0);
    const joined = join(lost);
    const oldest = joined[0]?.[0];
    const taken = own
      .map(({ untilMs }) => untilMs)
      .find((untilMs) => oldest !== undefined && oldest * periodMs < untilMs);
    const oldestMs = oldest === undefined || taken === undefined ? 0 : Math.round(taken - oldest * periodMs);
    return [{ entry: 'loss', probe: probe.name, acknowledged, lost: joined, oldestMs }];
  });
}

/** The first write is number 0 and due at the beginning; those due from `fromMs` on and before `toMs`. */
function numbersIn(fromMs: number, toMs: number, periodMs: number): Range[] {
  const [from, to] = [Math.ceil(fromMs / periodMs), Math.ceil(toMs / periodMs) - 1];
  return to >= from ? [[from, to]] : [];
}

function join(ranges: readonly Range[]): Range[] {
  const joined: [number, number][] = [];
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

/** The service that a probe asks, and all that it needs, directly or not. */
function servicesBehind(plan: Plan, probe: Probe): ReadonlySet<string> {
  const host = probe.ask.host;
  const first = plan.units.find(({ name }) => name === host)?.service ?? host;
  const behind = new Set([first]);
  for (const name of behind) {
    for (const need of plan.services.find((service) => service.name === name)?.needs ?? []) behind.add(need);
  }
  return behind;
}
