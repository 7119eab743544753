import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../scenarios');

/** A scenario that is published with the package. */
export interface Published {
  readonly name: string;
  readonly folder: string;
  /** Whether it has images or names some: what has none is for the simulator alone. */
  readonly hasImages: boolean;
  /** Whether its drill is there to miss its objectives: the first of a pair, which shows what the second one mends. */
  readonly isMeantToMiss: boolean;
}

const MEANT_TO_MISS = ['login-store', 'capacity/tight', 'redundancy/before', 'replication/async'];

/** Every folder below `scenarios` with a scenario in it. */
export const published: readonly Published[] = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((path) => existsSync(join(FOLDER, path, 'scenario.yaml')))
  .map((name) => {
    const text = readFileSync(join(FOLDER, name, 'scenario.yaml'), 'utf8');
    const hasImages = /^\s+(build|image):/m.test(text);
    return { name, folder: join(FOLDER, name), hasImages, isMeantToMiss: MEANT_TO_MISS.includes(name) };
  });
