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

/** A journal that writes to `sink` and shows every entry to `watch` after it was written. */
export function openJournal(sink: Sink, watch: (entry: Entry) => void = () => {}): Journal {
  const append = (entry: Entry) => {
    sink.write(`${JSON.stringify(entry)}\n`);
    watch(entry);
  };
  return {
    append,
    appendDurably(entry) {
      sink.write(`${JSON.stringify(entry)}\n`);
      sink.sync();
      watch(entry);
    },
  };
}
