import type { z } from 'zod';
import type { Complaints } from './complaints.js';
import { listNames } from './nearest.js';
import { isMap } from './shape.js';
import type { Path } from './unfolding.js';

/** The one of `keys` that a map has, or null, told, when it has none or several. */
export function checkOne<Key extends string>(
  complaints: Complaints,
  path: Path,
  value: unknown,
  form: z.ZodObject,
  keys: readonly Key[],
): Key | null {
  if (!isMap(value)) return null;
  const present = Object.keys(value).filter((key) => (keys as readonly string[]).includes(key)) as Key[];
  const [first, second] = present;
  if (second !== undefined) {
    complaints.addKey([...path, second], `\`${first}\` and \`${second}\` exclude each other; remove one of them`);
    return null;
  }
  // A key that is not known is probably the missing one, mistyped, and told already.
  const isMistyped = Object.keys(value).some((key) => !(key in form.shape));
  if (first === undefined && !isMistyped)
    complaints.add([...path, keys[0] as Key], `is missing: write one of ${listNames(keys)}`);
  return first ?? null;
}
