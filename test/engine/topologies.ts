import { afterAll, afterEach, beforeAll, test } from 'vitest';
import { type Acts, actsOn, type Bench } from './acts.js';

/** No single promise may take longer than this, in real time. */
export const LIMIT_MS = 120_000;

/** Makes a promise a test. */
export type Promised = (title: string, keep: (bench: Bench, act: Acts) => Promise<void>) => void;

/** Promises that share one topology; whatever one of them breaks is mended before the next. */
export function onOneTopology(make: () => Promise<Bench>): Promised {
  let bench: Bench;
  let act: Acts;
  beforeAll(async () => {
    bench = await make();
    act = actsOn(bench);
    await bench.run(() => act.raise());
  }, LIMIT_MS);
  afterEach(() => bench.run(() => act.mendAll()), LIMIT_MS);
  afterAll(async () => {
    await bench.run(() => bench.engine.lower(() => {}));
    await bench.close?.();
  }, LIMIT_MS);
  return (title, keep) => test(title, () => bench.run(() => keep(bench, act)));
}

/** Promises of which each has a bench of its own, with nothing raised yet. */
export function onItsOwnTopology(make: () => Promise<Bench>): Promised {
  return (title, keep) =>
    test(title, async () => {
      const bench = await make();
      try {
        await bench.run(() => keep(bench, actsOn(bench)));
      } finally {
        await bench.run(() => bench.engine.lower(() => {}));
        await bench.close?.();
      }
    });
}
