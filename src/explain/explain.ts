import type { Entry } from '../journal/journal.js';
import { type Recovery, recoveriesOf } from '../judge/judge.js';
import type { Plan } from '../plan/plan.js';
import { type EventGraph, graphOf } from './events.js';
import type { ExplainedRecovery, Explanation } from './explanation.js';
import { middleOf, pathOfLooks, standingOfLooks } from './observed.js';
import { withRunbook } from './runbook.js';
import { fitStretches } from './stretches.js';

export type * from './explanation.js';

/**
 * The critical path of every recovery in a journal as `readJournal` gives it: of a simulated one by its events, of any other as far
 * as its cures and looks tell. Pure, and its stretches add up to what the judge says.
 */
export function explain(entries: readonly Entry[]): Explanation {
  const drill = entries[0];
  if (drill?.entry !== 'drill') throw new Error('a journal begins with its drill entry');
  const { plan, engine, measured, seed } = drill;
  const titles = new Map(plan.faults.map(({ id, title }) => [id, title]));
  const graph = graphOf(
    entries.filter((entry) => entry.entry === 'event'),
    titles,
  );
  const recoveries = recoveriesOf(entries).map((recovery) => explainOne(entries, plan, graph, recovery));
  return { format: 1, scenario: plan.name, engine, measured, drill: drill.drill, seed, recoveries };
}

function explainOne(entries: readonly Entry[], plan: Plan, graph: EventGraph, recovery: Recovery): ExplainedRecovery {
  const { probe, name, held, recover } = recovery;
  const { value, low, high, because } = recover;
  const heldMs = middleOf(held);
  const came = howItCame(recovery);
  const base = { probe: probe.name, fault: name, heldAt: heldMs / 1000, came, value, low, high, because };
  const nothing = { stretches: [], standing: [] };
  if (came === 'back' && value !== null) {
    const path = graph.pathOf(probe.name, held.lowMs + (high ?? value) * 1000);
    const found = withRunbook(path ?? pathOfLooks(entries, plan, recovery), entries, plan, recovery);
    const skips = entries.filter((entry) => entry.entry === 'jump');
    return { ...base, ...nothing, stretches: fitStretches(found, heldMs, value, skips) };
  }
  if (came !== 'not back') return { ...base, ...nothing };
  const told = graph.standingOf(probe.name);
  return { ...base, ...nothing, standing: told.length > 0 ? told : standingOfLooks(entries, plan, recovery) };
}

function howItCame({ recover }: Recovery): ExplainedRecovery['came'] {
  if (recover.censored) return 'not back';
  if (recover.value === null) return 'unknown';
  return recover.outages === 0 ? 'never failed' : 'back';
}
