import { LineCounter } from 'yaml';
import { InputError } from '../errors.js';
import { formatPath } from './complaints.js';
import type { ScenarioDocument } from './document.js';
import { shorten, unknownName } from './nearest.js';
import { isMap } from './shape.js';
import { parseYaml } from './syntax.js';
import { type Path, unfold } from './unfolding.js';

/** One value of a scenario's document that is to be another; undefined takes it away. */
export interface Edit {
  readonly path: Path;
  readonly value: unknown;
}

/** Who made an edit that does not work; nobody can look it up in a file. */
const AUTHOR = 'command line';

/**
 * Reads `services.text.model.boot=2m`: a path of the document, and YAML for the value; nothing after the `=` takes the value
 * away. @throws InputError when it is not that.
 */
export function parseEdit(text: string): Edit {
  const at = text.indexOf('=');
  const written = at < 0 ? text : text.slice(0, at);
  const path = parsePath(written);
  if (at < 0 || path === null) {
    throw refusal(written, 'write a path and a value, such as `services.text.model.boot=2m` or `timeline[0].at=+1h`');
  }
  const value = text.slice(at + 1);
  if (value.trim() === '') return { path, value: undefined };
  const parsed = parseYaml(value, new LineCounter());
  if ('problem' in parsed) throw refusal(written, parsed.problem.message);
  const { top, flaws, fatal } = unfold(parsed.contents);
  const flaw = fatal ?? flaws[0];
  if (flaw !== undefined) throw refusal(written, flaw.message);
  return { path, value: top.value };
}

const STEP = String.raw`[^.=[\]\s]+`;
const PATH = new RegExp(`^${STEP}(?:\\.${STEP}|\\[\\d{1,6}\\])*$`);

function parsePath(text: string): Path | null {
  if (!PATH.test(text)) return null;
  return [...text.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, key]) =>
    index === undefined ? (key as string) : Number(index),
  );
}

function refusal(path: string, message: string): InputError {
  return new InputError([{ file: AUTHOR, line: 0, col: 0, path: shorten(path), message }]);
}

/**
 * The document with these edits made in their order. What is wrong with it is told of the command line, since the document
 * that was edited is expected to be right. @throws InputError when a path leads nowhere.
 */
export function editDocument(document: ScenarioDocument, edits: readonly Edit[]): ScenarioDocument {
  if (edits.length === 0) return document;
  const isEdited = (path: Path) => edits.some((edit) => edit.path.every((step, index) => path[index] === step));
  return {
    ...document,
    file: AUTHOR,
    value: edits.reduce((value, edit) => replaceAt(value, edit, 0), document.value),
    positionOf: () => ({ line: 0, col: 0 }),
    writtenAt: (path) => (isEdited(path) ? null : document.writtenAt(path)),
  };
}

/** Maps in which every key is a name that somebody chose: a path through one that is not there is a mistyped one. */
const NAMED: Readonly<Record<string, string>> = { sites: 'site', services: 'service', probes: 'probe', slo: 'probe' };

/** A copy of `value` with the edit made below it; `depth` steps of its path lead there. */
function replaceAt(value: unknown, edit: Edit, depth: number): unknown {
  const { path } = edit;
  const step = path[depth];
  if (step === undefined) return edit.value;
  const here = formatPath(path.slice(0, depth));
  const isLast = depth === path.length - 1;
  if (Array.isArray(value)) return replaceInList(value, edit, depth);
  if (value !== null && value !== undefined && !isMap(value)) {
    throw refusal(
      formatPath(path),
      `\`${here}\` is \`${shorten(String(value))}\`, so nothing is below it; set it as a whole`,
    );
  }
  const given = value ?? {};
  if (typeof step === 'number') {
    throw refusal(
      formatPath(path),
      `\`${here}\` is no list; write a key such as \`${here}.${Object.keys(given)[0] ?? 'name'}\``,
    );
  }
  const what = depth === 1 ? NAMED[String(path[0])] : undefined;
  if (!isLast && what !== undefined && !(step in given)) {
    throw refusal(formatPath(path), unknownName(what, step, Object.keys(given)));
  }
  const copy: Record<string, unknown> = Object.assign(Object.create(null), given);
  const inner = replaceAt(copy[step], edit, depth + 1);
  if (inner === undefined) delete copy[step];
  else copy[step] = inner;
  return copy;
}

function replaceInList(list: readonly unknown[], edit: Edit, depth: number): unknown[] {
  const { path } = edit;
  const step = path[depth];
  const here = formatPath(path.slice(0, depth));
  if (typeof step !== 'number' || step >= list.length) {
    const last = list.length - 1;
    const remedy = last < 0 ? 'set it as a whole' : `write one of \`${here}[0]\` to \`${here}[${last}]\``;
    throw refusal(formatPath(path), `\`${here}\` is a list of ${list.length}; ${remedy}`);
  }
  const inner = replaceAt(list[step], edit, depth + 1);
  return inner === undefined ? list.toSpliced(step, 1) : list.with(step, inner);
}
