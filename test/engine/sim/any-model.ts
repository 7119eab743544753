import { virtualClock } from '../../../src/clock.js';
import { runDrill } from '../../../src/drill/drill.js';
import { simEngine } from '../../../src/engine/sim/sim.js';
import type { Entry } from '../../../src/journal/journal.js';
import { judge } from '../../../src/judge/judge.js';
import { planDrill } from '../../../src/plan/plan.js';
import { readScenario } from '../../../src/scenario/scenario.js';

/** A scenario as lines of YAML, for the simulator alone. */
export type Lines = readonly string[];

/** Plays a scenario in memory. */
export async function play(lines: Lines, seed = 7): Promise<Entry[]> {
  const text = ['version: 1', 'name: A model', ...lines].join('\n');
  const plan = planDrill(readScenario(text, 'model.yaml', { exists: () => true }));
  const clock = virtualClock();
  const entries: Entry[] = [];
  const append = (entry: Entry) => void entries.push(entry);
  const journal = { append, appendDurably: append };
  const named = { drill: 'd', firedrill: '0', startedAt: '1970-01-01T00:00:00.000Z', seed };
  const { signal } = new AbortController();
  const engine = simEngine({ clock, seed });
  await clock.run(() => runDrill({ plan, engine, clock, journal, ...named, signal }));
  return entries;
}

/** How long after the first fault each probe was back, in seconds; Infinity where it was not before the end. */
export function recoveriesIn(entries: readonly Entry[]): Record<string, number> {
  const found = judge(entries).findings.filter(({ measure }) => measure === 'recover');
  return Object.fromEntries(
    found.map(({ probe, value, censored }) => [probe, value === null || censored ? Number.POSITIVE_INFINITY : value]),
  );
}

/** The share of the story in which a probe's looks were good. */
export function availabilityIn(entries: readonly Entry[], probe: string): number {
  const found = judge(entries).findings.find((one) => one.measure === 'availability' && one.probe === probe);
  return (found?.value ?? Number.NaN) / 100;
}
