import type { ReadyEntry } from '../journal/journal.js';
import { type Fault, takesAway, type Unit } from '../plan/plan.js';
import { type FaultHistory, heldOn, type Instant } from './faults.js';
import { compareAtMost, inWords, makeFinding, toSeconds } from './finding.js';
import type { History } from './history.js';
import type { Finding } from './verdict.js';

/**
 * From the instant at which the fault took hold until all that was redundant is so again: until of each service of which it took
 * units (of one service, where one is given) as many units at as many sites say by their readiness that they are ready as
 * before, in seconds. A spare that was started since counts for one that is lost.
 */
export function judgeReprotect(
  history: History,
  fault: FaultHistory,
  who: { readonly probe: string; readonly service: string | null },
  limitMs: number | null,
): Finding {
  const limit = limitMs === null ? null : toSeconds(limitMs);
  const base = { measure: 'reprotect', probe: who.probe, fault: fault.name, unit: 's', limit } as const;
  if (fault.held === null) return makeFinding({ ...base, because: fault.trouble ?? 'the fault did not take hold' });
  const taken = unitsTaken(history, fault, who.service);
  const held =
    heldOn(
      fault,
      taken.map(({ name }) => name),
    ) ?? fault.held;
  if (taken.length === 0) {
    const because = `the fault took no unit${who.service === null ? '' : ` of ${who.service}`} away`;
    return makeFinding({ ...base, outcome: 'met', value: 0, low: 0, high: 0, because });
  }
  const returns = new Map(taken.map(({ name }) => [name, returnOf(history, fault, name)]));
  const unseen = taken.find(({ name }) => returns.get(name) == null);
  if (unseen !== undefined) {
    const because = fault.trouble ?? `nobody looked whether ${unseen.name} is ready again`;
    return makeFinding({ ...base, because });
  }
  const services = [...new Set(taken.map(({ service }) => service))];
  const made = services.map((service) => whenAsBefore(history, held, ofService(taken, service), returns));
  const [low, highMs] = [
    toSeconds(Math.max(0, ...made.map(({ lowMs }) => lowMs - held.highMs))),
    Math.max(...made.map((one) => one.highMs - held.lowMs)),
  ];
  const last = made.find((one) => one.highMs - held.lowMs === highMs);
  if (highMs === Number.POSITIVE_INFINITY) {
    const cut = returns.get(last?.missing ?? '')?.cutBy;
    const why = cut == null ? 'was not ready again when the drill ended' : `was not ready again before ${cut}`;
    const because = `more than ${inWords(low * 1000)}: ${last?.missing} ${why}`;
    const outcome = compareAtMost(low, null, limit);
    return makeFinding({ ...base, outcome, value: low, low, censored: true, because });
  }
  const high = toSeconds(highMs);
  const value = toSeconds((low * 1000 + highMs) / 2);
  const because = `${last?.last} was the last to be ready${last?.isInPlace ? ` in place of ${last.missing}` : ' again'}, after ${inWords(value * 1000)}`;
  return makeFinding({ ...base, outcome: compareAtMost(low, high, limit), value, low, high, because });
}

/** When as many units of a service as before were ready, story milliseconds. */
interface AsBefore {
  readonly lowMs: number;
  /** Infinity: never. */
  readonly highMs: number;
  /** Who made up the number, and one of those taken that was not ready again by then. */
  readonly last: string;
  readonly missing: string;
  /** The last is a spare. */
  readonly isInPlace: boolean;
}

