import { describe, expect, test } from 'vitest';
import { virtualClock } from '../../src/clock.js';
import { storyClock } from '../../src/drill/story-clock.js';
import { cure, fault, GOOD, hold, prepare, probe, REFUSED } from './rehearsal.js';

const HOUR_MS = 3_600_000;
const LONG = { moments: [fault(60_000, 'f1'), cure(HOUR_MS, 'f1')], durationMs: 2 * HOUR_MS };

describe('a story with a pace of its own', () => {
  test('goes on in real time until nothing has changed for so long, and then jumps to just before what comes next', async () => {
    const drill = prepare({ ...LONG, settleMs: 20_000 });
    await drill.run();
    const jumps = drill.of('jump').map(({ fromMs, toMs }) => [fromMs, toMs]);
    // Two seconds before it and one more than a look may take.
    expect(jumps).toEqual([
      [20_000, 58_000],
      [80_000, HOUR_MS - 2000],
      [HOUR_MS + 20_000, 2 * HOUR_MS - 2000],
    ]);
    expect(drill.of('end')[0]?.monoMs).toBeLessThan(120_000);
  });

  test('has its moments at their instants on its own clock, on whole seconds of the wall clock', async () => {
    const drill = prepare({ ...LONG, settleMs: 20_000 });
    await drill.run();
    expect(drill.of('effect').map(({ dueMs, lateMs, effects }) => [dueMs, lateMs, effects[0]?.fromMs])).toEqual([
      [60_000, 0, 60_000],
      [HOUR_MS, 0, HOUR_MS],
    ]);
    const instants = drill.calls.flatMap((call) => / for (\S+)$/.exec(call)?.[1] ?? []);
    for (const atMs of instants) expect(drill.clock.epochOf(Number(atMs)) % 1000).toBe(0);
  });

  test('is looked at on its schedule but for what it skipped, and nothing is looked at twice', async () => {
    const drill = prepare({ ...LONG, settleMs: 20_000, probes: [{ ...probe('write'), everyMs: 700 }] });
    await drill.run();
    const due = drill.samples('write').map(({ dueMs }) => dueMs);
    expect(due).toEqual([...new Set(due)].sort((a, b) => a - b));
    expect(due.every((dueMs) => dueMs % 700 === 0)).toBe(true);
    for (const { fromMs, toMs } of drill.of('jump')) {
      expect(due.filter((dueMs) => dueMs > fromMs && dueMs < toMs)).toEqual([]);
      expect(due.findLast((dueMs) => dueMs <= fromMs)).toBeGreaterThan(fromMs - 700);
      expect(due.find((dueMs) => dueMs >= toMs)).toBeLessThan(toMs + 700);
    }
    expect(drill.samples('write').every(({ sentMs, dueMs }) => sentMs === dueMs)).toBe(true);
  });

  test('waits for a probe whose answers change', async () => {
    const drill = prepare({
      ...LONG,
      settleMs: 20_000,
      engine: { read: async () => (Math.floor(drill.clock.now() / 15_000) % 2 === 0 ? GOOD : REFUSED) },
      durationMs: HOUR_MS + 60_000,
    });
    await drill.run();
    expect(drill.of('jump')).toEqual([]);
  });

  test('waits for a verb that the engine has not answered', async () => {
    const drill = prepare({
      ...LONG,
      settleMs: 20_000,
      engine: {
        async perform(steps, atMs) {
          await drill.clock.sleepUntil(atMs + 100_000);
          return hold(drill, steps);
        },
      },
    });
    await drill.run();
    expect(drill.of('jump')[1]?.fromMs).toBe(180_000);
  });

  test('a look that was under way at a jump is told with the time that it took, and ends before the next moment', async () => {
    const hanging = { ...probe('write'), timeoutMs: 5000 };
    const looking = prepare({
      ...LONG,
      settleMs: 20_000,
      probes: [hanging],
      engine: {
        async read(_probe, _count, deadlineMs) {
          if (looking.of('begin').length === 0) return GOOD;
          await looking.clock.sleepUntil(deadlineMs);
          return REFUSED;
        },
      },
    });
    await looking.run();
    const jump = looking.of('jump')[1];
    expect(jump?.toMs).toBeLessThanOrEqual(HOUR_MS - 6000);
    const flying = looking.samples('write').filter(({ dueMs }) => dueMs <= Number(jump?.fromMs));
    expect(flying.at(-1)).toMatchObject({ ok: false, error: 'refused' });
    expect(Number(flying.at(-1)?.endedMs) - Number(flying.at(-1)?.sentMs)).toBe(5000);
  });

  test('does not jump where its plan has no word of it, nor when it was stopped', async () => {
    const whole = prepare({ moments: [fault(60_000, 'f1')], durationMs: 300_000 });
    await whole.run();
    expect(whole.of('jump')).toEqual([]);
    expect(whole.samples('write')).toHaveLength(3000);
    const stopped = prepare({ ...LONG, settleMs: 20_000 });
    stopped.at(25_000, () => stopped.stop.abort('stopped by SIGINT'));
    await stopped.run();
    expect(stopped.of('jump')).toHaveLength(1);
    expect(stopped.of('end')).toMatchObject([{ why: 'interrupted' }]);
  });
});

test('a story clock finds its way back from the clock to the story and from the story to the clock', () => {
  const clock = virtualClock();
  return clock.run(async () => {
    const story = storyClock(clock, 1000);
    await clock.sleepUntil(3000);
    story.jump(60_000);
    await clock.sleepUntil(5000);
    expect(story.now()).toBe(64_000);
    expect([500, 1000, 2999, 3000, 4000].map(story.storyOf)).toEqual([-500, 0, 1999, 62_000, 63_000]);
    expect([-500, 0, 2000, 30_000, 62_000, 64_000].map(story.instantOf)).toEqual([500, 1000, 3000, 3000, 3000, 5000]);
  });
});

test('who sleeps on a story clock is woken by a jump over what was waited for', () => {
  const clock = virtualClock();
  return clock.run(async () => {
    const story = storyClock(clock, 0);
    const woken = story.sleepUntil(50_000).then(() => clock.now());
    const later = story.sleepUntil(61_000).then(() => clock.now());
    await clock.sleepUntil(10);
    story.jump(60_000);
    expect([await woken, await later]).toEqual([10, 1000]);
  });
});
