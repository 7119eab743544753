import { printed } from '../printable.js';
import { type Link, NO_LINK, sealLine } from './chain.js';
import type { Entry } from './entries.js';

/** Where entries go; `sync` returns when they are on the disk. */
export interface Sink {
  write(line: string): void;
  sync(): void;
}

/** An append-only journal: one JSON object a line. */
export interface Journal {
  append(entry: Entry): void;
  /** Appends, and returns when it is on the disk. */
  appendDurably(entry: Entry): void;
}

/** How a journal's lines are written. */
export interface Hand {
  /** Takes out of a line what must not be written; a JSON object stays one. */
  redact?(line: string): string;
  /** What the next line follows on, asked before each one; null: the lines before have no links, and so has none of its own. */
  lastLink?(): Link | null;
}

/**
 * A journal that writes to `sink` and shows every entry to `watch` after it was written. Each line has a number and a checksum that
 * goes on from the line before, so that a reader knows whether all are there and as they were written.
 */
export function openJournal(sink: Sink, watch: (entry: Entry) => void = () => {}, hand: Hand = {}): Journal {
  const { redact = (line) => line, lastLink } = hand;
  let last: Link = NO_LINK;
  const write = (entry: Entry) => {
    // Whoever shows a journal as it is shows it to a terminal; the text means the same.
    const json = printed(redact(JSON.stringify(entry)));
    const before = lastLink === undefined ? last : lastLink();
    if (before === null) return sink.write(`${json}\n`);
    const { line, link } = sealLine(json, before);
    sink.write(`${line}\n`);
    // A line that could not be written is none that the next one follows on.
    last = link;
  };
  return {
    append(entry) {
      write(entry);
      watch(entry);
    },
    appendDurably(entry) {
      write(entry);
      sink.sync();
      watch(entry);
    },
  };
}
