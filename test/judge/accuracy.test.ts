import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FoldedSample } from '../../src/journal/journal.js';
import { judge } from '../../src/judge/judge.js';
import { makeJournal } from './histories.js';

const FAULT_MS = 20_000;
/** When TCP sends the first packet of a connection again, after it was sent for the first time. */
const AGAIN_MS = [1000, 3000, 7000];

/** What a probe gets that is sent at `sentMs` to a service that is silent, or refuses, between `FAULT_MS` and `backMs`. */
function look(sentMs: number, backMs: number, hangs: boolean, timeoutMs: number, latencyMs: number): FoldedSample {
  const isDown = (atMs: number) => atMs >= FAULT_MS && atMs < backMs;
  if (!isDown(sentMs)) return [0, latencyMs];
  if (!hangs) return [0, latencyMs, 'refused'];
  const again = AGAIN_MS.find((afterMs) => !isDown(sentMs + afterMs));
  if (again === undefined || again + latencyMs > timeoutMs) return [0, timeoutMs, 'timeout'];
  return [0, again + latencyMs];
}

const world = fc.record({
  everyMs: fc.integer({ min: 50, max: 1000 }),
  timeoutMs: fc.integer({ min: 100, max: 8000 }),
  latencyMs: fc.integer({ min: 1, max: 20 }),
  outageMs: fc.integer({ min: 1000, max: 25_000 }),
  offsetMs: fc.integer({ min: 0, max: 999 }),
  blurMs: fc.tuple(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 500 })),
  hangs: fc.infiniteStream(fc.boolean()),
  mood: fc.constantFrom('hangs', 'refuses', 'either'),
});

test('the interval contains the true recovery, and the value is its middle', () => {
  let seen = 0;
  fc.assert(
    fc.property(world, ({ everyMs, timeoutMs, latencyMs, outageMs, offsetMs, blurMs, hangs, mood }) => {
      const backMs = FAULT_MS + outageMs;
      const doesHang = () => (mood === 'either' ? hangs.next().value : mood === 'hangs');
      const entries = makeJournal({
        durationMs: 65_000,
        faults: [
          {
            ...{ title: 'power-loss pangyo', atMs: FAULT_MS },
            effects: [{ fromMs: FAULT_MS - blurMs[0], toMs: FAULT_MS + blurMs[1] }],
          },
        ],
        probes: [
          {
            ...{ name: 'write', everyMs, timeoutMs, fromMs: offsetMs % everyMs },
            tell: (dueMs) => look(dueMs, backMs, doesHang(), timeoutMs, latencyMs),
          },
        ],
      });
      const found = judge(entries).findings.find(({ measure }) => measure === 'recover');
      // An outage that no sample failed in is none for the user; there is nothing to be right about.
      if (found === undefined || found.outages === 0) return;
      seen += 1;
      const truth = outageMs / 1000;
      expect(found.low).toBeLessThanOrEqual(truth);
      expect(found.high).toBeGreaterThanOrEqual(truth);
      expect(found.value).toBeCloseTo(((found.low ?? Number.NaN) + (found.high ?? Number.NaN)) / 2, 5);
    }),
    { seed: 1, numRuns: 100 },
  );
  expect(seen).toBeGreaterThan(60);
}, 60_000);
