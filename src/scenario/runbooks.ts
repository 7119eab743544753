import type { z } from 'zod';
import type { Complaints } from './complaints.js';
import type { RunbookDeed, WrittenStep } from './language.js';
import { listNames, unknownName } from './nearest.js';
import { runbookStepForm, stepDeeds } from './runbook-form.js';
import { isMap, partsOf } from './shape.js';
import { resolveTarget } from './targets.js';
import type { Path } from './unfolding.js';
import { type World, wrongTarget } from './world.js';

/** What a step of a runbook comes to; targets and probes are as the author wrote them. */
export function stepOf(parts: z.output<typeof runbookStepForm>): WrittenStep {
  return {
    title: parts.step,
    by: parts.by,
    runsFrom: parts['runs-from'] ?? null,
    needs: parts.needs,
    decideMs: parts.decide,
    takesMs: parts.takes,
    does: deedOf(parts),
  };
}

function deedOf({ exec, restore, start, confirm }: z.output<typeof runbookStepForm>): RunbookDeed | null {
  if (exec !== undefined) return { kind: 'exec', command: exec };
  if (restore !== undefined) return { kind: 'restore', targets: restore };
  if (start !== undefined) return { kind: 'start', targets: start };
  return confirm === undefined ? null : { kind: 'confirm', probe: confirm };
}

/** Checks the steps of a runbook, as far as they can be read; whom a `restore` or a `start` names is for `wrongTargets` to say. */
export function checkRunbook(
  written: unknown,
  path: Path,
  world: World,
  wrongTargets: (kind: 'restore' | 'start', targets: unknown, path: Path) => void,
  complaints: Complaints,
): void {
  for (const [index, step] of (Array.isArray(written) ? written : []).entries()) {
    if (!isMap(step)) continue;
    const at = [...path, index];
    const parts = partsOf(runbookStepForm, step);
    checkConsole(parts, at, world, complaints);
    parts.needs?.forEach((need, place) => {
      const { services } = world;
      if (services !== null && !services.includes(need))
        complaints.add([...at, 'needs', place], () => unknownName('service', need, services));
    });
    for (const kind of ['restore', 'start'] as const)
      if (step[kind] !== undefined) wrongTargets(kind, step[kind], [...at, kind]);
    const [first, second] = stepDeeds.filter((deed) => step[deed] !== undefined);
    if (second !== undefined) {
      complaints.addKey([...at, second], `\`${first}\` and \`${second}\` exclude each other; make two steps of it`);
    }
    if (parts.by === 'person' && step.takes === undefined) {
      complaints.add([...at, 'takes'], 'is missing: write how long a person takes for it, such as `2m`');
    }
  }
}

/** Checks which probes the steps of all runbooks in a timeline confirm. `families`: as the author wrote them, or null. */
export function checkConfirmed(timeline: unknown, families: readonly string[] | null, complaints: Complaints): void {
  for (const [index, happening] of (Array.isArray(timeline) ? timeline : []).entries()) {
    const steps = isMap(happening) && Array.isArray(happening.runbook) ? happening.runbook : [];
    for (const [place, step] of steps.entries()) {
      const { confirm } = partsOf(runbookStepForm, step);
      if (confirm === undefined || families === null || families.includes(confirm)) continue;
      const path = ['timeline', index, 'runbook', place, 'confirm'];
      complaints.add(path, () => unknownName('probe', confirm, families));
    }
  }
}

type Parts = Partial<{
  [Key in keyof z.output<typeof runbookStepForm>]: z.output<typeof runbookStepForm>[Key] | undefined;
}>;

function checkConsole(parts: Parts, path: Path, world: World, complaints: Complaints): void {
  const from = parts['runs-from'];
  if (from === undefined) {
    if (parts.exec !== undefined) {
      complaints.add([...path, 'runs-from'], 'is missing: write the unit in which the command is run');
    }
    return;
  }
  const units = resolveTarget(world.units, from);
  const message =
    units.length > 1
      ? `stands for ${units.length} units; write one of ${listNames(units)}`
      : from === 'all'
        ? 'a step runs from one unit; name it'
        : wrongTarget(world, from);
  if (message !== null) complaints.add([...path, 'runs-from'], message);
}
