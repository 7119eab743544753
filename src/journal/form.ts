/** Where a value is not of its form: the path below the value, and what it should have been. */
export interface Mismatch {
  readonly path: string;
  readonly expected: string;
}

/** Says where a value that was read is no `T` on which a reader can rely; null: nowhere. Fields that it does not know are no matter. */
export interface Form<T> {
  (value: unknown): Mismatch | null;
  /** Of the type alone. */
  readonly of?: T;
}

/** A form for each field of a type, so that the compiler asks for the one of a field that is new. */
export type Fields<T> = { readonly [Key in keyof T]-?: Form<T[Key]> };

function wordOf<T>(expected: string, is: (value: unknown) => boolean): Form<T> {
  const wrong: Mismatch = { path: '', expected };
  return (value) => (is(value) ? null : wrong);
}

/** Any text. */
export const text: Form<string> = wordOf('a text', (value) => typeof value === 'string');
/** True or false. */
export const truth: Form<boolean> = wordOf('true or false', (value) => typeof value === 'boolean');

/** A number from `least` to `most`. */
export function number(least: number, most: number, expected = 'a number'): Form<number> {
  return wordOf(
    least === 0 && most === 1 ? 'a share from 0 to 1' : expected,
    (value) => typeof value === 'number' && value >= least && value <= most,
  );
}

/** A whole number from `least` to `most`. */
export function whole(least: number, most: number): Form<number> {
  return wordOf(
    most >= 1e15 ? 'a whole number' : `a whole number from ${least} to ${most}`,
    (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most,
  );
}

/** One of these words or numbers. */
export function oneOf<const T extends string | number>(...words: readonly T[]): Form<T> {
  const listed = words.map((word) => `\`${word}\``).join(', ');
  return wordOf(words.length === 1 ? listed : `one of ${listed}`, (value) => words.includes(value as T));
}

/** A text of this pattern. */
export function textLike(pattern: RegExp, expected: string): Form<string> {
  return wordOf(expected, (value) => typeof value === 'string' && pattern.test(value));
}

/** This, or null. */
export function orNull<T>(form: Form<T>): Form<T | null> {
  return (value) => (value === null ? null : form(value));
}

/** This, or nothing at all. */
export function optional<T>(form: Form<T>): Form<T | undefined> {
  return (value) => (value === undefined ? null : form(value));
}

/** What one of two forms takes; which of the two it is told by `isFirst`. */
export function either<A, B>(isFirst: (value: unknown) => boolean, first: Form<A>, second: Form<B>): Form<A | B> {
  return (value) => (isFirst(value) ? first(value) : second(value));
}

/** A list of at least `least`. */
export function list<T>(form: Form<T>, least = 0): Form<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value) || value.length < least)
      return { path: '', expected: `a list${least > 0 ? ` of ${least}` : ''}` };
    for (let index = 0; index < value.length; index += 1) {
      const found = form(value[index]);
      if (found !== null) return { path: below(`[${index}]`, found.path), expected: found.expected };
    }
    return null;
  };
}

/** Values in a row, of which the last ones may be missing; told as a whole, as `expected`. */
export function row<T extends readonly unknown[]>(
  expected: string,
  forms: readonly Form<unknown>[],
  least: number,
): Form<T> {
  return wordOf(
    expected,
    (value) =>
      Array.isArray(value) &&
      value.length >= least &&
      value.length <= forms.length &&
      value.every((item, index) => forms[index]?.(item) === null),
  );
}

/** What has these fields. */
export function record<T>(fields: Fields<T>): Form<T> {
  const forms = Object.entries(fields) as [string, Form<unknown>][];
  return (value) => {
    if (!isObject(value)) return { path: '', expected: 'an object' };
    for (const [field, form] of forms) {
      const found = form(Object.hasOwn(value, field) ? value[field] : undefined);
      if (found !== null) return { path: below(field, found.path), expected: found.expected };
    }
    return null;
  };
}

/** Any names, each with a value of this form. */
export function dictionary<T>(form: Form<T>): Form<Readonly<Record<string, T>>> {
  return (value) => {
    if (!isObject(value)) return { path: '', expected: 'an object' };
    for (const [field, inner] of Object.entries(value)) {
      const found = form(inner);
      if (found !== null) return { path: below(field, found.path), expected: found.expected };
    }
    return null;
  };
}

type OfKind<T, Key extends keyof T, Kind> = T extends unknown ? (Kind extends T[Key] ? T : never) : never;

/** What has a field that says of which kind it is, each kind with the fields of its own. */
export function kinds<T, Key extends keyof T & string>(
  key: Key,
  fields: { readonly [Kind in T[Key] & string]: Fields<Omit<OfKind<T, Key, Kind>, Key>> },
): Form<T> {
  const forms = new Map(Object.entries(fields).map(([kind, own]) => [kind, record(own as Fields<unknown>)]));
  return (value) => {
    if (!isObject(value)) return { path: '', expected: 'an object' };
    const form = forms.get(value[key] as string);
    return form === undefined ? { path: key, expected: `a ${key}` } : form(value);
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function below(field: string, path: string): string {
  return path === '' || path.startsWith('[') ? field + path : `${field}.${path}`;
}
