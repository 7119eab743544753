import { expect, test } from 'vitest';
import { instantsOf } from '../../src/drill/surges.js';
import type { Probe } from '../../src/scenario/scenario.js';
import { GOOD, prepare, probe, REFUSED } from './rehearsal.js';

const SURGE = { factor: 3, forMs: 2000 };
const surging = { ...probe('page'), surge: SURGE };

/** A drill whose probe `page` is refused between two counts of its looks; the gate makes the first ten. */
function drillDown(from: number, to: number, probes: Probe[] = [surging]) {
  const counts: number[] = [];
  const drill = prepare({
    probes,
    durationMs: 9000,
    engine: {
      async read(_probe, count) {
        counts.push(count);
        return count >= from && count < to ? REFUSED : GOOD;
      },
    },
  });
  return { ...drill, counts };
}

test('users who come back after an outage are further looks that are no samples, and the journal says how many', async () => {
  const drill = drillDown(20, 40);
  await drill.run();
  const sent = instantsOf(SURGE, 100).length;
  expect(sent).toBe(20);
  expect(drill.of('surge')).toMatchObject([{ probe: 'page', sent, good: sent }]);
  expect(drill.samples('page')).toHaveLength(90);
  expect(new Set(drill.counts).size).toBe(drill.counts.length);
});

test('nobody surges after less than a second, or without a surge', async () => {
  const short = drillDown(20, 25);
  await short.run();
  expect(short.of('surge')).toEqual([]);
  const calm = drillDown(20, 40, [probe('page')]);
  await calm.run();
  expect(calm.of('surge')).toEqual([]);
});

test('a story that ends cuts its surge short', async () => {
  const drill = drillDown(20, 92);
  await drill.run();
  const [surge] = drill.of('surge');
  expect(surge?.sent).toBeGreaterThan(0);
  expect(surge?.sent).toBeLessThan(20);
});

test('a surge begins with factor - 1 looks for each of the schedule, and thins out evenly', () => {
  const instants = instantsOf({ factor: 5, forMs: 10_000 }, 10);
  expect(instants).toHaveLength(2000);
  const within = (fromMs: number, toMs: number) => instants.filter((ms) => ms >= fromMs && ms < toMs).length;
  // 400 a second at first, so 380 in the first second of ten; and 20 in the last one.
  expect(within(0, 999.99)).toBe(380);
  expect(within(8999.99, 10_000)).toBe(20);
  expect(instants.every((ms) => ms >= 0 && ms < 10_000)).toBe(true);
});
