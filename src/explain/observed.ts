import { type Entry, type Sample, samplesOf } from '../journal/journal.js';
import type { Recovery } from '../judge/judge.js';
import type { Plan, Step } from '../plan/plan.js';
import type { Probe } from '../scenario/scenario.js';
import type { Found } from './stretches.js';
import { plightOf } from './words.js';

/** A cure of a step on which a probe depends. */
interface Cure {
  readonly step: Step;
  /** Of the moment in which it was made. */
  readonly title: string;
  readonly atMs: number;
}

/**
 * What a journal without events tells of a recovery, in the order of time: until somebody could notice, until the last cure that
 * the probe needed, until it answered, until it went on answering.
 */
export function pathOfLooks(entries: readonly Entry[], plan: Plan, recovery: Recovery): Found[] {
  const { probe, held, recover, detect } = recovery;
  const heldMs = middleOf(held);
  const backMs = heldMs + (recover.value ?? 0) * 1000;
  const failedMs = heldMs + (detect.value ?? 0) * 1000;
  const own = stepsBehind(plan, recovery);
  const looks = samplesOf(entries, probe.name).filter(({ endedMs }) => endedMs >= held.lowMs);
  const cures = curesOf(entries, own).filter(({ atMs }) => atMs > heldMs && atMs < backMs);
  const last = cures.at(-1);
  const seen = errorsIn(looks, heldMs, backMs);
  const alone = { fromMs: heldMs, toMs: backMs, what: aloneIn(plan, own, probe), why: [], looks: seen };
  if (failedMs >= backMs) return [alone];
  const unseen = { fromMs: heldMs, toMs: failedMs, what: 'no look had failed yet', why: [] };
  if (last === undefined) return [unseen, { ...alone, fromMs: failedMs }];
  const firstGoodMs = looks.find(({ ok, sentMs }) => ok && sentMs >= last.atMs)?.endedMs ?? backMs;
  const answersMs = Math.min(backMs, Math.max(last.atMs, firstGoodMs));
  const { unit, action } = last.step;
  const plight = `${plightOf(action.verb, unit)}${countOf(cures)}`;
  return [
    unseen,
    { fromMs: failedMs, toMs: last.atMs, what: plight, why: [], looks: seen },
    { fromMs: last.atMs, toMs: answersMs, what: `${unit} cured and not yet answering`, why: [] },
    { fromMs: answersMs, toMs: backMs, what: 'it answered now and then, not yet steadily', why: [] },
  ];
}

/** Where a probe needed several moments of cures, that the stretch ends with the last of them. */
function countOf(cures: readonly Cure[]): string {
  const moments = new Set(cures.map(({ title }) => title)).size;
  return moments > 1 ? ` (the last of ${moments} cures that it needed)` : '';
}

/** The steps of a fault that lie on what a probe depends on and were not cured in the story, in words. */
export function standingOfLooks(entries: readonly Entry[], plan: Plan, recovery: Recovery): string[] {
  const own = stepsBehind(plan, recovery);
  const cured = new Set(
    curesOf(entries, own)
      .filter(({ atMs }) => atMs < plan.durationMs)
      .map(({ step }) => step.id),
  );
  return [...new Set(own.filter(({ id }) => !cured.has(id)).map(({ action, unit }) => plightOf(action.verb, unit)))];
}

/** The steps of a fault and of all that were due in its instant: nobody can tell which of those an outage came from. */
export function stepsTogether(plan: Plan, { atMs }: Recovery['fault']): Step[] {
  return plan.faults.filter((fault) => fault.atMs === atMs).flatMap(({ steps }) => steps);
}

/** The middle of an interval. */
export function middleOf({ lowMs, highMs }: Recovery['held']): number {
  return (lowMs + highMs) / 2;
}

/** The fault's steps on units of the service that the probe asks, or of any that this one needs; of a unit asked by name, on it alone. */
function stepsBehind(plan: Plan, { probe, fault }: Recovery): Step[] {
  const { host } = probe.ask;
  const asked = plan.units.find(({ name }) => name === host);
  const services = servicesBehind(plan, asked?.service ?? host);
  const isBehind = (unit: string) => {
    const service = plan.units.find(({ name }) => name === unit)?.service ?? '';
    return unit === host || (services.has(service) && (asked === undefined || service !== asked.service));
  };
  return stepsTogether(plan, fault).filter(({ unit }) => isBehind(unit));
}

/** A service and all that it needs. */
function servicesBehind(plan: Plan, name: string): Set<string> {
  const behind = new Set([name]);
  for (const one of behind) {
    for (const needed of plan.services.find((service) => service.name === one)?.needs ?? []) behind.add(needed);
  }
  return behind;
}

function curesOf(entries: readonly Entry[], steps: readonly Step[]): Cure[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  return entries
    .flatMap((entry) => (entry.entry === 'effect' && entry.does === 'cure' && entry.dueMs >= 0 ? [entry] : []))
    .flatMap(({ title, dueMs, effects }) => effects.map((effect) => ({ ...effect, title: `${title} ${dueMs}` })))
    .flatMap(({ step: id, title, fromMs, toMs, error }) => {
      const step = byId.get(id);
      return step === undefined || error !== null ? [] : [{ step, title, atMs: (fromMs + toMs) / 2 }];
    })
    .sort((a, b) => a.atMs - b.atMs);
}

/** `timeout (7), then http 503 (214)`: each error where it first came, with how often; null when no look failed. */
function errorsIn(looks: readonly Sample[], fromMs: number, toMs: number): string | null {
  const counts = new Map<string, number>();
  for (const { error, endedMs, sentMs } of looks) {
    if (error !== null && endedMs >= fromMs && sentMs < toMs) counts.set(error, (counts.get(error) ?? 0) + 1);
  }
  const told = [...counts].map(([error, count]) => `${error} (${count})`);
  return told.length === 0 ? null : told.join(', then ');
}

/** What was in the way of a probe that came back before anything was cured for it. */
function aloneIn(plan: Plan, own: readonly Step[], { does }: Probe): string {
  const hit = plan.units.filter(({ name }) => own.some(({ unit }) => unit === name));
  const led = plan.services.filter(
    ({ name, model }) => does === 'write' && model.role === 'leader' && hit.some(({ service }) => service === name),
  );
  const leaders = led.map(({ name }) => name);
  const units = hit.filter(({ service }) => leaders.length === 0 || leaders.includes(service)).map(({ name }) => name);
  if (leaders.length > 0) return `no other ${leaders.join(' or ')} had taken over from ${units.join(', ')}`;
  return units.length === 0
    ? 'it failed, and nothing that it depends on was broken'
    : `it was still sent to ${units.join(', ')}`;
}
