import type { Body, Call } from './request.js';

/** What is known about one kind of call to Docker. */
export interface Rule {
  /** Until the whole answer has come, or, for a stream, until it has begun. */
  readonly limitMs: number;
  /** How long a stream may say nothing; null: as long as it likes. */
  readonly idleMs: number | null;
  /** Whether it may be sent again when nobody knows what came of it. */
  readonly again: boolean;
  /** Whether this refusal of a repeated call says that an earlier one had done it. */
  isDone(status: number, sentence: string): boolean;
  /** What Docker says of the unit by this is an answer, however soon it may be another; null: nothing. */
  readonly final: RegExp | null;
  /** What an earlier call may have made when the name is taken on a repeated one. */
  readonly made: Made | null;
}

/** Something with a name that its maker can tell by its labels. */
export interface Made {
  readonly path: string;
  readonly labels: Readonly<Record<string, string>>;
}

const SHORT_MS = 10_000;
/** For what Docker does one after the other, however many ask at once. */
const QUEUED_MS = 60_000;
/** A build may download for minutes without a word. */
const SILENT_MS = 300_000;

const ONCE: Rule = { limitMs: QUEUED_MS, idleMs: null, again: false, isDone: () => false, final: null, made: null };
const SAFE: Rule = { ...ONCE, limitMs: SHORT_MS, again: true };

/** A few words by which Docker says of a container, a name or an image what waiting will not change. */
const LASTING =
  /is already paused|is paused|is not paused|is not running|already in use|already exists|has already run|is already running|container state improper|overlap|executable file|no such file|no such host|manifest unknown|unauthorized|denied/i;

/** Every call that changes something and may be sent again, and how a repeated one is told that it is done. */
const CHANGES: readonly [pattern: RegExp, rule: (url: URL, body: Body) => Rule][] = [
  [/^\/containers\/create$/, (url, body) => ({ ...SAFE, limitMs: QUEUED_MS, ...nameable(url, body) })],
  [/^\/containers\/[^/]+\/start$/, () => ({ ...SAFE, limitMs: QUEUED_MS, isDone: isUnchanged })],
  [/^\/containers\/[^/]+\/stop$/, (url) => ({ ...SAFE, limitMs: graceOf(url) + SHORT_MS, isDone: isUnchanged })],
  [/^\/containers\/[^/]+\/restart$/, (url) => ({ ...SAFE, limitMs: QUEUED_MS + graceOf(url) })],
  [/^\/containers\/[^/]+\/kill$/, () => ({ ...SAFE, isDone: (_, sentence) => NOTHING_RUNS.test(sentence) })],
  [/^\/containers\/[^/]+\/pause$/, () => ({ ...SAFE, isDone: (_, sentence) => /is already paused/.test(sentence) })],
  [/^\/containers\/[^/]+\/unpause$/, () => ({ ...SAFE, isDone: (_, sentence) => /is not paused/.test(sentence) })],
  [/^\/containers\/[^/]+\/wait$/, () => ({ ...SAFE, limitMs: QUEUED_MS })],
  // A command that was made and never started does nothing, and one that was started cannot be started twice.
  [/^\/containers\/[^/]+\/exec$/, () => ({ ...SAFE, final: /is restarting/ })],
  [/^\/exec\/[^/]+\/start$/, () => SAFE],
  [/^\/networks\/create$/, (_, body) => ({ ...SAFE, limitMs: QUEUED_MS, made: madeBy('/networks', body) })],
  [/^\/volumes\/create$/, () => SAFE],
  [/^\/images\/create$/, () => ({ ...SAFE, limitMs: SILENT_MS, idleMs: SILENT_MS })],
  // What was uploaded cannot be uploaded again; whoever has the files begins anew.
  [/^\/build$/, () => ({ ...ONCE, limitMs: SILENT_MS, idleMs: SILENT_MS })],
];

/** The rule for a call to `path`, which may have a version before and a query behind. Unknown changes are sent once. */
export function ruleFor({ method }: Call, path: string, body: Body): Rule {
  const url = new URL(path, 'http://docker');
  if (method === 'GET' || method === 'HEAD') return SAFE;
  if (method === 'DELETE') return { ...SAFE, limitMs: QUEUED_MS, isDone: (status) => status === 404 };
  const plain = url.pathname.replace(/^\/v[\d.]+(?=\/)/, '');
  const known = method === 'POST' ? CHANGES.find(([pattern]) => pattern.test(plain)) : undefined;
  return known?.[1](url, body) ?? ONCE;
}

/** Whether a refusal may be another answer in a moment. */
export function mayPass(status: number, sentence: string): boolean {
  return [409, 500, 502, 503, 504].includes(status) && !LASTING.test(sentence);
}

/** Podman has words of its own for it. */
const NOTHING_RUNS = /is not running|can only kill running/;

function isUnchanged(status: number): boolean {
  return status === 304;
}

function graceOf(url: URL): number {
  return Number(url.searchParams.get('t') ?? 10) * 1000;
}

/** A container without a name would be made a second time. */
function nameable(url: URL, body: Body): Pick<Rule, 'again' | 'made'> {
  const name = url.searchParams.get('name');
  return { again: name !== null, made: name === null ? null : madeBy('/containers', body, name, '/json') };
}

function madeBy(kind: string, body: Body, name?: string, look = ''): Made | null {
  if (typeof body !== 'string') return null;
  const wanted = JSON.parse(body) as { Name?: string; Labels?: Record<string, string> };
  return { path: `${kind}/${name ?? wanted.Name}${look}`, labels: wanted.Labels ?? {} };
}
