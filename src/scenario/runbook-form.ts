import { z } from 'zod';
import { command, duration, line, mapOf, name, targets } from './words.js';

/** What a step of a runbook may do; each has at most one, and without any it takes its time and is done. */
export const stepDeeds = ['exec', 'restore', 'start', 'confirm'] as const;

const STEPS = 'write a list of steps, each with `step`, what is to be done';

/** One step of a runbook. */
export const runbookStepForm = mapOf({
  step: line('write what is to be done, as text in one line').describe(
    'What is to be done, as a person would read it.',
  ),
  by: z
    .enum(['automation', 'person'], { error: 'write `automation` or `person`' })
    .prefault('automation')
    .describe(
      'Who does it: `automation` by itself; a `person` is asked on the terminal and says when it is done, or, with `--unattended`, takes as long as `takes` says.',
    ),
  'runs-from': z
    .string({ error: 'write the unit from which it is done, such as `console@pangyo`' })
    .optional()
    .describe('The unit from which it is done: an operations console. While that is dark, the step waits.'),
  needs: z
    .array(name(), { error: 'write a list of services' })
    .prefault([])
    .describe('Services without which it cannot be done. While one of them is down, the step waits.'),
  decide: duration().prefault('0s').describe('How long it takes to decide on it, from when it could be done.'),
  takes: duration().prefault('0s').describe('How long it takes to do it.'),
  exec: command()
    .optional()
    .describe('A command that is run in the unit of `runs-from`, again every five seconds until it ends with 0.'),
  restore: targets('`all`', 'the name of an earlier happening').optional().describe('Undoes what was done to these.'),
  start: targets().optional().describe('Starts these spares.'),
  confirm: name().optional().describe('A probe: the step is done when its last answer was good.'),
}).meta({
  not: {
    anyOf: stepDeeds.flatMap((deed, index) => stepDeeds.slice(index + 1).map((other) => ({ required: [deed, other] }))),
  },
});

/** A runbook: its steps are done one after another. */
export const runbookForm = z.array(runbookStepForm, { error: STEPS }).min(1, { error: STEPS });
