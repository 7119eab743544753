import { InputError, MOST_PROBLEMS, type Problem } from '../errors.js';
import type { ScenarioDocument } from './document.js';
import type { Path } from './unfolding.js';

/** Where the checks put what they find, so that all of it is told at once. */
export interface Complaints {
  /** A mistake in the value at `path`; where there is none, it is shown at the nearest key around it. */
  add(path: Path, message: Message): void;
  /** A mistake in the key that ends `path`, told of the map around it. */
  addKey(path: Path, message: Message): void;
  /** @throws InputError with everything found so far, in the order of the file; nothing when nothing was found. */
  throwAny(): void;
}

/** A sentence, or how to make it: a dear one is made only when it is shown. */
export type Message = string | (() => string);

/** Complaints about one document, of which its own flaws are the first. */
export function openComplaints(document: ScenarioDocument): Complaints {
  const found: { offset: number; path: Path; message: Message }[] = [...document.flaws];
  // Where the YAML itself is flawed, the value is not what the author meant.
  const flawed = new Set(document.flaws.map((flaw) => flaw.offset));
  const note = (offset: number, path: Path, message: Message) => {
    if (!flawed.has(offset)) found.push({ offset, path, message });
  };
  return {
    add(path, message) {
      note(document.offsetOf(path, 'value'), path, message);
    },
    addKey(path, message) {
      note(document.offsetOf(path, 'key'), path.slice(0, -1), message);
    },
    throwAny() {
      if (found.length === 0) return;
      const inOrder = found.toSorted((a, b) => a.offset - b.offset);
      // Each is told once, so that more are looked at than are told.
      const problems = inOrder.slice(0, 4 * MOST_PROBLEMS).map(({ offset, path, message }) => ({
        file: document.file,
        ...document.positionOf(offset),
        path: formatPath(path),
        message: typeof message === 'string' ? message : message(),
      }));
      throw new InputError(withoutRepeats(problems), Math.max(0, found.length - problems.length));
    },
  };
}

/** A path as the author would say it: `services.db.at[1]`. */
export function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text.replace(/\p{Cc}/gu, ' ');
}

function withoutRepeats(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems.filter((problem) => {
    const key = JSON.stringify(problem);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}
