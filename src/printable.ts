/**
 * What a terminal obeys or hides, and what makes text read as something else: control codes, directions, what has no width, breaks of
 * lines that are no line feed.
 */
const HIDDEN = '[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u2800\\u3164\\uffa0]';
const MAY_HIDE = /[^\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff]|##/;
const ANY_HIDDEN = new RegExp(HIDDEN, 'gu');
/** The colours of our own reports and their line feeds; nothing else that a terminal obeys may be in what is printed. */
const OURS_OR_HIDDEN = new RegExp(`(\\u001b\\[(?:0|1|2|22|3[0-79]|9[0-7])m|\\n)|${HIDDEN}`, 'gu');
/** A command to the log of a CI where it begins a line, `::error::`, and where it stands anywhere, `##[error]`, `##vso[…]`. */
const COMMAND = /^([^\S\n]*:):(?=[a-z])/gim;
const OLD_COMMAND = /#(?=#[a-z]*\[)/gi;

/** One line of text from outside as it can be printed: what a terminal would obey or hide is written out, as in JSON (`\u001b`). */
export function visible(text: string): string {
  return MAY_HIDE.test(text) ? text.replace(ANY_HIDDEN, written) : text;
}

/**
 * What is printed, as it goes out, whoever wrote it: its line feeds and the colours of our reports stay, all else that a terminal would obey
 * or hide is written out, and no line of it is a command to the log of a CI. A JSON text stays one, with the same meaning.
 */
export function printed(text: string): string {
  if (!MAY_HIDE.test(text) && !text.includes('::')) return text;
  return text
    .replace(OURS_OR_HIDDEN, (found: string, ours?: string) => ours ?? written(found))
    .replace(OLD_COMMAND, '\\u0023')
    .replace(COMMAND, '$1\\u003a');
}

/** The same value with every text in it `visible`; what needs no change is the very same object. */
export function cleaned<Value>(value: Value): Value {
  return cleanedValue(value) as Value;
}

function cleanedValue(value: unknown): unknown {
  if (typeof value === 'string') return visible(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const clean = value.map(cleanedValue);
    return clean.every((item, index) => item === value[index]) ? value : clean;
  }
  const pairs = Object.entries(value).map(([key, inner]) => [visible(key), cleanedValue(inner)] as const);
  const isSame = pairs.every(
    ([key, inner]) => Object.hasOwn(value, key) && (value as Record<string, unknown>)[key] === inner,
  );
  return isSame ? value : Object.fromEntries(pairs);
}

function written(found: string): string {
  return Array.from(
    { length: found.length },
    (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');
}