function whenAsBefore(
  history: History,
  held: Instant,
  taken: readonly Unit[],
  known: ReadonlyMap<string, Return | null>,
): AsBefore {
  const { plan } = history;
  const own = plan.units.filter(({ service }) => service === taken[0]?.service);
  const spares = own.filter((unit) => isAsleep(history, unit, held));
  const kept = own.filter((unit) => !spares.includes(unit) && !taken.includes(unit));
  const returns = [...taken, ...spares].flatMap((unit) => {
    const own = known.get(unit.name) ?? readyAfter(history, unit.name, held.lowMs);
    return own === null ? [] : [{ unit, lowMs: own.lowMs, highMs: own.highMs ?? Number.POSITIVE_INFINITY }];
  });
  const sitesOf = (units: readonly Unit[]) => new Set(units.map(({ site }) => site)).size;
  // Each bound of what made up the number is found among the same bounds of those that came: more of them come no later.
  const first = (key: 'lowMs' | 'highMs') =>
    returns
      .toSorted((a, b) => a[key] - b[key])
      .find((_, index, sorted) => {
        const back = sorted.slice(0, index + 1).map(({ unit }) => unit);
        return back.length >= taken.length && sitesOf([...kept, ...back]) >= sitesOf([...kept, ...taken]);
      });
  const last = first('highMs');
  const highMs = last?.highMs ?? Number.POSITIVE_INFINITY;
  const absent = returns.find(({ unit, highMs: ms }) => taken.includes(unit) && !(ms < highMs)) ?? returns[0];
  return {
    ...{ lowMs: first('lowMs')?.lowMs ?? 0, highMs },
    ...{ last: last?.unit.name ?? '', missing: absent?.unit.name ?? '' },
    isInPlace: last !== undefined && spares.includes(last.unit),
  };
}

/** For each fault that took units away a figure a service, where somebody looked when they were ready again. */
export function describeReprotection(history: History): Finding[] {
  if (!history.entries.some(({ entry }) => entry === 'ready')) return [];
  return history.faults
    .filter(({ held }) => held !== null)
    .flatMap((fault) => {
      const services = unitsTaken(history, fault, null).map(({ service }) => service);
      return [...new Set(services)].map((service) => judgeReprotect(history, fault, { probe: service, service }, null));
    });
}

/** The units that a fault took away; a spare that did not run is none. */
function unitsTaken(history: History, { fault, held }: FaultHistory, service: string | null): Unit[] {
  const own = new Set(fault.steps.filter(takesAway).map(({ unit }) => unit));
  const there = history.plan.units.filter((unit) => held === null || !isAsleep(history, unit, held));
  const taken = there.filter(({ name }) => own.has(name));
  return service === null ? taken : ofService(taken, service);
}

/** Whether a unit is a spare that was not there when a fault took hold. */
function isAsleep(history: History, { name, spare }: Unit, held: Instant): boolean {
  return spare === true && !wasReadyBefore(history, name, held.lowMs);
}

function ofService(units: readonly Unit[], service: string): Unit[] {
  return units.filter((unit) => unit.service === service);
}

function wasReadyBefore({ entries }: History, unit: string, atMs: number): boolean {
  return entries.some((entry) => entry.entry === 'ready' && entry.unit === unit && (entry.highMs ?? atMs) < atMs);
}

/** When a unit was ready again, or not yet when a later fault (`cutBy`, by name) took it away once more. */
interface Return extends Pick<ReadyEntry, 'lowMs' | 'highMs'> {
  readonly cutBy?: string;
}

/** The return of a unit that a fault took away; null: nobody looked. */
function returnOf(history: History, own: FaultHistory, unit: string): Return | null {
  const { fault, held } = own;
  const stepsOf = (one: Fault) => one.steps.filter((step) => step.unit === unit && takesAway(step));
  const ids = new Set(stepsOf(fault).map(({ id }) => id));
  const entries = history.entries.flatMap((entry) => (entry.entry === 'ready' && entry.unit === unit ? [entry] : []));
  const entry = entries.find(({ after }) => after?.some((id) => ids.has(id)));
  if (entry === undefined || held === null) {
    // Before, a journal did not say of what a return is the end.
    const isOld = entries.every(({ after }) => after === undefined);
    return isOld ? readyAfter(history, unit, held?.lowMs ?? 0) : null;
  }
  // An objective is not missed for what came later.
  const later = history.faults.find(
    (other) =>
      other.held !== null &&
      other.held.lowMs > held.highMs &&
      stepsOf(other.fault).some(({ id }) => entry.after?.includes(id)),
  );
  if (later?.held == null) return entry;
  return { lowMs: Math.min(entry.lowMs, later.held.lowMs), highMs: null, cutBy: later.name };
}

function readyAfter({ entries }: History, unit: string, fromMs: number) {
  const own = entries.flatMap((entry) => (entry.entry === 'ready' && entry.unit === unit ? [entry] : []));
  return own.find(({ highMs }) => highMs === null || highMs >= fromMs) ?? null;
}
