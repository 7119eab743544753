import { takesAway } from '../plan/plan.js';
import { compareAtMost, inWords, makeFinding, toSeconds } from './finding.js';
import type { FaultHistory, History } from './history.js';
import type { Finding } from './verdict.js';

/**
 * From the instant at which the fault took hold until all that was redundant is so again: until every unit that it took
 * (of one service, where one is given) says by its readiness that it is ready, in seconds.
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
  const { held } = fault;
  const units = unitsTaken(history, fault, who.service);
  if (units.length === 0) {
    const outcome = limit === null ? 'unknown' : 'met';
    return makeFinding({ ...base, outcome, value: 0, low: 0, high: 0, because: 'the fault took no unit away' });
  }
  const returns = units.map((unit) => ({ unit, entry: readyAfter(history, unit, held.lowMs) }));
  const unseen = returns.find(({ entry }) => entry === null);
  if (unseen !== undefined) {
    return makeFinding({ ...base, because: `nobody looked whether ${unseen.unit} is ready again` });
  }
  const lows = returns.map(({ entry }) => (entry?.lowMs ?? 0) - held.highMs);
  const highs = returns.map(({ entry }) => (entry?.highMs ?? Number.POSITIVE_INFINITY) - held.lowMs);
  const [low, highMs] = [toSeconds(Math.max(0, ...lows)), Math.max(...highs)];
  const last = returns[highs.indexOf(highMs)]?.unit ?? '';
  if (highMs === Number.POSITIVE_INFINITY) {
    const because = `more than ${inWords(low * 1000)}: ${last} was not ready again when the drill ended`;
    const outcome = compareAtMost(low, null, limit);
    return makeFinding({ ...base, outcome, value: low, low, censored: true, because });
  }
  const high = toSeconds(highMs);
  const value = toSeconds((low * 1000 + highMs) / 2);
  const because = `${last} was the last to be ready again, after ${inWords(value * 1000)}`;
  return makeFinding({ ...base, outcome: compareAtMost(low, high, limit), value, low, high, because });
}

/** For each fault that took units away a figure a service, where somebody looked when they were ready again. */
export function describeReprotection(history: History): Finding[] {
  if (!history.entries.some(({ entry }) => entry === 'ready')) return [];
  return history.faults
    .filter(({ held }) => held !== null)
    .flatMap((fault) => {
      const taken = new Set(unitsTaken(history, fault, null));
      const services = history.plan.units.filter(({ name }) => taken.has(name)).map(({ service }) => service);
      return [...new Set(services)].map((service) => judgeReprotect(history, fault, { probe: service, service }, null));
    });
}

function unitsTaken({ plan }: History, { fault }: FaultHistory, service: string | null): string[] {
  const steps = fault.steps.filter(takesAway);
  const own = steps.map(({ unit }) => unit);
  return [...new Set(own)].filter(
    (name) => service === null || plan.units.some((unit) => unit.name === name && unit.service === service),
  );
}

function readyAfter({ entries }: History, unit: string, fromMs: number) {
  const own = entries.flatMap((entry) => (entry.entry === 'ready' && entry.unit === unit ? [entry] : []));
  return own.find(({ highMs }) => highMs === null || highMs >= fromMs) ?? null;
}
