import type { Clock } from '../../clock.js';
import { EnvironmentError } from '../../errors.js';

/** The labels that mark everything a drill made. */
export const LABEL = {
  drill: 'firedrill.drill',
  role: 'firedrill.role',
  unit: 'firedrill.unit',
  service: 'firedrill.service',
  site: 'firedrill.site',
  address: 'firedrill.address',
  /** `true` on a unit that is not started before somebody does. */
  spare: 'firedrill.spare',
} as const;

/** The roles of the containers by which a drill acts on its units, and which nobody ends or pauses before the drill's end. */
export const HELPERS: readonly string[] = ['anchor', 'hand', 'relay'];

/** Docker sends both outputs in frames of eight bytes of header and a payload; this joins the payloads. */
export function demultiplex(framed: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; at + 8 <= framed.length; ) {
    const length = framed.readUInt32BE(at + 4);
    parts.push(framed.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return Buffer.concat(parts).toString('utf8');
}

/** The HTTP status in an error of the Docker API, or 0. */
export function statusOf(error: unknown): number {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : 0;
}

/** The one sentence in an error, without the client's preamble. */
export function sentenceOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/^\(HTTP code \d+\) .*? - /, '').trim();
}

/** What `work` gives. @throws EnvironmentError where it is the engine, or the way to it, that fails. */
export function blameDocker<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    const code = (error as { code?: unknown } | null)?.code;
    const isOutside = statusOf(error) > 0 || (typeof code === 'string' && !code.startsWith('ERR_'));
    if (!isOutside) throw error;
    throw new EnvironmentError(
      sentenceOf(error),
      'See whether Docker is well (`docker info`, and its log), then run the drill again.',
      error,
    );
  });
}

/** Carries `work` out on every item, at most `width` at a time; rejects with the first error after all have ended. */
export async function forEachOf<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const errors: unknown[] = [];
  const queue = items.values();
  const lane = async () => {
    for (const item of queue) await work(item).catch((error) => errors.push(error));
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
  if (errors.length > 0) throw errors[0];
}

/** What `work` gives, or an error that names `what` when that takes longer than `limitMs`; then its signal aborts. */
export async function withDeadline<T>(
  clock: Clock,
  limitMs: number,
  what: string,
  work: (gaveUp: AbortSignal) => Promise<T>,
): Promise<T> {
  const done = new AbortController();
  const gaveUp = new AbortController();
  const late = clock.sleepUntil(clock.now() + limitMs, done.signal).then(() => {
    if (done.signal.aborted) return undefined as never;
    const error = new Error(`${what}: no answer from Docker within ${limitMs / 1000} s`);
    gaveUp.abort(error);
    throw error;
  });
  try {
    return await Promise.race([work(gaveUp.signal), late]);
  } finally {
    done.abort();
    late.catch(() => {});
  }
}
