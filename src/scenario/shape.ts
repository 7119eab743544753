import type { z } from 'zod';
import type { Complaints } from './complaints.js';
import { nearestName, shorten, unknownName } from './nearest.js';
import type { Path } from './unfolding.js';
import { KEY_SEPARATOR } from './words.js';

/** What of a map kept its form: a key is undefined when it is absent and also when it is wrong. */
export type Parts<Form extends z.ZodObject> = { [Key in keyof z.output<Form>]?: z.output<Form>[Key] | undefined };

type Issue = z.core.$ZodIssue;

/** Checks the whole value and says everything that is wrong with its form, each with what to write instead. */
export function checkShape(form: z.ZodType, value: unknown, complaints: Complaints): void {
  const result = form.safeParse(value);
  if (result.success) return;
  const issues = result.error.issues.flatMap((issue) => plainIssues(issue, []));
  const meant = new Set<string>();
  for (const { issue, path } of issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    const known = issue.message.split(KEY_SEPARATOR);
    for (const key of issue.keys) {
      meant.add(JSON.stringify([...path, nearestName(key, known)]));
      complaints.addKey([...path, key], () => unknownName('key', key, known));
    }
  }
  for (const { issue, path } of issues) {
    // A mistyped key is told once, not also as the key that is missing.
    if (issue.code === 'unrecognized_keys' || meant.has(JSON.stringify(path))) continue;
    const found = valueAt(value, path);
    if (issue.code === 'invalid_key') complaints.addKey(path, `${quote(path.at(-1))}: ${issue.issues[0]?.message}`);
    else complaints.add(path, `${describe(found)}: ${issue.message}`);
  }
}

/** Parses each key of a map by itself, so that a mistake in one hides none of the others. */
export function partsOf<Form extends z.ZodObject>(form: Form, value: unknown): Parts<Form> {
  const given = isMap(value) ? value : {};
  const entries = Object.entries(form.shape).map(([key, keyForm]) => {
    const result = (keyForm as z.ZodType).safeParse(given[key]);
    return [key, result.success ? result.data : undefined];
  });
  return Object.fromEntries(entries) as Parts<Form>;
}

/** The entries of a map of the document in its order; none for anything else. */
export function entriesOf(value: unknown): [string, unknown][] {
  return isMap(value) ? Object.entries(value) : [];
}

/** Whether this value of the document is a map. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface PlainIssue {
  readonly issue: Issue;
  readonly path: Path;
}

/** Of a union, the issues of the one alternative whose type the value has; else the union's own message. */
function plainIssues(issue: Issue, before: Path): PlainIssue[] {
  const path = [...before, ...(issue.path as (string | number)[])];
  if (issue.code !== 'invalid_union') return [{ issue, path }];
  const fitting = issue.errors.filter((issues) => !issues.some(isOfOtherType));
  if (fitting.length !== 1) return [{ issue, path }];
  return (fitting[0] as Issue[]).flatMap((inner) => plainIssues(inner, path));
}

function isOfOtherType(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  return (
    issue.code === 'invalid_type' ||
    (issue.code === 'invalid_union' && issue.errors.every((e) => e.some(isOfOtherType)))
  );
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, step) => (inner as Record<string | number, unknown> | undefined)?.[step], value);
}

function describe(found: unknown): string {
  if (found === undefined) return 'is missing';
  if (found === null) return 'nothing is written here';
  if (Array.isArray(found)) return 'a list does not fit here';
  if (typeof found === 'object') return 'a map does not fit here';
  if (typeof found === 'number') return `the number ${quote(found)} does not fit here`;
  // Quotes are all that tells it from the number, and the message shows none.
  const isLikeNumber = typeof found === 'string' && /^[-+]?[\d.]+$/.test(found);
  return `${isLikeNumber ? 'the text ' : ''}${quote(found)} does not fit here`;
}

function quote(value: unknown): string {
  return `\`${shorten(String(value))}\``;
}
