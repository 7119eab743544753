import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildWhereStale } from '../cli/built.js';
import { describeOnDocker } from '../engine/docker/engine-or-skip.js';
import { type Bystanders, raiseBystanders } from './bystanders.js';
import { countBoundaries, VARIANTS, type Variant } from './deaths.js';
import { type Died, dieAll, drawDeaths, keepFor, tableOf } from './matrix.js';
import { ownSeat, type Seat, sharedSeat, whyNoOwnSeat } from './seats.js';

const ROOT = join(import.meta.dirname, '../..');
const DAY_MS = 86_400_000;

/** Set by `npm run crash-matrix`: then every boundary is died at, and a run that is broken off is taken up where it was. */
const whole = process.env.FIREDRILL_CRASH_MATRIX === 'all';
const seed = Number(process.env.FIREDRILL_CRASH_SEED ?? (whole ? 0 : Date.now() % 1_000_000));
const RUNS: Record<Variant, number> = {
  runner: 8,
  'watchdog too': 8,
  'both, Docker restarts': 4,
  'runner, Docker restarts': 4,
};
const TITLES: Record<Variant, string> = {
  runner: 'the runner is killed: its watchdog restores everything',
  'watchdog too': 'runner and watchdog are killed: `firedrill recover` restores everything',
  'both, Docker restarts':
    'runner and watchdog are killed and Docker restarts: `firedrill recover` restores everything',
  'runner, Docker restarts':
    'the runner is killed and Docker restarts: its watchdog waits for Docker and restores everything',
};

const noOwnSeat = whyNoOwnSeat();
let kept: string | null = null;
const say = (line: string) => void process.stderr.write(`${line}\n`);

describeOnDocker('wherever a drill dies', () => {
  const seats: Seat[] = [];
  const died: Died[] = [];
  let bystanders: Bystanders | null = null;
  let boundaries = 0;

  beforeAll(async () => {
    buildWhereStale();
    kept = whole ? keepFor(ROOT) : null;
    if (noOwnSeat !== null) seats.push(await sharedSeat());
    else seats.push(...(await Promise.all([ownSeat('survivor', true), ownSeat('plain', false)])));
    const [first] = seats;
    if (first === undefined) return;
    if (first.restart !== null) bystanders = await raiseBystanders(first);
    boundaries = await countBoundaries(first);
    say(`seed ${seed}, ${boundaries} boundaries`);
  }, 300_000);

  afterAll(async () => {
    if (died.length > 0) say(tableOf(died, VARIANTS));
    for (const seat of seats) await seat.close();
  }, 120_000);

  describe.each(VARIANTS)('what dies: %s', (variant) => {
    test.skipIf(variant.endsWith('restarts') && noOwnSeat !== null)(
      TITLES[variant],
      async () => {
        const runs = whole ? everyRun(variant, boundaries) : RUNS[variant];
        died.push(...(await dieAll(seats, drawDeaths(variant, runs, boundaries, seed), say, kept)));
        expect(died.filter((one) => one.variant === variant)).toHaveLength(runs);
        expect(died.filter((one) => one.variant === variant && one.dirt.length > 0)).toEqual([]);
      },
      whole ? DAY_MS : 300_000,
    );
  });

  test.skipIf(noOwnSeat !== null)('twenty foreign containers are byte for byte as they were', async () => {
    expect(died.length).toBeGreaterThan(0);
    expect(bystanders?.count).toBe(20);
    expect(await bystanders?.differences()).toEqual([]);
  });
});

/** Every boundary with and without the watchdog; Docker restarts at every second one, half the time under a watchdog. */
function everyRun(variant: Variant, boundaries: number): number {
  return variant.endsWith('restarts') ? Math.ceil(boundaries / 4) : boundaries;
}
