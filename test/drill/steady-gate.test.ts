import { describe, expect, test } from 'vitest';
import { answerAfter, GOOD, prepare, probe, REFUSED } from './rehearsal.js';

describe('the gate', () => {
  test('a drill does not start in a burning building', async () => {
    const drill = prepare({ engine: { read: async () => ({ ok: false, error: 'refused' }) } });
    await drill.run();
    expect(drill.of('steady')).toMatchObject([{ ok: false, because: expect.stringContaining('write (refused)') }]);
    expect(drill.of('end')).toMatchObject([{ why: 'unsteady' }]);
    expect(drill.of('begin').length + drill.of('intent').length).toBe(0);
    expect(drill.calls).toEqual(['raise', 'lower']);
  });

  test('the gate opens only after every probe was good for so long without a break', async () => {
    const drill = prepare({ engine: { read: async (_probe, count) => (count === 5 ? REFUSED : GOOD) } });
    await drill.run();
    const [steady] = drill.of('steady');
    expect(steady?.ok).toBe(true);
    // Looks 0 to 4 were good, 5 was not; ten good ones of 100 ms each are 6 to 15.
    expect(steady?.monoMs).toBeGreaterThanOrEqual(1500);
    expect(steady?.monoMs).toBeLessThan(1600);
  });

  test('a drill that is stopped at the gate says nothing of steadiness', async () => {
    const drill = prepare({
      engine: {
        async read(_probe, count) {
          if (count === 3) drill.stop.abort('stopped by SIGINT');
          return REFUSED;
        },
      },
    });
    await drill.run();
    expect(drill.of('steady')).toEqual([]);
    expect(drill.of('end')).toMatchObject([{ why: 'interrupted' }]);
    expect(drill.of('end')[0]?.monoMs).toBeLessThan(1000);
  });

  test('an answer that comes when the gate is already open does not close it again', async () => {
    const slow = answerAfter(() => 900);
    const drill = prepare({
      probes: [probe('read'), probe('write')],
      engine: {
        async read(probe, count, deadlineMs) {
          if (probe.name === 'read') return count === 1 ? REFUSED : GOOD;
          if (count === 10) await slow.call(this, probe, count, deadlineMs);
          return count === 10 ? REFUSED : GOOD;
        },
      },
    });
    await drill.run();
    expect(drill.of('steady')).toMatchObject([{ ok: true }]);
  });
});
