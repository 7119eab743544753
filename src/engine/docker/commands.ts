import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import { type Clock, instantsOf } from '../../clock.js';
import { sentenceOf, withDeadline } from './api.js';
import { type Ends, keepEnds, readFrames } from './bounds.js';

/** What a command inside a container gave; `code` is its exit status. */
export interface Ran {
  readonly code: number;
  readonly output: string;
  /** False when the connection broke and some of the output may be missing; the status is known all the same. */
  readonly whole: boolean;
  /** So many bytes of its middle were not kept; absent: none. */
  readonly leftOut?: number;
}

/** How a command is run: `again` when it does no harm to run it once more for an output that got lost. */
export interface Running {
  readonly again: boolean;
  /** What it says on standard error is no part of its output. */
  readonly quiet?: boolean;
  /** Ends the waiting, not the command. */
  readonly signal?: AbortSignal;
  /** Is kept up to date. */
  readonly follow?: Follow;
  /** How much of its output is kept, of its beginning and of its end; else 4 KiB of each. */
  readonly keep?: Ends;
}

/** How far Docker is with a command: asked for it, asked to start it, starting it; and whether it runs, by Docker's word. */
export interface Follow {
  stage: 'asked' | 'starting' | 'started';
  runs: ((signal: AbortSignal) => Promise<boolean>) | null;
}

/** Who has more to say than this is not listened to more closely. */
const ENDS: Ends = { first: 4096, last: 4096 };

const RUNS = 4;
/** A command that goes on so long after its connection has ended did not end with it. */
const END_MS = 500;
const END_PAUSES_MS = [5, 20, 50, 100, 200];

/**
 * Runs a command inside a running container and waits for its end, once whatever happens to the connection, unless it may
 * be run again. @throws what the Docker API answers, when it refuses.
 */
export async function runInside(
  docker: Docker,
  clock: Clock,
  container: string,
  command: readonly string[],
  running: Running,
): Promise<Ran> {
  for (let left = RUNS - 1; ; left -= 1) {
    const ran = await runOnce(docker, clock, container, command, running);
    if (ran.whole || !running.again || left === 0) return ran;
  }
}

async function runOnce(
  docker: Docker,
  clock: Clock,
  container: string,
  command: readonly string[],
  { signal, quiet = false, follow, keep = ENDS }: Running,
): Promise<Ran> {
  const ending = signal === undefined ? {} : { abortSignal: signal };
  const exec = await docker
    .getContainer(container)
    .exec({ Cmd: [...command], AttachStdout: true, AttachStderr: !quiet, Tty: false, ...ending });
  if (follow !== undefined) {
    follow.stage = 'starting';
    follow.runs = async (abortSignal) => (await exec.inspect({ abortSignal })).Running;
  }
  const heard = await listen(exec, ending, keep, () => {
    if (follow !== undefined) follow.stage = 'started';
  });
  const listenedMs = clock.now();
  for (let looks = 0; ; looks += 1) {
    // A command that was started and is not seen to run yet has no status.
    const { Running, ExitCode } = await exec.inspect(ending);
    if (!Running && ExitCode !== null) {
      const whole = heard.whole && clock.now() < listenedMs + END_MS;
      return { code: ExitCode, output: heard.output, whole, ...(heard.leftOut > 0 && { leftOut: heard.leftOut }) };
    }
    await clock.sleepUntil(clock.now() + (END_PAUSES_MS[looks] ?? END_MS), signal);
    signal?.throwIfAborted();
  }
}

const ALREADY = /is already running|has already run/;

/** The engine's own words are at the beginning of a connection. */
const OWN_WORDS = 1024;

