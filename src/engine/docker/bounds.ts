/** How much is kept of something that may have no end: of its beginning and of its end, in bytes. */
export interface Ends {
  readonly first: number;
  readonly last: number;
}

/** Enough for everything that is read whole and is no longer than somebody made it who means well. */
export const WHOLE: Ends = { first: 16 * 1024 * 1024, last: 0 };

/** What is kept of a stream; it takes no more memory than twice its ends. */
export interface Kept {
  take(chunk: Uint8Array): void;
  /** How many bytes were neither of its beginning nor of its end. */
  leftOut(): number;
  bytes(): Buffer;
  /** As text, in which the number of bytes that were left out stands in their place. */
  text(): string;
}

/** Keeps the beginning and the end of what it is given, and counts the rest. */
export function keepEnds({ first, last }: Ends): Kept {
  const head: Buffer[] = [];
  const tail = Buffer.alloc(last);
  let [total, headBytes, tailBytes] = [0, 0, 0];
  const leftOut = () => total - headBytes - tailBytes;
  return {
    take(chunk) {
      total += chunk.byteLength;
      const begins = chunk.subarray(0, first - headBytes);
      // A copy: a part of a chunk would keep the whole chunk in memory.
      if (begins.byteLength > 0) head.push(Buffer.from(begins));
      headBytes += begins.byteLength;
      const ends = chunk.subarray(Math.max(begins.byteLength, chunk.byteLength - last));
      if (ends.byteLength === 0) return;
      const stays = Math.min(tailBytes, last - ends.byteLength);
      tail.copyWithin(0, tailBytes - stays, tailBytes);
      tail.set(ends, stays);
      tailBytes = stays + ends.byteLength;
    },
    leftOut,
    bytes: () => Buffer.concat([...head, tail.subarray(0, tailBytes)]),
    text() {
      const [begin, end] = [Buffer.concat(head).toString(), tail.subarray(0, tailBytes).toString()];
      if (leftOut() > 0) return `${begin}\n… ${leftOut()} bytes left out …\n${end}`;
      // A character may lie over the seam.
      return Buffer.concat([...head, tail.subarray(0, tailBytes)]).toString();
    },
  };
}

/** A stream in Docker's frames, of eight bytes of header and a payload each. */
export interface Frames {
  take(chunk: Buffer): void;
  /** Whether it ends, so far, where a frame ends. */
  isWhole(): boolean;
}

/** Gives each payload to `payload`, as it comes and in parts; keeps nothing. */
export function readFrames(payload: (part: Buffer) => void): Frames {
  const header = Buffer.alloc(8);
  let [headerBytes, left] = [0, 0];
  return {
    take(chunk) {
      for (let at = 0; at < chunk.length; ) {
        if (left > 0) {
          const part = chunk.subarray(at, at + left);
          payload(part);
          left -= part.length;
          at += part.length;
          continue;
        }
        const part = chunk.subarray(at, at + 8 - headerBytes);
        header.set(part, headerBytes);
        headerBytes += part.length;
        at += part.length;
        if (headerBytes < 8) continue;
        left = header.readUInt32BE(4);
        headerBytes = 0;
      }
    },
    isWhole: () => headerBytes === 0 && left === 0,
  };
}

/** Of an answer to a look no more is read than this, in bytes: by then it is an answer. */
export const ENOUGH = 1024 * 1024;

/** Calls `excess` once, when more than `most` bytes have come over a connection that somebody else reads. */
export function watchSize(socket: NodeJS.ReadableStream, most: number, excess: () => void): void {
  let total = 0;
  const count = (chunk: Uint8Array) => {
    total += chunk.byteLength;
    if (total <= most) return;
    socket.off('data', count);
    excess();
  };
  socket.on('data', count);
}

/** A line of Docker's own streams is shorter than this; of one that is not, nobody hears. */
const LONGEST_LINE = 64 * 1024;

/** Gives each line to `hear`, whole, once it has ended; of the last one `end` says that it has. */
export function readLines(hear: (line: string) => void): { take(chunk: Uint8Array): void; end(): void } {
  let kept = keepEnds({ first: LONGEST_LINE, last: 0 });
  const end = () => {
    const line = kept.leftOut() > 0 ? '' : kept.text();
    kept = keepEnds({ first: LONGEST_LINE, last: 0 });
    if (line !== '') hear(line);
  };
  return {
    take(chunk) {
      let at = 0;
      for (let to = chunk.indexOf(10); to >= 0; to = chunk.indexOf(10, at)) {
        kept.take(chunk.subarray(at, to));
        end();
        at = to + 1;
      }
      kept.take(chunk.subarray(at));
    },
    end,
  };
}
