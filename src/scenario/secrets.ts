import type { Complaints } from './complaints.js';
import type { Scenario } from './language.js';
import { entriesOf, isMap } from './shape.js';
import type { Path } from './unfolding.js';

/** What the environment variable that holds a secret may be called. */
export const secretNamePattern = /^[A-Za-z_][A-Za-z0-9_]*$/;

const REFERENCE = /\{secret:([^{}]*)\}/g;

/** The names of all secrets that these services and probes refer to, each once, in the order of the alphabet. */
export function secretNamesOf({ services, probes }: Pick<Scenario, 'services' | 'probes'>): string[] {
  const values = services.flatMap((service) => Object.values(service.environment));
  const names = values.flatMap((value) => (typeof value === 'string' ? referencesIn(value) : [value.secret]));
  return [...new Set([...names, ...probes.flatMap(({ ask }) => referencesIn(ask))])].sort();
}

/** Checks every `{secret:NAME}` in a service or in a probe of the document, which stands at `path`. */
export function checkSecrets(written: Record<string, unknown>, path: Path, complaints: Complaints): void {
  for (const [key, value] of entriesOf(written)) {
    const at = [...path, key];
    if (isSeen(written, key)) {
      if (referencesIn(value).length > 0) complaints.add(at, SEEN);
    } else if (key === 'environment') {
      for (const [name, text] of entriesOf(value)) checkNames(text, [...at, name], complaints);
    } else checkNames(value, at, complaints);
  }
}

const SEEN =
  'a command can be seen in every list of processes; give the service a secret in its `environment`, and write `$NAME` in the command';
const UNNAMED = "write `{secret:NAME}` with the name of a variable of firedrill's own environment";

/** What becomes the command line of a process; the command of a redis probe does not. */
function isSeen(written: Record<string, unknown>, key: string): boolean {
  return key === 'exec' || key === 'ready' || (key === 'command' && written.redis === undefined);
}

function checkNames(value: unknown, path: Path, complaints: Complaints): void {
  if (isMap(value)) return;
  if (referencesIn(value).some((name) => !secretNamePattern.test(name))) complaints.add(path, UNNAMED);
}

/** The names in every `{secret:NAME}` in a value of the document or in what a probe asks, as they are written. */
export function referencesIn(value: unknown): string[] {
  return [...(JSON.stringify(value) ?? '').matchAll(REFERENCE)].map(([, name]) => name as string);
}

/** The text with every `{secret:NAME}` replaced; what comes in is not looked at again. */
export function fillSecrets(text: string, secretOf: (name: string) => string): string {
  return text.replace(REFERENCE, (_, name: string) => secretOf(name));
}
