import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { printed } from '../printable.js';
import type { Redaction } from '../scenario/scenario.js';

/** What the command line has of the world around it, as a port, so that a test can be that world. */
export interface Io extends Veil {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reports go here; what a terminal would obey, or a CI take for a command, is written out. */
  out(text: string): void;
  /** Progress, warnings and errors go here, in the same way. */
  err(text: string): void;
  /** Where `err` goes too, with moves of the cursor: what is from outside in it must be `printed` before. */
  draw(text: string): void;
  /** The columns, as of now, of the terminal that `out` or `err` is, or null where it is none. */
  readonly outColumns: number | null;
  readonly errColumns: number | null;
  /** The rows of the terminal that `err` is, or null. */
  readonly errRows: number | null;
  /** Standard input, at most `mostBytes` of it. */
  readInput(mostBytes: number, mostOfLine?: number): Promise<Uint8Array>;
  /** Resolves when a person presses Enter or `over` aborts; null where standard input is no terminal. */
  readonly awaitEnter: ((over: AbortSignal) => Promise<void>) | null;
  /**
   * Calls `stop` with the reason each time the process is asked to end, instead of ending it, and with the error when
   * something was thrown that nothing catches. The returned function ends that.
   */
  onStop(stop: (reason: string, error?: unknown) => void): () => void;
}

/** Keeps secrets out of all that is written: `out` and `err` go through it by themselves, whoever writes a file asks it. */
export interface Veil extends Redaction {
  /** From now on what this redaction knows is kept out too. */
  conceal(redaction: Redaction): void;
}

/** A veil that keeps out nothing yet. */
export function openVeil(): Veil {
  const redactions: Redaction[] = [];
  return {
    conceal: (redaction) => void redactions.push(redaction),
    redact: (text) => redactions.reduce((rest, { redact }) => redact(rest), text),
    redactValue: (value) => redactions.reduce((rest, { redactValue }) => redactValue(rest), value),
  };
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * The process itself; `drain` resolves when all that was written is on its way, with why some of it is lost (a full disk),
 * or null. A reader who has gone is no error, and nothing that is printed is worth a drill that is not cured.
 */
export function processIo(): Io & { drain(): Promise<NodeJS.ErrnoException | null> } {
  const hangUps = new Set<() => void>();
  let terminal: 'there' | 'gone' = 'there';
  let lost: NodeJS.ErrnoException | null = null;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // What a terminal that was closed says to each write; not every shell passes its SIGHUP on.
      if (error.code === 'EIO') for (const hangUp of [...hangUps]) hangUp();
      else if (error.code !== 'EPIPE') lost ??= error;
    });
  }
  const veil = openVeil();
  return {
    ...veil,
    cwd: process.cwd(),
    env: process.env,
    out: (text) => void process.stdout.write(printed(veil.redact(text))),
    err: (text) => void process.stderr.write(printed(veil.redact(text))),
    draw: (text) => void process.stderr.write(veil.redact(text)),
    get outColumns() {
      return process.stdout.isTTY ? process.stdout.columns : null;
    },
    get errColumns() {
      return process.stderr.isTTY ? process.stderr.columns : null;
    },
    get errRows() {
      return process.stderr.isTTY ? process.stderr.rows : null;
    },
    readInput: (mostBytes, mostOfLine) => readAtMost(process.stdin, mostBytes, mostOfLine),
    awaitEnter: process.stdin.isTTY ? awaitEnter : null,
    onStop(stop) {
      const interrupt = (signal: NodeJS.Signals) => stop(signal);
      const crash = (error: unknown) => stop('a bug in firedrill', error);
      let hungUp = false;
      const hangUp = () => {
        terminal = 'gone';
        if (hungUp) return;
        hungUp = true;
        stop('SIGHUP');
      };
      hangUps.add(hangUp);
      for (const signal of SIGNALS) process.on(signal, interrupt);
      process.on('SIGHUP', hangUp);
      process.on('uncaughtException', crash);
      return () => {
        hangUps.delete(hangUp);
        process.off('SIGHUP', hangUp);
        for (const signal of SIGNALS) process.off(signal, interrupt);
        process.off('uncaughtException', crash);
      };
    },
    async drain() {
      for (const stream of [process.stdout, process.stderr]) {
        await new Promise((resolve) => stream.write('', resolve));
      }
      if (terminal === 'gone') forgetTerminal();
      return lost;
    },
  };
}

const waiting: (() => void)[] = [];

/** One line is for one who waits: the one who has waited longest. */
function awaitEnter(over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      over.removeEventListener('abort', end);
      waiting.splice(waiting.indexOf(end), 1);
      if (waiting.length === 0) process.stdin.pause().off('data', heard);
      resolve();
    };
    if (waiting.length === 0) {
      forgetKeys();
      process.stdin.on('data', heard).resume();
    }
    waiting.push(end);
    over.addEventListener('abort', end, { once: true });
  });
}

/** What was typed before the question is no answer to it. Read on a way of its own, which does not wait for more. */
function forgetKeys(): void {
  try {
    const place = openSync('/proc/self/fd/0', constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    try {
      while (readSync(place, Buffer.alloc(4096)) > 0);
    } finally {
      closeSync(place);
    }
  } catch {
    // EAGAIN: there is nothing more.
  }
}

function heard(): void {
  waiting[0]?.();
}

/** At its end Node puts terminals back as they were, and crashes where one is gone: its place is given to something else. */
function forgetTerminal(): void {
  for (const place of [0, 1, 2]) {
    try {
      if (!fstatSync(place).isCharacterDevice()) continue;
      closeSync(place);
      openSync('/dev/null', 'r+');
    } catch {
      // What is not open needs nothing.
    }
  }
}

/** What the error of a stream has as its code whose line is too long. */
export const LINE_TOO_LONG = 'ELINETOOLONG';

/**
 * The bytes of a stream, at most `mostBytes` and a little more. @throws an error with `LINE_TOO_LONG` when one of its lines
 * has more than `mostOfLine`.
 */
export async function readAtMost(
  stream: AsyncIterable<Uint8Array>,
  mostBytes: number,
  mostOfLine = Number.POSITIVE_INFINITY,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let ofLine = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    size += chunk.byteLength;
    const end = chunk.lastIndexOf(10);
    ofLine = end < 0 ? ofLine + chunk.byteLength : chunk.byteLength - end - 1;
    if (ofLine > mostOfLine) throw Object.assign(new Error('a line is too long'), { code: LINE_TOO_LONG });
    if (size > mostBytes) break;
  }
  return Buffer.concat(chunks);
}
