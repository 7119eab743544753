import { appendFileSync, closeSync, fsyncSync, openSync } from 'node:fs';
import type { Sink } from '../journal.js';
import type { Io } from './io.js';
import { prepareFolderOf, unwritable } from './output.js';

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
    write: (line) => attempt(() => appendFileSync(file, line)),
    sync: () => attempt(() => fsyncSync(file)),
    close: () => closeSync(file),
  };
}
