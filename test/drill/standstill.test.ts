import { expect, test } from 'vitest';
import { GOOD, prepare } from './rehearsal.js';

test('a runner that stood still for a fifth of a second or more says when', async () => {
  // Whoever sleeps wakes late, so that it stands still nearly all the time.
  for (const stallMs of [300, 900]) {
    const drill = prepare({ moments: [], durationMs: 9000, stallMs, engine: { measured: true } });
    await drill.run();
    const stills = drill.of('standstill').map(({ fromMs, toMs }) => toMs - fromMs);
    expect(stills.length).toBeGreaterThan(1);
    expect(Math.min(...stills)).toBeGreaterThanOrEqual(200);
    expect(Math.max(...stills)).toBeLessThanOrEqual(stallMs);
  }
});

test('one that was late by less, or whose engine stands still with it, says nothing', async () => {
  for (const wishes of [
    { stallMs: 150, engine: { measured: true } },
    { stallMs: 900, engine: { measured: false } },
  ]) {
    const drill = prepare({ moments: [], durationMs: 9000, ...wishes });
    await drill.run();
    expect(drill.of('standstill')).toEqual([]);
    expect(drill.of('end')).toMatchObject([{ why: 'completed' }]);
  }
});

test('what was due in a standstill is not sent in one burst after it: it is a hole, and the report says why', async () => {
  let sent: number[] = [];
  const drill = prepare({
    moments: [],
    durationMs: 20_000,
    stallMs: 900,
    engine: {
      measured: true,
      async read(_probe, _count, deadlineMs) {
        sent.push(deadlineMs);
        return GOOD;
      },
    },
  });
  await drill.run();
  const story = drill.of('samples').flatMap(({ samples }) => samples);
  const holes = story.filter(([, , , hole]) => hole === true);
  expect(story).toHaveLength(200);
  expect(holes.length).toBeGreaterThan(100);
  sent = sent.sort((a, b) => a - b);
  const together = sent.map((one) => sent.filter((other) => other === one).length);
  // Two in 200 ms, and the one that is due.
  expect(Math.max(...together)).toBeLessThanOrEqual(3);
  expect(drill.of('warning').map(({ message }) => message)).toContainEqual(
    expect.stringMatching(
      /^write: \d+ looks could not be made: not sent in time, because firedrill itself stood still;/,
    ),
  );
});
