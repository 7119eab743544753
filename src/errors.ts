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

/** The author's mistake: carries every problem found, each with its place. Ends with exit code 64. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.problems = problems;
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
  return problem.path === '' ? `${place}: ${problem.message}` : `${place} ${problem.path}: ${problem.message}`;
}
