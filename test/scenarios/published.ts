import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../scenarios');

/** A scenario that is published with the package. */
export interface Published {
  readonly name: string;
  readonly folder: string;
  /** Whether it has images or names some: what has none is for the simulator alone. */
  readonly hasImages: boolean;
}

/** Every folder below `scenarios` with a scenario in it. */
export const published: readonly Published[] = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((path) => existsSync(join(FOLDER, path, 'scenario.yaml')))
  .map((name) => {
    const text = readFileSync(join(FOLDER, name, 'scenario.yaml'), 'utf8');
    return { name, folder: join(FOLDER, name), hasImages: /^\s+(build|image):/m.test(text) };
  });
