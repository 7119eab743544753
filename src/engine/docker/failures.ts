import type { Reading } from '../engine.js';
import { sentenceOf, statusOf } from './api.js';
import type { Follow } from './commands.js';

/** A reading that was good. */
export const GOOD: Reading = { ok: true, error: null };

/** A reading that was not good. */
export function bad(error: string): Reading {
  return { ok: false, error };
}

/** A reading of which nothing can be known, for a reason on our side. */
export function hole(error: string): Reading {
  return { ok: false, error, hole: true };
}

/** Of a write that Docker was asked for, and whose fate nobody knows; among the journal's `OPEN_FATES`. */
export const FATE_UNKNOWN = hole('Docker did not say what became of it');

/** What the kernel, the resolver or Node refuse to this process, whoever is asked: it says nothing about a service. */
const OURS: Readonly<Record<string, string>> = {
  EMFILE: 'no free socket here',
  ENFILE: 'no free socket on this machine',
  ENOMEM: 'no memory here',
  ENOBUFS: 'no memory for a socket here',
  ENOSR: 'no memory for a socket here',
  EADDRNOTAVAIL: 'no free port here',
  EADDRINUSE: 'no free port here',
  EAGAIN: 'no free process or socket here',
  ENETDOWN: 'no network here',
  EAFNOSUPPORT: 'no network of this kind here',
  EPERM: 'not allowed here',
  EACCES: 'not allowed here',
  ENOTFOUND: 'no answer from the resolver here',
  ABORT_ERR: 'given up here',
};

/** How the network and the other side say that it is not there. */
const THEIRS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ETIMEDOUT: 'timeout',
};

/** The kernel's or Node's name of an error; of several that are one, that of the first. */
function codeOf(error: unknown): string | null {
  const { code, errors, name } = (error ?? {}) as { code?: unknown; errors?: unknown[]; name?: unknown };
  // PostgreSQL has codes of five digits and capitals of its own: an error that it sent has a severity.
  if (typeof code === 'string') return code;
  if (name === 'AbortError') return 'ABORT_ERR';
  return Array.isArray(errors) && errors.length > 0 ? codeOf(errors[0]) : null;
}

/** Why an error says nothing about who was asked, because it is on our side, in a few words; null when it may. */
export function ownFailureOf(error: unknown): string | null {
  const code = codeOf(error);
  if (code === null) return null;
  const words = Object.hasOwn(OURS, code) ? OURS[code] : /^EAI_/.test(code) ? OURS.ENOTFOUND : null;
  return words == null ? null : `${words} (${code})`;
}

/** An error of a connection in the words of a reading. */
export function nameOf(error: unknown): string {
  const { code, message } = (error ?? {}) as { code?: string; message?: string };
  return ownFailureOf(error) ?? THEIRS[code ?? ''] ?? (code === undefined ? (message ?? 'failed') : `error ${code}`);
}

/** What a look or a write that ended with this error gave: a hole where it is ours. */
export function readingOf(error: unknown): Reading {
  return ownFailureOf(error) === null ? bad(nameOf(error)) : hole(nameOf(error));
}

/** What Docker says of a unit that is not there to run anything, as its own console would. */
const NOT_RUNNING =
  /is not running|is restarting|stopped state|not in running|state improper|no such container|marked for removal/i;
const PAUSED = /paused/i;
/** The command itself cannot be run in this image. */
const UNABLE = /executable file not found|no such file or directory|permission denied|setns|not a directory/i;
/** What says that the parts of Docker did not reach each other, in an answer or as the output of a command that never ran. */
const BROKEN_INSIDE =
  /ttrpc|rpc error|containerd|transport|dial unix|context (canceled|deadline exceeded)|resource temporarily unavailable|cannot allocate memory|too many open files/i;

/**
 * What somebody at the unit's console sees when Docker does not run a command there: a hole where it is Docker that fails,
 * or the way to it; null: nothing at all, as of a unit that is paused. `stage` is how far Docker was.
 */
export function refusalOf(error: unknown, stage: Follow['stage'] = 'asked'): Reading | null {
  const [status, sentence] = [statusOf(error), sentenceOf(error)];
  const own = ownFailureOf(error);
  // Without a status nothing of Docker's has answered; once the start was asked for it may run all the same.
  const isLost = own !== null || status === 0 || /no such exec/i.test(sentence);
  if (isLost && stage !== 'asked') return FATE_UNKNOWN;
  if (isLost) return hole(own ?? `Docker did not run it: ${sentence}`);
  if (PAUSED.test(sentence)) return null;
  if (NOT_RUNNING.test(sentence)) return bad('not running');
  if (UNABLE.test(sentence)) return bad('exec failed');
  return status >= 500 || status === 409 ? hole(`Docker did not run it: ${sentence}`) : bad('exec failed');
}

/** What a command that ended with this status said of the unit; of one that Docker could not begin, nothing. */
export function readingOfExit(code: number, output: string): Reading {
  if (code === 0) return GOOD;
  const isUnbegun = code === 126 || code === 255;
  if (isUnbegun && BROKEN_INSIDE.test(output)) return hole('Docker did not run it: its parts did not reach each other');
  return bad(`exit ${code}`);
}
