import { EnvironmentError, InputError } from '../errors.js';
import { exitCodes } from '../judge/judge.js';
import type { Io } from './io.js';

/** Says on standard error why a command failed and what to do, and returns its exit code. */
export function tellFailure(io: Io, error: unknown, alreadyTold = false): number {
  if (alreadyTold) return exitCodes.input.code;
  if (error instanceof InputError) {
    io.err(`${error.message}\n`);
    return exitCodes.input.code;
  }
  if (error instanceof EnvironmentError) {
    io.err(`firedrill: ${error.message}\n${error.remedy === '' ? '' : `${error.remedy}\n`}`);
    tellStack(io, error);
    return exitCodes.environment.code;
  }
  const message = error instanceof Error ? error.message : String(error);
  io.err(`firedrill: this is a bug in firedrill, please report it: ${message.split('\n')[0]}\n`);
  tellStack(io, error);
  return exitCodes.bug.code;
}

/** Says that what was printed is not complete, and returns the exit code of that, unless `code` tells of something worse. */
export function tellLoss(io: Io, lost: NodeJS.ErrnoException, code: number): number {
  const message = `what was printed could not all be written (${lost.code})`;
  const told = tellFailure(io, new EnvironmentError(message, 'Write it to a place with room.'));
  return code === exitCodes.notRestored.code ? code : told;
}

function tellStack(io: Io, error: unknown): void {
  if (io.env.FIREDRILL_DEBUG === '1' && error instanceof Error) io.err(`${error.stack}\n`);
}
