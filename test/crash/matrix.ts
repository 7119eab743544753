import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { wallClock } from '../../src/clock.js';
import { chanceOf } from '../../src/engine/sim/chance.js';
import { dieAt, type Variant } from './deaths.js';
import type { Seat } from './seats.js';

/** One death to die. */
export interface Death {
  readonly boundary: number;
  readonly variant: Variant;
}

/** One that was died. */
export interface Died extends Death {
  readonly where: string;
  readonly dirt: readonly string[];
  /** From the runner's death until all was proved. */
  readonly tookS: number;
}

/** So many deaths of a variant, spread evenly over all boundaries, and where within its stretch each one is is drawn. */
export function drawDeaths(variant: Variant, runs: number, boundaries: number, seed: number): Death[] {
  return Array.from({ length: runs }, (_, run) => {
    const at = (run + chanceOf(seed, variant, run)()) / runs;
    return { variant, boundary: 1 + Math.min(boundaries - 1, Math.floor(at * boundaries)) };
  });
}

/** Dies them all, one at a time on each seat, and tells each; those that stand in the file `kept` already are not died again. */
export async function dieAll(
  seats: readonly Seat[],
  deaths: readonly Death[],
  tell: (line: string) => void,
  kept: string | null = null,
): Promise<Died[]> {
  const clock = wallClock();
  const died = kept === null ? [] : readKept(kept);
  const isDone = ({ boundary, variant }: Death) => {
    return died.some((one) => one.boundary === boundary && one.variant === variant);
  };
  const waiting = deaths.filter((death) => !isDone(death)).values();
  const lane = async (seat: Seat) => {
    for (const death of waiting) {
      const startMs = clock.now();
      const outcome = await dieAt(seat, death.boundary, death.variant);
      const tookS = Math.round((clock.now() - startMs) / 100) / 10;
      const one: Died = { ...death, ...outcome, tookS };
      died.push(one);
      if (kept !== null) appendFileSync(kept, `${JSON.stringify(one)}\n`);
      tell(lineOf(one, died.length, deaths.length));
    }
  };
  await Promise.all(seats.map(lane));
  return died.filter((one) => deaths.some((death) => death.boundary === one.boundary && death.variant === one.variant));
}

/** The file for what was died already, which is another one for every other build: nothing is proved by an older one. */
export function keepFor(root: string): string {
  const build = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' }).sort();
  const hash = createHash('sha256');
  for (const file of build.filter((name) => name.endsWith('.js'))) hash.update(readFileSync(join(root, 'dist', file)));
  mkdirSync(join(root, '.firedrill'), { recursive: true });
  return join(root, '.firedrill', `crash-matrix-${hash.digest('hex').slice(0, 8)}.jsonl`);
}

function readKept(path: string): Died[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Died);
}

function lineOf({ variant, where, dirt, tookS }: Died, count: number, all: number): string {
  const judged = dirt.length === 0 ? 'clean' : `DIRTY: ${dirt.join('; ')}`;
  return `${String(count).padStart(4)}/${all}  ${variant}: ${where}: ${judged} (${tookS} s)`;
}

/** A table by what died, with a last line that sums up. */
export function tableOf(died: readonly Died[], variants: readonly Variant[]): string {
  const row = (name: string, ones: readonly Died[]) => {
    const dirty = ones.filter(({ dirt }) => dirt.length > 0).length;
    const cells = [ones.length, ones.length - dirty, dirty].map((count) => String(count).padStart(6));
    return `${name.padEnd(26)}${cells.join('')}`;
  };
  const rows = variants.map((variant) =>
    row(
      variant,
      died.filter((one) => one.variant === variant),
    ),
  );
  const boundaries = new Set(died.map(({ boundary }) => boundary)).size;
  const head = `${'what died'.padEnd(26)}  runs clean dirty`;
  return [head, ...rows, row(`at ${boundaries} boundaries`, died)].join('\n');
}