/** What a command says until its connection ends, whoever ends it, as far as it is kept; `started` is called when Docker starts it. */
async function listen(
  exec: Docker.Exec,
  ending: object,
  keep: Ends,
  started: () => void,
): Promise<{ output: string; leftOut: number; whole: boolean }> {
  let stream: Duplex;
  try {
    stream = await exec.start({ hijack: true, stdin: false, ...ending });
  } catch (error) {
    // An earlier sending of this call arrived: it runs, and nobody hears it.
    if (!ALREADY.test(sentenceOf(error))) throw error;
    started();
    return { output: '', leftOut: 0, whole: false };
  }
  started();
  const said = keepEnds(keep);
  const raw = keepEnds({ first: OWN_WORDS, last: 0 });
  const frames = readFrames(said.take);
  const broken = await new Promise<boolean>((resolve) => {
    stream.on('data', (chunk: Buffer) => {
      raw.take(chunk);
      frames.take(chunk);
    });
    stream.on('end', () => resolve(false));
    stream.on('close', () => resolve(false));
    stream.on('error', () => resolve(true));
  });
  // The engine may have promised a connection before it sees that an earlier sending arrived, and then says so in it.
  const own = raw.text();
  const isUnheard = own.includes(`Exec command ${exec.id} `) && ALREADY.test(own);
  if (isUnheard) return { output: '', leftOut: 0, whole: false };
  return { output: said.text(), leftOut: said.leftOut(), whole: !broken && frames.isWhole() };
}

/** A command that was timed from inside: it began no earlier than `fromMs` and had ended by `toMs`, on the drill's clock. */
export interface TimedRun extends Ran {
  readonly fromMs: number;
  readonly toMs: number;
}

/** When a script is to run: at `atMs`, and never later than `limitMs` from now, when nobody waits for it any more. */
export interface Timing {
  readonly atMs: number;
  readonly limitMs: number;
  /** For the error, such as `rules of db-pangyo`. */
  readonly what: string;
}

/**
 * Waits inside the container for the instant $1 (nanoseconds since 1970), then runs the rest between two looks at the
 * clock; after the instant $2 it does nothing, because whoever sent it has gone on.
 */
const WAIT_THEN_RUN = `t=$1; z=$2; shift 2
d=$(( (t - $(date +%s%N)) / 1000000 ))
[ $d -gt 0 ] && sleep $(printf '%d.%03d' $((d / 1000)) $((d % 1000)))
now=$(date +%s%N)
[ $now -gt $z ] && echo 'it came too late' && exit 75
echo $now`;

/** A script that is about to act when its time is over still has this long to be done. */
const MARGIN_MS = 500;

/**
 * Runs a shell script inside a container at the instant `atMs`. Sent ahead of time, it waits inside, so that the time that
 * Docker takes to start a command is not part of the fault. The clock's time of day must be the kernel's.
 * @throws when there is no end to be seen within the limit.
 */
export async function runInsideAt(
  docker: Docker,
  clock: Clock,
  container: string,
  { atMs, limitMs, what }: Timing,
  script: string,
  args: readonly string[],
): Promise<TimedRun> {
  const sentMs = clock.now();
  const whole = `${WAIT_THEN_RUN}\n{ ${script}\n}\ns=$?\ndate +%s%N\nexit $s`;
  const times = [stampOf(clock, atMs), stampOf(clock, sentMs + limitMs - MARGIN_MS)];
  const command = ['sh', '-c', whole, 'sh', ...times, ...args];
  const ran = await withDeadline(clock, limitMs, what, (signal) =>
    runInside(docker, clock, container, command, { again: false, signal }),
  );
  const doneMs = clock.now();
  const stamps = ran.output.match(/^\d{19}$/gm) ?? [];
  const [first, last] = stamps.map((stamp) => spanOf(clock, stamp));
  // It ran between its sending and its end, whatever the clocks say; unheard, it still waited for its instant.
  const fromMs = Math.min(doneMs, Math.max(sentMs, first?.fromMs ?? atMs));
  const toMs = Math.max(fromMs, Math.min(doneMs, last?.toMs ?? doneMs));
  const output = ran.output.replace(/^\d{19}\n/gm, '').trim() || (ran.code === 0 ? '' : `status ${ran.code}`);
  return { ...ran, output, fromMs, toMs };
}

/** An instant of the drill's clock as the engine's kernel counts it: nanoseconds since 1970. */
export function stampOf(clock: Clock, instantMs: number): string {
  return `${BigInt(Math.round(clock.epochOf(instantMs) * 1000))}000`;
}

/** Between which instants of the drill's clock the engine's kernel wrote a stamp of nanoseconds since 1970. */
export function spanOf(clock: Clock, stamp: string): { readonly fromMs: number; readonly toMs: number } {
  return instantsOf(clock, Number(BigInt(stamp) / 1000n) / 1000);
}
