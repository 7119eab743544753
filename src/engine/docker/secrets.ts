import { EnvironmentError } from '../../errors.js';
import type { Plan } from '../../plan/plan.js';
import { type Ask, fillSecrets, redactionOf, SHORTEST_SECRET, secretNamesOf } from '../../scenario/scenario.js';

/** The value of a secret by its name; undefined when there is none. */
export type SecretSource = (name: string) => string | undefined;

/** What the secrets of one plan are for an engine. */
export interface Secrets {
  /** The services with all that their environment really is. */
  readonly services: Plan['services'];
  /** What is really asked. */
  fill(ask: Ask): Ask;
  /** A text from outside without any of them. */
  redact(text: string): string;
}

/** Why secrets of `plan` cannot be used, as sentences with their remedy; empty when all can. */
export function lackOfSecrets(plan: Plan, secretOf: SecretSource): string[] {
  return secretNamesOf(plan).flatMap((name) => {
    const value = secretOf(name);
    if (value === undefined) {
      return [`there is no environment variable ${name}, which the scenario takes a secret from; set it and run again`];
    }
    if (value.length >= SHORTEST_SECRET) return [];
    const few = `has fewer than ${SHORTEST_SECRET} characters, too few to be told from other text`;
    return [`the environment variable ${name}, which the scenario takes a secret from, ${few}; give it a longer value`];
  });
}

/** Looks all secrets of `plan` up. @throws EnvironmentError that names every variable that is missing or too short. */
export function openSecrets(plan: Plan, source: SecretSource): Secrets {
  const lack = lackOfSecrets(plan, source);
  if (lack.length > 0) throw new EnvironmentError(lack.join('\n'), '');
  const values = new Map(secretNamesOf(plan).map((name) => [name, source(name) ?? '']));
  const secretOf = (name: string) => values.get(name) ?? '';
  const redaction = redactionOf([...values.values()]);
  return {
    services: plan.services.map((service) => {
      const environment = Object.entries(service.environment).map(([key, value]) => {
        return [key, typeof value === 'string' ? fillSecrets(value, secretOf) : secretOf(value.secret)];
      });
      return { ...service, environment: Object.fromEntries(environment) };
    }),
    fill: (ask) => fillAsk(ask, secretOf),
    redact: redaction.redact,
  };
}

function fillAsk(ask: Ask, secretOf: (name: string) => string): Ask {
  const fill = (text: string) => fillSecrets(text, secretOf);
  switch (ask.kind) {
    case 'http': {
      const path = fillSecrets(ask.path, (name) => encodeURIComponent(secretOf(name)));
      return { ...ask, path, body: ask.body === null ? null : fill(ask.body) };
    }
    case 'postgres': {
      const { user, password, database, query } = ask;
      return { ...ask, user: fill(user), password: fill(password), database: fill(database), query: fill(query) };
    }
    case 'redis':
      return { ...ask, command: ask.command.map(fill) };
    case 'exec':
    case 'tcp':
      return ask;
  }
}
