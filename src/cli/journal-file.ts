import { appendFileSync, closeSync, fsyncSync, openSync, readFileSync, truncateSync } from 'node:fs';
import { type Entry, type Journal, openJournal, readJournal, type Sink } from '../journal/journal.js';
import type { Io } from './io.js';
import { prepareFolderOf, unwritable } from './output.js';
import { concealSecrets } from './secrets.js';

/**
 * A sink that writes a new file at `path`, its folder too; null: standard output. `sync` really waits for the disk.
 * @throws EnvironmentError when the file cannot be written, now or later.
 */
export function openJournalFile(io: Io, path: string | null): Sink & { close(): void } {
  if (path === null) return { write: io.out, sync() {}, close() {} };
  prepareFolderOf(path);
  const attempt = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      throw unwritable(path, error);
    }
  };
  const file = attempt(() => openSync(path, 'w'));
  return {
    write: (line) => attempt(() => appendFileSync(file, io.redact(line))),
    sync: () => attempt(() => fsyncSync(file)),
    close: () => closeSync(file),
  };
}

/** What a journal holds so far, without touching it; nothing when there is none or it cannot be read. */
export function entriesOf(path: string | undefined): Entry[] {
  if (path === undefined) return [];
  try {
    return readJournal(readFileSync(path, 'utf8'), path);
  } catch {
    return [];
  }
}

/**
 * The journal of a runner that is gone, to be read and written on: a last line that its death cut off is taken away. With no
 * journal at `path`, or one that cannot be read, there are no entries, and what is written goes nowhere.
 */
export function reopenJournal(io: Io, path: string | undefined): { entries: Entry[]; journal: Journal } {
  const nowhere = openJournal({ write() {}, sync() {} });
  if (path === undefined || entriesOf(path).length === 0) return { entries: [], journal: nowhere };
  // Cut before it is read: a line that lacks only its end would be believed and then lost.
  truncateSync(path, readFileSync(path).lastIndexOf(0x0a) + 1);
  const entries = entriesOf(path);
  for (const entry of entries) if (entry.entry === 'drill') concealSecrets(io, entry.plan);
  const write = (line: string) => appendFileSync(path, io.redact(line), { flush: true });
  return { entries, journal: openJournal({ write, sync() {} }) };
}
