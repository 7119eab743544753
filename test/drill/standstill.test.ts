import { expect, test } from 'vitest';
import { prepare } from './rehearsal.js';

test('a runner that stood still for a fifth of a second or more says when', async () => {
  // Whoever sleeps wakes late, so that it stands still nearly all the time.
  for (const stallMs of [300, 3000]) {
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
    { stallMs: 3000, engine: { measured: false } },
  ]) {
    const drill = prepare({ moments: [], durationMs: 9000, ...wishes });
    await drill.run();
    expect(drill.of('standstill')).toEqual([]);
    expect(drill.of('end')).toMatchObject([{ why: 'completed' }]);
  }
});
