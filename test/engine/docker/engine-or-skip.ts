import { describe, test } from 'vitest';
import { whyNoEngine } from './engine-here.js';

const missing = await whyNoEngine();

/** A suite that needs a Docker engine: skipped with the reason where none answers, failed where one is required. */
export function describeOnDocker(title: string, suite: () => void): void {
  if (missing === null) describe(title, suite);
  else if (process.env.FIREDRILL_REQUIRE_DOCKER !== '1') describe.skip(`${title} [skipped: ${missing}]`, suite);
  else
    describe(title, () => {
      test('there is a Docker engine, because FIREDRILL_REQUIRE_DOCKER=1', () => {
        throw new Error(missing);
      });
    });
}
