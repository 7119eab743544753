import type { Effect } from '../../src/engine/engine.js';
import type { Entry, FoldedSample } from '../../src/journal/journal.js';
import type { Plan } from '../../src/plan/plan.js';

/** A drill with a power loss at 15:30 that two units of pangyo suffer, and its restore two minutes later. */
export const PLAN: Plan = {
  ...{ name: 'Power loss', about: '', network: null, startWaves: [], objectives: [], services: [] },
  begins: { date: null, ofDayMs: (15 * 60 + 29) * 60_000 },
  durationMs: 240_000,
  sites: [
    { name: 'pangyo', addresses: null },
    { name: 'anyang', addresses: null },
  ],
  units: [
    { name: 'db-pangyo', service: 'db', site: 'pangyo' },
    { name: 'app-pangyo', service: 'app', site: 'pangyo' },
    { name: 'db-anyang', service: 'db', site: 'anyang' },
    { name: 'entrance', service: 'entrance', site: null },
  ],
  probes: ['write', 'read'].map((name) => ({
    ...{ name, family: name, site: null, does: 'read', everyMs: 100, timeoutMs: 1000 },
    ask: { kind: 'tcp', host: 'entrance', port: 80 },
  })),
  steady: { forMs: 5000, withinMs: 60_000 },
  leaseMs: 30_000,
  guard: { down: [], availability: [], bystanders: true },
  faults: [{ id: 'f1', title: 'power-loss pangyo', kind: 'power-loss', atMs: 60_000, steps: stepsAt() }],
  moments: [
    { atMs: 60_000, title: 'power-loss pangyo', cures: [], steps: stepsAt() },
    { atMs: 180_000, title: 'restore pangyo', cures: ['f1.1', 'f1.2'], steps: [] },
  ],
} as Plan;

function stepsAt() {
  return ['db-pangyo', 'app-pangyo'].map((unit, index) => ({
    ...{ id: `f1.${index + 1}`, fault: 'f1', unit },
    action: { verb: 'power-off' as const, volumes: 'kept' as const },
  }));
}

export function drillEntry(measured = true): Entry {
  return {
    ...{ entry: 'drill', atMs: -1, monoMs: 0, format: 1, drill: 'd-1a2b3c', firedrill: '0.1.0', seed: 7 },
    ...{ engine: measured ? 'docker 20.10' : 'sim', measured, host: {}, startedAt: '', plan: PLAN },
  } as Entry;
}

export function progress(what: string, state: string, detail = ''): Entry {
  return { entry: 'progress', atMs: -1, monoMs: 0, progress: { what, state, detail } } as Entry;
}

export function begin(): Entry {
  return { entry: 'begin', atMs: -900, monoMs: 0, wallAt: '' };
}

export function effect(does: 'fault' | 'cure', dueMs: number, parts: Partial<Effect>[] = [{}, {}]): Entry {
  const title = does === 'fault' ? 'power-loss pangyo' : 'restore pangyo';
  const effects = parts.map((part, index) => ({
    ...{ step: `f1.${index + 1}`, fromMs: dueMs, toMs: dueMs, error: null },
    ...part,
  }));
  return { entry: 'effect', atMs: dueMs + 5, monoMs: 0, does, title, dueMs, lateMs: 0, effects };
}

/** Samples of a probe every 100 ms; a word in `told` is an error, null is good. */
export function samples(probe: string, dueMs: number, told: readonly (string | null)[]): Entry {
  const folded = told.map((error): FoldedSample => (error === null ? [0, 10] : [0, 50, error]));
  return { entry: 'samples', atMs: dueMs + told.length * 100, monoMs: 0, probe, dueMs, everyMs: 100, samples: folded };
}

export function times<T>(count: number, value: T): T[] {
  return Array.from({ length: count }, () => value);
}
