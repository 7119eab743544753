import { z } from 'zod';
import { durationPattern, instantPattern, parseDuration } from './time.js';

/** What sites, services, probes and happenings are called. */
export const namePattern = /^[a-z][a-z0-9-]{0,30}$/;
/** What stands for units: a name, or `service@site`. */
export const targetPattern = /^[a-z][a-z0-9-]{0,100}(?:@[a-z][a-z0-9-]{0,30})?$/;

// Written out, because not every reader of the schema knows `\p{Cc}`.
const CONTROL = String.raw`\u0000-\u001f\u007f-\u009f`;
/** Something in one line that can be printed as it is. */
const linePattern = new RegExp(`^[^${CONTROL}]*[^\\s${CONTROL}][^${CONTROL}]*$`);

const NAME = 'write a name of at most 31 small letters, digits and hyphens that begins with a letter';
const TARGET = 'write the name of a site, a service, a unit, or `service@site`';

/** Separates the keys of a form in the message of its unknown keys, for `explainIssues`. */
export const KEY_SEPARATOR = ' ';

/** A map with these keys only. Each unknown key becomes a problem of its own with the nearest of them. */
export function mapOf<Shape extends z.core.$ZodShape>(shape: Shape) {
  const keys = Object.keys(shape);
  const listed = keys.map((key) => `\`${key}\``).join(', ');
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? keys.join(KEY_SEPARATOR) : `write a map with ${listed}`),
  });
}

/** A map from names that the author chooses. */
export function namesTo<Value extends z.ZodType>(value: Value, remedy: string) {
  return z.record(z.string().regex(namePattern, { error: NAME }), value, { error: remedy });
}

/** Any text that is not blank. */
export function text(remedy: string) {
  return z.string({ error: remedy }).regex(/\S/, { error: remedy });
}

/** Any text that is not blank and stands in one line of a terminal as it is: a report begins with it. */
export function line(remedy: string) {
  return z.string({ error: remedy }).regex(linePattern, { error: remedy });
}

/**
 * Text of a form; `parse` gives null where the pattern is kept and it means nothing all the same. `why` says what is the matter
 * with a text where more is known than that, or null.
 */
export function written<Meaning>(
  pattern: RegExp,
  parse: (text: string) => Meaning | null,
  remedy: string,
  why: (text: string) => string | null = () => null,
) {
  const error = ({ input }: { readonly input?: unknown }) => {
    const reason = typeof input === 'string' ? why(input) : null;
    return reason === null ? remedy : `${reason}; ${remedy}`;
  };
  return z
    .string({ error })
    .regex(pattern, { error, abort: true })
    .refine((value) => parse(value) !== null, { error, abort: true })
    .transform((value) => parse(value) as Meaning);
}

/** A duration of at least `leastMs` and at most `mostMs`, in milliseconds. */
export function duration(leastMs = 0, mostMs = Number.POSITIVE_INFINITY) {
  const least = leastMs > 0 ? ` of at least ${shortDuration(leastMs)}` : '';
  const most = mostMs < Number.POSITIVE_INFINITY ? ` and at most ${shortDuration(mostMs)}` : '';
  const parse = (value: string) => {
    const ms = parseDuration(value);
    return ms === null || ms < leastMs || ms > mostMs ? null : ms;
  };
  const examples = ['500ms', '30s', '5m', '1h30m', '1d'].filter((example) => parse(example) !== null);
  const listed = examples.map((example) => `\`${example}\``).join(', ');
  return written(
    durationPattern,
    parse,
    `write a duration${least}${most} such as ${listed.replace(/, ([^,]*)$/, ' or $1')}`,
    whyNoDuration,
  );
}

function whyNoDuration(text: string): string | null {
  const unit = /^\s*[\d.]+\s*([^\d\s.]+)\s*$/.exec(text)?.[1];
  if (unit === undefined || ['ms', 's', 'm', 'h', 'd'].includes(unit)) return null;
  return `\`${unit}\` is no unit of time, which are \`ms\`, \`s\`, \`m\`, \`h\` and \`d\``;
}

/** As an author would write it; for round ones. */
function shortDuration(ms: number): string {
  if (ms % 60_000 === 0) return `${ms / 60_000}m`;
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

/** An instant, still as it is written: what it means depends on when the drill begins. */
export function instant() {
  const remedy =
    'write a time of day such as "15:30", a full "2022-10-15T15:30", or `+10m` for so long after the beginning';
  return z.string({ error: remedy }).regex(instantPattern, { error: remedy });
}

/** A name that the author gives. */
export function name() {
  return z.string({ error: NAME }).regex(namePattern, { error: NAME });
}

/** One target or a list of them, as a list. */
export function targets(...others: string[]) {
  const remedy = `${[TARGET, ...others].join(', ')}, or a list of those`;
  const target = z.string({ error: TARGET }).regex(targetPattern, { error: TARGET });
  return z
    .union([target, z.array(target).min(1, { error: `the list is empty; ${remedy}` })], { error: remedy })
    .transform((value) => (typeof value === 'string' ? [value] : value));
}

/** A command: text is given to a shell, a list is run as it is. */
export function command(remedy = 'write a command as text, or as a list of its words') {
  return z
    .union([text(remedy), z.array(z.string({ error: 'write text in quotes' })).min(1, { error: remedy })], {
      error: remedy,
    })
    .transform((value) => (typeof value === 'string' ? ['sh', '-c', value] : value));
}

/** A whole number of a range. */
export function whole(least: number, most: number, remedy: string) {
  return z.int({ error: remedy }).min(least, { error: remedy }).max(most, { error: remedy });
}

/** Says in the JSON Schema that exactly one of these keys is there. */
export function exactlyOne(keys: readonly string[]) {
  return keys.map((key) => ({ required: [key] }));
}
