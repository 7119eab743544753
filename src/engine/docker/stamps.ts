import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import type { Clock } from '../../clock.js';
import type { Stamp } from './agreement.js';
import { withDeadline } from './api.js';
import { runInside } from './commands.js';

/** The way to a kernel's clocks. */
export interface Stamps {
  /** Asks now. @throws when no answer comes within a second or two. */
  ask(): Promise<Stamp>;
  /** Lets go of the container; it may be gone. */
  close(): void;
}

const ANSWER_MS = 1000;
const OPEN_MS = 5000;

/** Both clocks without a new process: the time of day, and after it the time since boot. */
const SAY = 'w=$EPOCHREALTIME; read -r u _ </proc/uptime; echo';
/** Answers each line it reads, says something four times a second all the same, and ends with its caller. */
const ANSWER = `while :; do
  if read -r -t 0.25 x; then k=a$x; else [ $? -gt 128 ] || exit 0; k=tick; fi
  ${SAY} "$k $w $u"
done`;
const ONCE = `${SAY} "a0 $w $u"`;
const LINE = /^(?:a(\d+)|tick) (\d+)[.,](\d{6}) (\d+\.\d+)$/;
const FRAME_HEADER = 8;

/** A conversation with a shell in a container that is heard. */
interface Conversation {
  ask(): Promise<Stamp>;
  readonly isOver: () => boolean;
  end(): void;
}

/**
 * The clocks of the kernel under a container, asked through a shell that stays there: an answer takes less than a millisecond.
 * `wake` is called four times a second by what it says unasked, also when the runner's timers wait for a clock that was set back.
 */
export function openStamps(docker: Docker, raw: Clock, containerOf: () => string, wake: () => void): Stamps {
  let talk: Conversation | null = null;
  let isClosed = false;
  return {
    async ask() {
      if (isClosed) throw new Error('nobody asks any more');
      try {
        if (talk === null || talk.isOver()) talk = await converse(docker, raw, containerOf(), wake);
        if (isClosed) talk.end();
        return await talk.ask();
      } catch {
        talk?.end();
        // What stands between us and the engine may let no conversation through.
        return askOnce(docker, raw, containerOf());
      }
    },
    close() {
      isClosed = true;
      talk?.end();
    },
  };
}

async function askOnce(docker: Docker, raw: Clock, container: string): Promise<Stamp> {
  const sentRawMs = raw.now();
  const ran = await withDeadline(raw, OPEN_MS, "the engine's clock", (signal) =>
    runInside(docker, raw, container, ['bash', '-c', ONCE], { again: true, signal }),
  );
  const stamp = readLine(ran.output.trim(), () => sentRawMs, raw.now());
  if (stamp === null) throw new Error(`the engine's clock cannot be read: ${ran.output.trim()}`);
  return stamp;
}

async function converse(docker: Docker, raw: Clock, container: string, wake: () => void): Promise<Conversation> {
  const stream = await withDeadline(raw, OPEN_MS, "the engine's clock", async (signal) => {
    const ends = { AttachStdin: true, AttachStdout: true, AttachStderr: true, Tty: false };
    const exec = await docker
      .getContainer(container)
      .exec({ Cmd: ['bash', '-c', ANSWER], Env: ['LC_ALL=C'], ...ends, abortSignal: signal });
    return exec.start({ hijack: true, stdin: false });
  });
  return talkOver(stream, raw, wake);
}

/** Talks with the shell over a stream of frames; each answer is told by its number. */
function talkOver(stream: Duplex, raw: Clock, wake: () => void): Conversation {
  const asked = new Map<number, { readonly sentRawMs: number; resolve(stamp: Stamp): void }>();
  let count = 0;
  let isOver = false;
  const end = () => {
    isOver = true;
    stream.destroy();
  };
  hearLines(stream, (line) => {
    const stamp = readLine(line, (number) => asked.get(number)?.sentRawMs, raw.now());
    if (stamp !== null) asked.get(stamp.number)?.resolve(stamp);
    else wake();
  });
  for (const event of ['error', 'end', 'close']) stream.on(event, end);
  return {
    isOver: () => isOver,
    end,
    ask() {
      count += 1;
      const number = count;
      return withDeadline(raw, ANSWER_MS, "the engine's clock", () => {
        const answer = new Promise<Stamp>((resolve) => asked.set(number, { sentRawMs: raw.now(), resolve }));
        stream.write(`${number}\n`);
        return answer;
      }).finally(() => asked.delete(number));
    },
  };
}

function hearLines(stream: Duplex, hear: (line: string) => void): void {
  let bytes = Buffer.alloc(0);
  let text = '';
  stream.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    while (bytes.length >= FRAME_HEADER && bytes.length >= FRAME_HEADER + bytes.readUInt32BE(4)) {
      const length = FRAME_HEADER + bytes.readUInt32BE(4);
      text += bytes.subarray(FRAME_HEADER, length).toString();
      bytes = bytes.subarray(length);
    }
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) hear(line);
  });
}

/** The stamp in an answer; null in what was said unasked, or asked so long ago that nobody waits. */
function readLine(
  line: string,
  sentOf: (number: number) => number | undefined,
  gotRawMs: number,
): (Stamp & { readonly number: number }) | null {
  const [, number, seconds, micros, uptime] = LINE.exec(line) ?? [];
  const sentRawMs = number === undefined ? undefined : sentOf(Number(number));
  if (sentRawMs === undefined) return null;
  const epochMs = Number(seconds) * 1000 + Number(micros) / 1000;
  return { number: Number(number), sentRawMs, gotRawMs, epochMs, uptimeMs: Number(uptime) * 1000 };
}
