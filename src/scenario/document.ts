import { LineCounter } from 'yaml';
import { InputError } from '../errors.js';
import { decodeText } from './bytes.js';
import { parseYaml, type SyntaxProblem } from './syntax.js';
import { type Flaw, type Path, spotAt, unfold } from './unfolding.js';

/** A YAML file as plain data that remembers where everything stands. */
export interface ScenarioDocument {
  readonly file: string;
  /** null, booleans, numbers, strings, arrays, and maps without a prototype. */
  readonly value: unknown;
  /** What is wrong with the YAML itself although it could be read: tags, repeated keys, aliases. */
  readonly flaws: readonly Flaw[];
  /** The scalar at `path` exactly as it is written (`1.10`, where the value is the number 1.1), or null. */
  writtenAt(path: Path): string | null;
  /** Where the value at `path`, or its key, begins; where there is none, the nearest key around it. */
  offsetOf(path: Path, part: 'key' | 'value'): number;
  /** Line and column, both counted from 1. */
  positionOf(offset: number): { line: number; col: number };
}

/**
 * Reads YAML 1.2 core: one document, no custom tags, no merge keys, aliases that unfold to a bounded number of values.
 * @throws InputError when it cannot be read at all, with the first reason: what follows a mistake of syntax follows from it. Lesser
 * flaws are in the result, so that the rest can be checked too.
 */
export function openDocument(source: Uint8Array | string, file: string): ScenarioDocument {
  const text = decodeText(source, file);
  const lines = new LineCounter();
  const positionOf = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), col: Math.max(1, col) };
  };
  const refuse = ({ offset, message }: SyntaxProblem): never => {
    throw new InputError([{ file, ...positionOf(offset), path: '', message }]);
  };
  const parsed = parseYaml(text, lines);
  if ('problem' in parsed) return refuse(parsed.problem);
  const { top, flaws, fatal } = unfold(parsed.contents);
  if (fatal !== null) return refuse(fatal);
  return {
    file,
    value: top.value,
    flaws,
    positionOf,
    writtenAt: (path) => spotAt(top, path)?.written ?? null,
    offsetOf(path, part) {
      for (let length = path.length; length > 0; length--) {
        const spot = spotAt(top, path.slice(0, length));
        if (spot !== null) return length === path.length && part === 'value' ? spot.valueAt : spot.keyAt;
      }
      return top.valueAt;
    },
  };
}
