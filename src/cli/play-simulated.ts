import { isoTimeOf } from '../clock.js';
import { runDrill } from '../drill/drill.js';
import type { Entry } from '../journal/journal.js';
import type { Plan } from '../plan/plan.js';
import { simStage, simulationIdOf } from './stage.js';
import { ownVersion } from './version.js';

/**
 * One whole drill on the simulated engine, in memory: the journal that `run --engine sim` writes with this seed, without
 * its text. Depends on nothing but the plan and the seed; writes no file and prints nothing.
 */
export async function playSimulated(plan: Plan, seed: number): Promise<Entry[]> {
  const { engine, clock, run } = await simStage({ begins: plan.begins, seed });
  const entries: Entry[] = [];
  const append = (entry: Entry) => void entries.push(entry);
  version ??= ownVersion();
  const named = { drill: simulationIdOf(plan, seed), firedrill: version, seed };
  const startedAt = isoTimeOf(Math.round(clock.epochOf(clock.now())));
  const { signal } = new AbortController();
  const journal = { append, appendDurably: append };
  await run(() => runDrill({ plan, engine, clock, journal, ...named, startedAt, signal }));
  return entries;
}

/** Read once: a thousand trials need not read it a thousand times. */
let version: string | undefined;
