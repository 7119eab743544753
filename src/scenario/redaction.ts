/** Takes secrets out of what is going to be written. */
export interface Redaction {
  /**
   * The text with `***` for every secret. A JSON object stays one: its texts are redacted, but not its numbers and keys,
   * nor the words by which the lines of a journal find each other.
   */
  redact(text: string): string;
  /** The same for a value as JSON has it. */
  redactValue<Value>(value: Value): Value;
}

/** A shorter value stands in too many words by chance. */
export const SHORTEST_SECRET = 4;

const MASK = '***';

/**
 * A redaction of these values, also as they are written in JSON, in an address, and in base64, there wherever in a longer
 * text they stand. Each line of a value of several lines is a secret too. Values of fewer than 4 characters are passed over.
 */
export function redactionOf(values: readonly string[]): Redaction {
  const forms = [...new Set(values.flatMap(formsOf))].sort((a, b) => b.length - a.length);
  if (forms.length === 0) return { redact: (text) => text, redactValue: (value) => value };
  const pattern = new RegExp(forms.map(escapePattern).join('|'), 'g');
  const hide = (text: string) => text.replace(pattern, MASK);
  return {
    redact(text) {
      const json = objectIn(text);
      if (json === null) return hide(text);
      const end = /\s*$/.exec(text)?.[0] ?? '';
      return JSON.stringify(redactIn(json, hide), null, text.startsWith('{\n') ? 2 : 0) + end;
    },
    redactValue: (value) => redactIn(value, hide) as typeof value,
  };
}

function formsOf(value: string): string[] {
  const lines = value.split('\n').flatMap((line) => [line, line.trim()]);
  return [value, ...lines].filter(({ length }) => length >= SHORTEST_SECRET).flatMap(writtenForms);
}

function writtenForms(text: string): string[] {
  const wellFormed = text.replace(/\p{Cs}/gu, '\uFFFD');
  const inAddress = [encodeURIComponent(wellFormed), encodeURI(wellFormed)];
  const small = inAddress.map((form) => form.replace(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase()));
  const inForm = [...inAddress, ...small].map((form) => form.replaceAll('%20', '+'));
  const inJson = jsonForm(text);
  // A unit may log in JSON what somebody gave it as JSON.
  return [text, inJson, jsonForm(inJson), ...inAddress, ...small, ...inForm, ...base64Forms(text)];
}

function jsonForm(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** Alone, and the digits that are the same whatever stands before and after it: base64 puts three bytes into four digits. */
function base64Forms(text: string): string[] {
  const inside = [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]);
    return bytes.toString('base64').slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6));
  });
  const alone = Buffer.from(text).toString('base64');
  const forms = [alone, alone.replace(/=+$/, ''), ...inside];
  return [...forms, ...forms.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'))];
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function objectIn(text: string): object | null {
  if (!text.startsWith('{')) return null;
  try {
    return JSON.parse(text) as object;
  } catch {
    return null;
  }
}

/** Words of firedrill and names of the scenario, by which the lines of a journal find each other; none comes from outside. */
const WORDS = new Set([
  ...['entry', 'does', 'why', 'scope', 'state', 'kind', 'verb', 'measure', 'role', 'restart', 'direction', 'outcome'],
  ...['name', 'family', 'host', 'unit', 'service', 'site', 'fault', 'probe', 'id', 'step', 'steps', 'cures'],
  ...['needs', 'startWaves', 'at', 'to', 'from', 'date', 'network', 'addresses', 'method', 'volumes', 'secret'],
  ...['drill', 'firedrill', 'startedAt', 'wallAt', 'phase'],
]);
/** What is neither has a blank in it, as the name of a whole scenario may; only a runner's process has too. */
const WORD = /^[\w@.:/-]*$/;

function redactIn(value: unknown, hide: (text: string) => string): unknown {
  if (typeof value === 'string') return hide(value);
  if (Array.isArray(value)) return value.map((item) => redactIn(item, hide));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [
    key,
    isWord(key, inner) ? inner : redactIn(inner, hide),
  ]);
  return Object.fromEntries(entries);
}

function isWord(key: string, value: unknown): boolean {
  return key === 'runner' || (WORDS.has(key) && areWords(value));
}

function areWords(value: unknown): boolean {
  return typeof value === 'string' ? WORD.test(value) : Array.isArray(value) && value.every(areWords);
}
