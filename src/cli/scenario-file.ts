import { createReadStream, existsSync, statSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { InputError } from '../errors.js';
import { type Edit, type Scenario, scenarioReader } from '../scenario/scenario.js';
import { type Io, LINE_TOO_LONG, readAtMost } from './io.js';
import { concealSecrets } from './secrets.js';

/** A scenario and the folder to which its paths are relative. */
export interface ScenarioFile {
  readonly scenario: Scenario;
  readonly folder: string;
}

/** Far more than the language allows; a device without an end must not fill the memory. */
const MOST_BYTES = 16 * 1024 * 1024;

/** The text of a scenario, to be read as often as is wanted. */
export interface ScenarioSource {
  readonly folder: string;
  /** The scenario with these edits. @throws InputError with everything that is wrong with it. */
  read(edits?: readonly Edit[]): Scenario;
}

/**
 * Reads the scenario that `name` stands for: a file, a folder with a `scenario.yaml`, or `-` for standard input.
 * @throws InputError with everything that is wrong with it, or when there is no such file.
 */
export async function openScenario(io: Io, name: string): Promise<ScenarioFile> {
  const { folder, read } = await openSource(io, name);
  return { scenario: read(), folder };
}

/** The same, unread. @throws InputError when there is no such file. */
export async function openSource(io: Io, name: string): Promise<ScenarioSource> {
  const isInput = name === '-';
  const file = isInput ? 'standard input' : fileOf(io, name);
  const folder = isInput ? io.cwd : dirname(resolve(io.cwd, file));
  const source = isInput ? await io.readInput(MOST_BYTES) : await readBytes(resolve(io.cwd, file), file);
  const disk = { exists: (path: string) => existsSync(join(folder, path)), depth: depthOf(folder) };
  const read = scenarioReader(source, file, disk);
  return {
    folder,
    read(edits = []) {
      const scenario = read(edits);
      // Once is enough: an edit has the name of a secret at most, and nobody looks it up for a simulation.
      if (edits.length === 0) concealSecrets(io, scenario);
      return scenario;
    },
  };
}

/** How many folders below the nearest folder `scenarios` around it; 0 where there is none. */
function depthOf(folder: string): number {
  const parts = folder.split(sep);
  const at = parts.lastIndexOf('scenarios');
  return at < 0 ? 0 : parts.length - 1 - at;
}

function fileOf(io: Io, name: string): string {
  const isFolder = statSync(resolve(io.cwd, name), { throwIfNoEntry: false })?.isDirectory() ?? false;
  return isFolder ? join(name, 'scenario.yaml') : name;
}

/** The file's bytes, at most `mostBytes` and a little more. @throws InputError that calls it `name`, when it cannot be read. */
export async function readBytes(
  path: string,
  name: string,
  mostBytes = MOST_BYTES,
  mostOfLine?: number,
): Promise<Uint8Array> {
  try {
    return await readAtMost(createReadStream(path), mostBytes, mostOfLine);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === LINE_TOO_LONG) throw error;
    const message =
      code === 'ENOENT'
        ? 'there is no such file; name one that exists'
        : `it ${code === 'EISDIR' ? 'is a folder' : `cannot be read (${code})`}; name a file that can be read`;
    throw new InputError([{ file: name, line: 0, col: 0, path: '', message }]);
  }
}
