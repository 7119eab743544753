import {
  appendFileSync,
  closeSync,
  constants,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  truncateSync,
} from 'node:fs';
import type { EnvironmentError } from '../errors.js';
import {
  type Entry,
  type Journal,
  lastLinkOf,
  openJournal,
  readJournal,
  type Sink,
  salvageJournal,
} from '../journal/journal.js';
import type { Plan } from '../plan/plan.js';
import type { Io } from './io.js';
import { prepareFolderOf, unwritable } from './output.js';
import { concealSecrets } from './secrets.js';

const { O_APPEND, O_CREAT, O_TRUNC, O_WRONLY } = constants;

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
  const file = attempt(() => openSync(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o666));
  let size = 0;
  return {
    write(line) {
      const bytes = Buffer.from(line);
      try {
        appendFileSync(file, bytes);
        size += bytes.length;
      } catch (error) {
        // A full disk takes half a line; the next one, if there is room by then, must not be joined to it.
        cutBack(file, size);
        throw unwritable(path, error);
      }
    },
    sync: () => attempt(() => fsyncSync(file)),
    close: () => closeSync(file),
  };
}

function cutBack(file: number, size: number): void {
  try {
    ftruncateSync(file, size);
  } catch {
    // What is no file has no half of a line that stays.
  }
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
 * journal at `path`, or one that cannot be read, there are no entries, and what is written goes nowhere. Never throws; one
 * that can be read and not written throws an EnvironmentError when it is written to.
 */
export function reopenJournal(io: Io, path: string | undefined): { entries: Entry[]; journal: Journal } {
  const nowhere = openJournal({ write() {}, sync() {} });
  if (path === undefined || salvage(path).length === 0) return { entries: [], journal: nowhere };
  const refusal = cutToWholeLines(path);
  const entries = salvage(path);
  for (const entry of entries) if (entry.entry === 'drill') concealAllSecrets(io, entry.plan);
  const write = (line: string) => {
    if (refusal !== null) throw refusal;
    try {
      appendFileSync(path, line, { flush: true });
    } catch (error) {
      throw unwritable(path, error);
    }
  };
  // Read anew for each line, since somebody else may be recovering the same drill.
  const lastLink = () => lastLinkOf(readFileSync(path, 'utf8'));
  return { entries, journal: openJournal({ write, sync() {} }, () => {}, { redact: io.redact, lastLink }) };
}

/** What curing needs of a journal, whatever else is in it or wrong with it; nothing when there is none or it cannot be read. */
function salvage(path: string): Entry[] {
  try {
    return salvageJournal(readFileSync(path, 'utf8'));
  } catch {
    return [];
  }
}

/** In a damaged plan no secret may be found; what is broken must be cured all the same. */
function concealAllSecrets(io: Io, plan: Plan): void {
  try {
    concealSecrets(io, plan);
  } catch {
    // Whatever cannot be told from its environment is not written by a recovery either: it writes of steps alone.
  }
}

/** Takes a last line without its end away, before it is read: it would be believed and then lost. Returns why that failed, or null. */
function cutToWholeLines(path: string): EnvironmentError | null {
  try {
    const bytes = readFileSync(path);
    const size = bytes.lastIndexOf(0x0a) + 1;
    if (size < bytes.length) truncateSync(path, size);
    return null;
  } catch (error) {
    return unwritable(path, error);
  }
}
