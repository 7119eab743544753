import type Docker from 'dockerode';
import type { Clock } from '../../clock.js';

/** What a command inside a container gave; `code` is its exit status. */
export interface Ran {
  readonly code: number;
  readonly output: string;
}

/** The labels that mark everything a drill made. */
export const LABEL = {
  drill: 'firedrill.drill',
  role: 'firedrill.role',
  unit: 'firedrill.unit',
  service: 'firedrill.service',
  site: 'firedrill.site',
  address: 'firedrill.address',
} as const;

/** Runs a command inside a running container and waits for its end. @throws what the Docker API answers, when it refuses. */
export async function runInside(docker: Docker, container: string, command: readonly string[]): Promise<Ran> {
  const exec = await docker
    .getContainer(container)
    .exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true, Tty: false });
  const stream = await exec.start({ hijack: true, stdin: false });
  const chunks: Buffer[] = [];
  await new Promise<void>((resolve, reject) => {
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', resolve);
    stream.on('close', resolve);
    stream.on('error', reject);
  });
  const { ExitCode } = await exec.inspect();
  return { code: ExitCode ?? 1, output: demultiplex(Buffer.concat(chunks)) };
}

/** A command that was timed from inside: it began no earlier than `fromMs` and had ended by `toMs`, on the drill's clock. */
export interface TimedRun extends Ran {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Waits inside the container for the instant $1 (nanoseconds since 1970), then runs the rest between two looks at the clock. */
const WAIT_THEN_RUN = `t=$1; shift
d=$(( (t - $(date +%s%N)) / 1000000 ))
[ $d -gt 0 ] && sleep $(printf '%d.%03d' $((d / 1000)) $((d % 1000)))
date +%s%N`;

/**
 * Runs a shell script inside a container at the instant `atMs`. Sent ahead of time, it waits inside, so that the time that
 * Docker takes to start a command is not part of the fault. Needs the engine's kernel clock to be this machine's.
 */
export async function runInsideAt(
  docker: Docker,
  clock: Clock,
  container: string,
  atMs: number,
  script: string,
  args: readonly string[],
): Promise<TimedRun> {
  const sentMs = clock.now();
  const atNs = `${BigInt(Math.round(clock.epochOf(atMs) * 1000))}000`;
  const whole = `${WAIT_THEN_RUN}\n{ ${script}\n}\ns=$?\ndate +%s%N\nexit $s`;
  const ran = await runInside(docker, container, ['sh', '-c', whole, 'sh', atNs, ...args]);
  const doneMs = clock.now();
  const stamps = ran.output.match(/^\d{19}$/gm) ?? [];
  const offsetMs = doneMs - clock.epochOf(doneMs);
  const [fromMs = sentMs, toMs = doneMs] = stamps.map((stamp) => Number(BigInt(stamp) / 1000n) / 1000 + offsetMs);
  return { code: ran.code, output: ran.output.replace(/^\d{19}\n/gm, '').trim(), fromMs, toMs: Math.max(fromMs, toMs) };
}

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
  return text.replace(/^\(HTTP code \d+\) [a-z ]+ - /, '').trim();
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

/** What `work` gives, or an error that names `what` when that takes longer than `limitMs`. */
export async function withDeadline<T>(clock: Clock, limitMs: number, what: string, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = clock.sleepUntil(clock.now() + limitMs, over.signal).then(() => {
    if (!over.signal.aborted) throw new Error(`${what}: no answer from Docker within ${limitMs / 1000} s`);
    return undefined as never;
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
    late.catch(() => {});
  }
}
