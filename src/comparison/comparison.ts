import { exitCodes, type Finding } from '../judge/judge.js';
import { compareFigures } from './better.js';
import { medianOf } from './ranks.js';
import type { ComparedObjective, ComparedRun, ComparedSide, Comparison, Figure, SideFacts } from './side-by-side.js';

export type { Shift } from './ranks.js';
export type * from './side-by-side.js';

/**
 * Sets two sides beside each other, objective by objective. Pure. B is a regression (1) when it is worse than A in any of them by
 * the rules of `better.ts`; unknown (2) when it is not and any of them could not be compared; else 0.
 */
export function compareSides(a: ComparedSide, b: ComparedSide): Comparison {
  const objectives = [...objectivesIn([...a.runs, ...b.runs])].map(([key, finding]) => compareOne(finding, key, a, b));
  const isWorse = objectives.some(({ better }) => better === 'a');
  const isKnown = objectives.length > 0 && objectives.every(({ better }) => better !== 'unknown');
  const outcome = isWorse ? 'regression' : isKnown ? 'no regression' : 'unknown';
  const { code } = { regression: exitCodes.missed, unknown: exitCodes.unknown, 'no regression': exitCodes.met }[
    outcome
  ];
  return { format: 1, a: factsOf(a), b: factsOf(b), objectives, outcome, exitCode: code };
}

function compareOne(finding: Finding, key: string, a: ComparedSide, b: ComparedSide): ComparedObjective {
  const { measure, probe, quantile, fault, unit } = finding;
  const [one, other] = [figureOf(key, a.runs), figureOf(key, b.runs)];
  return { measure, probe, quantile, fault, unit, a: one, b: other, ...compareFigures(finding, one, other) };
}

/** The objectives of all runs by what makes two of them the same: the fault by its place, since its title may differ. */
function objectivesIn(runs: readonly ComparedRun[]): Map<string, Finding> {
  const first = new Map<string, Finding>();
  for (const [key, finding] of runs.flatMap(keyed)) if (!first.has(key)) first.set(key, finding);
  return first;
}

function keyed({ verdict }: ComparedRun): [string, Finding][] {
  const seen = new Map<string, number>();
  return verdict.findings
    .filter(({ limit }) => limit !== null)
    .map((finding) => {
      const { measure, probe, quantile, phase, unit } = finding;
      const bare = JSON.stringify([measure, probe, quantile, phase, unit]);
      const place = seen.get(bare) ?? 0;
      seen.set(bare, place + 1);
      return [`${bare} ${place}`, finding];
    });
}

/** null where any run could not measure it. */
function figureOf(key: string, runs: readonly ComparedRun[]): Figure | null {
  const findings = runs.flatMap((run) => keyed(run).flatMap(([own, finding]) => (own === key ? [finding] : [])));
  const values = findings.flatMap(({ value }) => value ?? []);
  if (values.length < runs.length || runs.some(({ complete }) => !complete)) return null;
  const median = medianOf(values);
  const nearest = findings.reduce((best, one) => (distance(one, median) < distance(best, median) ? one : best));
  // Who knows the least that it was, and not the most, does not know the most.
  const highs = findings.map(({ low, high, value, censored }) => (censored || low !== null ? high : (high ?? value)));
  return {
    runs: values.length,
    median,
    low: Math.min(...findings.map(({ low, value }) => low ?? value ?? 0)),
    high: highs.includes(null) ? null : Math.max(...highs.flatMap((high) => high ?? [])),
    censored: findings.some(({ censored }) => censored),
    skipped: nearest.skipped,
    limit: nearest.limit,
    met: findings.filter(({ outcome }) => outcome === 'met').length,
    values,
  };
}

function distance({ value }: Finding, from: number): number {
  return Math.abs((value ?? Number.POSITIVE_INFINITY) - from);
}

function factsOf({ name, runs }: ComparedSide): SideFacts {
  const [{ verdict, explanation }] = runs as [ComparedRun];
  const wanted = new Set(
    verdict.findings.filter(({ measure, limit }) => measure === 'recover' && limit !== null).map(({ probe }) => probe),
  );
  return {
    name,
    ...{ scenario: verdict.scenario, engine: verdict.engine, measured: runs.every((run) => run.verdict.measured) },
    runs: runs.length,
    outcomes: runs.map((run) => run.verdict.outcome),
    journals: runs.map(({ journal }) => journal),
    paths: explanation.recoveries
      .filter(({ probe, stretches }) => wanted.has(probe) && stretches.length > 0)
      .map(({ probe, fault, stretches }) => ({ probe, fault, stretches })),
    waits: (verdict.runbook ?? [])
      .filter(({ blocked }) => blocked > 0)
      .map(({ step, title, runsFrom, blocked, blockedBy, done }) => {
        return { step, title, runsFrom, blocked, blockedBy, done };
      }),
  };
}
