import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeAgenda } from '../../../src/engine/sim/agenda.js';

test('all that is due is done once, in the order of instants, then of adding, told its own instant', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 60 }), fc.nat(20), (instants, pauseMs) => {
      const agenda = makeAgenda();
      const done: { atMs: number; index: number; now: number }[] = [];
      let now = -1;
      for (const [index, atMs] of instants.entries()) {
        agenda.add(atMs, (dueMs) => {
          expect(dueMs).toBe(atMs);
          done.push({ atMs, index, now });
        });
      }
      for (now of [pauseMs, 20]) agenda.catchUp(now);
      const sorted = instants.map((atMs, index) => ({ atMs, index })).sort((a, b) => a.atMs - b.atMs);
      expect(done).toEqual(sorted.map((item) => ({ ...item, now: item.atMs <= pauseMs ? pauseMs : 20 })));
    }),
  );
});

test('what is added while the agenda is caught up with is done in the same go when it is due, however long that goes on', () => {
  const agenda = makeAgenda();
  let done = 0;
  const again = (atMs: number) => {
    done += 1;
    agenda.add(atMs + 1, again);
  };
  agenda.add(1, again);
  for (let nowMs = 0; nowMs <= 5000; nowMs += 100) {
    agenda.catchUp(nowMs);
    expect(done).toBe(nowMs);
  }
});
