import { redactionOf, type Scenario, secretNamesOf } from '../scenario/scenario.js';
import type { Io } from './io.js';

/** From now on nothing that is written has in it what the environment holds for the secrets of these services and probes. */
export function concealSecrets(io: Io, scenario: Pick<Scenario, 'services' | 'probes'>): void {
  const values = secretNamesOf(scenario).flatMap((name) => io.env[name] ?? []);
  if (values.length > 0) io.conceal(redactionOf(values));
}
