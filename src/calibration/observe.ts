import type { Entry } from '../journal/journal.js';
import { type Recovery, recoveriesOf } from '../judge/judge.js';
import type { Plan, Step } from '../plan/plan.js';
import { askedUnit, cureOf, hitUnits, type Interval, servicesBehind } from './behind.js';

/** One time that a drill measured and that a model has a key for. */
export interface Observation {
  readonly service: string;
  readonly key: 'boot' | 'notice' | 'takeover';
  /** The true value lies between `lowMs` and `highMs`; `valueMs` is where a probe sees it. */
  readonly valueMs: number;
  readonly lowMs: number;
  readonly highMs: number;
}

/**
 * What a measured drill tells about its services. `boot`: from the cure of a unit until a probe that asks this very unit is back.
 * `takeover`: the outage of a probe that writes, which ended before anything was cured, behind a service of which one leads.
 * `notice`: the same of any other probe, whose looks were sent to what was gone.
 */
export function observe(entries: readonly Entry[]): Observation[] {
  const drill = entries[0];
  if (drill?.entry !== 'drill') throw new Error('a journal begins with its drill entry');
  const { plan } = drill;
  const recoveries = recoveriesOf(entries).filter(({ recover }) => {
    return recover.value !== null && recover.high !== null && !recover.censored && recover.outages !== 0;
  });
  return recoveries.flatMap((recovery) => {
    const boot = bootOf(entries, plan, recovery);
    if (boot !== null) return [boot];
    const alone = isBackAlone(entries, plan, recovery) ? aloneOf(plan, recovery, recoveries) : null;
    return alone === null ? [] : [alone];
  });
}

/** Verbs after which a unit's processes begin anew. */
const RESTARTING = new Set(['power-off', 'kill', 'stop']);

function bootOf(entries: readonly Entry[], plan: Plan, recovery: Recovery): Observation | null {
  const { probe, fault, held, recover } = recovery;
  const unit = askedUnit(plan, probe.ask.host);
  const own = fault.steps.filter((step) => step.unit === unit);
  const [step] = own;
  if (step === undefined || own.length > 1 || !RESTARTING.has(step.action.verb)) return null;
  const service = plan.units.find(({ name }) => name === unit)?.service ?? '';
  const downMs = held.highMs + (recover.low ?? 0) * 1000;
  const backMs = held.lowMs + (recover.high ?? 0) * 1000;
  const begun = beginningOf(entries, plan, recovery, step);
  if (begun === null || backMs <= begun.fromMs) return null;
  // Who waits for what was restored with it, and stands nowhere else, would measure the boot of that too.
  if (servicesBehind(plan, service).some((needed) => needed !== service && isWhollyHit(plan, recovery, needed)))
    return null;
  const middleMs = (held.lowMs + held.highMs) / 2 + (recover.value ?? 0) * 1000;
  const valueMs = Math.max(0, middleMs - (begun.fromMs + begun.toMs) / 2);
  const lowMs = Math.max(0, downMs - begun.toMs);
  return { service, key: 'boot', valueMs, lowMs, highMs: backMs - begun.fromMs };
}

/** When a unit's processes began anew: at its cure, or by its restart policy as soon as they were killed. */
function beginningOf(entries: readonly Entry[], plan: Plan, { held }: Recovery, step: Step): Interval | null {
  const service = plan.units.find(({ name }) => name === step.unit)?.service;
  const revives = plan.services.some(({ name, restart }) => name === service && restart !== 'no');
  if (step.action.verb === 'kill' && revives) return { fromMs: held.lowMs, toMs: held.highMs };
  return cureOf(entries, step);
}

function isWhollyHit(plan: Plan, recovery: Recovery, service: string): boolean {
  const all = plan.units.filter((unit) => unit.service === service);
  return hitUnits(plan, recovery, service).length === all.length;
}

/** Whether a probe was back before anything behind it was cured. */
function isBackAlone(entries: readonly Entry[], plan: Plan, { probe, fault, held, recover }: Recovery): boolean {
  const behind = new Set(servicesBehind(plan, probe.ask.host));
  const backMs = held.lowMs + (recover.high ?? 0) * 1000;
  return fault.steps
    .filter(({ unit }) => behind.has(plan.units.find(({ name }) => name === unit)?.service ?? ''))
    .every((step) => (cureOf(entries, step)?.fromMs ?? Number.POSITIVE_INFINITY) > backMs);
}

function aloneOf(plan: Plan, recovery: Recovery, others: readonly Recovery[]): Observation | null {
  const { probe, recover } = recovery;
  const hit = servicesBehind(plan, probe.ask.host).filter((name) => hitUnits(plan, recovery, name).length > 0);
  const led = hit.find((name) => plan.services.find((service) => service.name === name)?.model.role !== 'any');
  const isTakeover = probe.does === 'write' && led !== undefined && isLongerThanReads(recovery, others);
  const service = isTakeover ? led : hit[0];
  // Who is asked by name has no clients that could notice and go elsewhere.
  if (service === undefined || (!isTakeover && service === servicesBehind(plan, probe.ask.host)[0])) return null;
  const inMs = (seconds: number | null) => (seconds ?? 0) * 1000;
  return {
    ...{ service, key: isTakeover ? 'takeover' : 'notice', valueMs: inMs(recover.value) },
    ...{ lowMs: inMs(recover.low), highMs: inMs(recover.high) },
  };
}

/** Where reads through the same door were away for as long, it was no takeover that the writes waited for. */
function isLongerThanReads({ probe, name, recover }: Recovery, others: readonly Recovery[]): boolean {
  return others
    .filter((other) => other.name === name && other.probe.does === 'read' && other.probe.ask.host === probe.ask.host)
    .every(
      ({ recover: { low, high } }) => (high ?? (low === null ? 0 : Number.POSITIVE_INFINITY)) < (recover.low ?? 0),
    );
}
