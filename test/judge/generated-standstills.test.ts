import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judge, recoveriesOf } from '../../src/judge/judge.js';
import { journalOf, lookOf, type Runner, type Service } from './stood-still.js';

const FAULT_MS = 20_000;
const DURATION_MS = 90_000;

/** From where on it stands still: before, over and after the fault, the recovery and the restore, or anywhere. */
const still = fc.record({
  near: fc.constantFrom('fault', 'return', 'anywhere'),
  beforeMs: fc.integer({ min: -15_000, max: 15_000 }),
  lengthMs: fc.oneof(fc.integer({ min: 200, max: 1500 }), fc.integer({ min: 200, max: 30_000 })),
});

const world = fc.record({
  everyMs: fc.constantFrom(100, 250, 500, 1000, 2000),
  timeoutMs: fc.constantFrom(100, 300, 1000, 2000, 4000, 8000),
  offsetMs: fc.integer({ min: 0, max: 49 }),
  latencyMs: fc.integer({ min: 1, max: 40 }),
  outageMs: fc.oneof(
    { weight: 1, arbitrary: fc.constant(0) },
    { weight: 4, arbitrary: fc.integer({ min: 50, max: 25_000 }) },
  ),
  mood: fc.constantFrom('refuses' as const, 'hangs' as const),
  stills: fc.array(still, { minLength: 1, maxLength: 3 }),
  limitMs: fc.integer({ min: 100, max: 40_000 }),
});

/** Standstills in the order of time, at least a second apart: who is stopped again at once was stopped once. */
function laidOut(stills: readonly (typeof still extends fc.Arbitrary<infer T> ? T : never)[], backMs: number) {
  const laid: (readonly [number, number])[] = [];
  const placed = stills.map(({ near, beforeMs, lengthMs }) => {
    const centreMs = { fault: FAULT_MS, return: backMs, anywhere: 50_000 }[near];
    const fromMs = Math.max(1000, centreMs - lengthMs / 2 + beforeMs / (near === 'anywhere' ? 0.5 : 2));
    return [fromMs, fromMs + lengthMs] as const;
  });
  for (const [fromMs, toMs] of placed.toSorted((a, b) => a[0] - b[0])) {
    if (fromMs > (laid.at(-1)?.[1] ?? 0) + 1000) laid.push([fromMs, toMs]);
  }
  return laid;
}

/** From the fault to the end of the first look that fails without any standstill, in seconds; null: none does. */
function detectedIn(service: Service, runner: Runner): number | null {
  let soonestMs = Number.POSITIVE_INFINITY;
  for (let dueMs = runner.offsetMs; dueMs < service.upMs; dueMs += runner.everyMs) {
    const [, tookMs, error] = lookOf(service, { ...runner, stills: [] }, dueMs);
    if (error !== undefined) soonestMs = Math.min(soonestMs, dueMs + tookMs);
  }
  return Number.isFinite(soonestMs) ? (soonestMs - FAULT_MS) / 1000 : null;
}

test('ten thousand histories in which the runner stood still: the truth is in every interval, no outage is invented, none is lost silently', () => {
  let judged = 0;
  const counts = { known: 0, unhurt: 0, silent: 0, unknown: 0 };
  const seed = Number(process.env.FIREDRILL_SEED ?? 20_221_015);
  console.log(`seed ${seed} (FIREDRILL_SEED repeats it)`);
  fc.assert(
    fc.property(world, ({ everyMs, timeoutMs, offsetMs, latencyMs, outageMs, mood, stills, limitMs }) => {
      const backMs = FAULT_MS + outageMs;
      const service = { downMs: FAULT_MS, upMs: backMs, latencyMs, mood };
      const timeout = Math.max(timeoutMs, 2 * latencyMs + 20);
      const runner = { everyMs, timeoutMs: timeout, offsetMs, stills: laidOut(stills, backMs) };
      const entries = journalOf(service, runner, FAULT_MS, DURATION_MS, limitMs);
      const [{ recover, detect }] = recoveriesOf(entries) as [ReturnType<typeof recoveriesOf>[number]];
      const truth = outageMs / 1000;
      const told = JSON.stringify({ recover, detect, runner });
      if (recover.value === null) {
        counts.unknown += 1;
        return;
      }
      expect(recover.low, told).toBeLessThanOrEqual(truth);
      expect(recover.high ?? Number.POSITIVE_INFINITY, told).toBeGreaterThanOrEqual(truth);
      if (outageMs === 0) {
        counts.unhurt += 1;
        expect(recover.outages, told).toBe(0);
        expect(detect.value, told).toBe(null);
      } else if (recover.outages === 0) counts.silent += 1;
      else counts.known += 1;
      // Each twentieth to its verdict, which takes longer.
      judged += 1;
      if (judged % 20 === 0) {
        const { findings, notes } = judge(entries);
        const outcome = findings.find(({ measure }) => measure === 'recover')?.outcome;
        if (outcome === 'met') expect(truth, told).toBeLessThanOrEqual(limitMs / 1000);
        if (outcome === 'missed') expect(truth, told).toBeGreaterThan(limitMs / 1000);
        expect(notes.filter((note) => note.includes('the fault that can have caused it'))).toEqual([]);
      }
      // What a runner that never stood still would have detected.
      const detected = detectedIn(service, runner);
      if (detected === null || detect.value === null) return;
      expect(detect.low, told).toBeLessThanOrEqual(detected + 0.01);
      expect(detect.high ?? Number.POSITIVE_INFINITY, told).toBeGreaterThanOrEqual(detected);
    }),
    { seed, numRuns: 10_000, endOnFailure: true },
  );
  console.log(JSON.stringify(counts));
  expect(counts.known).toBeGreaterThan(4000);
  expect(counts.unhurt).toBeGreaterThan(1000);
}, 600_000);
