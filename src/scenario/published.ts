import { z } from 'zod';
import { scenarioForm } from './form.js';

/** The JSON Schema (draft 7, which editors know) of the scenario language, from the validator that reads scenarios. */
export function scenarioSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(scenarioForm, { io: 'input', target: 'draft-7' });
  return {
    $schema,
    title: 'firedrill scenario',
    description:
      'An outage as a story: what runs where, who looks at it, what happens to it and when, and what must hold.',
    ...schema,
  };
}
