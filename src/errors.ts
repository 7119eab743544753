import { visible } from './printable.js';

/** One mistake of an author: where it stands and what to write instead. */
export interface Problem {
  /** The file as the author named it, or `command line`. */
  readonly file: string;
  /** Counted from 1; 0 when the mistake has no place in a file. */
  readonly line: number;
  /** Counted from 1; 0 when the mistake has no place in a file. */
  readonly col: number;
  /** The path inside the document, such as `services.db.at[1]`; empty at the top. */
  readonly path: string;
  /** What is wrong and what to write instead, as one sentence without a final newline. */
  readonly message: string;
}

/** More than these help nobody, and a hostile file could make a million. */
export const MOST_PROBLEMS = 50;

/** The author's mistake: carries the first problems, each with its place, and how many more there are. Ends with exit code 64. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly problems: readonly Problem[];
  /** How many were found beside `problems`. */
  readonly untold: number;

  constructor(problems: readonly Problem[], untold = 0) {
    const told = problems.slice(0, MOST_PROBLEMS);
    const more = untold + problems.length - told.length;
    const rest = `and ${more} more problem${more === 1 ? '' : 's'}; mend the first ones and check again`;
    super([...told.map(formatProblem), ...(more > 0 ? [rest] : [])].join('\n'));
    this.problems = told;
    this.untold = more;
  }
}

/** The outside world is not able: one sentence on what is missing, one on what to try. Ends with exit code 69. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
  /** What the person can try, as one sentence. */
  readonly remedy: string;

  constructor(message: string, remedy: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.remedy = remedy;
  }
}

/** A problem as one line, `file:line:col path: message`, the form that editors turn into a link. */
export function formatProblem(problem: Problem): string {
  const place = problem.line > 0 ? `${problem.file}:${problem.line}:${problem.col}` : problem.file;
  return visible(problem.path === '' ? `${place}: ${problem.message}` : `${place} ${problem.path}: ${problem.message}`);
}
