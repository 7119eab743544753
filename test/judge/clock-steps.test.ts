import { describe, expect, test } from 'vitest';
import type { Entry } from '../../src/journal/journal.js';
import { widenBySteps } from '../../src/judge/clock-steps.js';

const STAMP = { atMs: 0, monoMs: 0 };

function widened(step: { whose: 'engine' | 'between'; byMs: number; fromMs: number; toMs: number }, timed: boolean) {
  const own = {
    step: 'f1.1',
    fromMs: 10_000,
    toMs: 10_001,
    error: null,
    ...(timed ? { timed: 'kernel' as const } : {}),
  };
  const head = { ...STAMP, entry: 'effect', does: 'fault', title: 'power-loss a', dueMs: 10_000, lateMs: 0 } as const;
  const effect = { ...head, effects: [own] };
  const entries: Entry[] = [effect, { ...STAMP, entry: 'clock-step', ...step }];
  const [one] = widenBySteps([effect], entries)[0]?.effects ?? [];
  return [one?.fromMs, one?.toMs];
}

describe('when a clock was set, a fault', () => {
  const before = { fromMs: 8600, toMs: 8900 };

  test('that a kernel was to begin may have begun early where its clock was set forward', () => {
    expect(widened({ whose: 'engine', byMs: 5000, ...before }, true)).toEqual([8600, 10_001]);
  });

  test('that was armed anew in time begins when it was meant to', () => {
    expect(widened({ whose: 'engine', byMs: 500, ...before }, true)).toEqual([10_000, 10_001]);
    expect(widened({ whose: 'engine', byMs: -5000, ...before }, true)).toEqual([10_000, 10_001]);
  });

  test('that was not armed anew in time begins late where the clock was set back', () => {
    expect(widened({ whose: 'engine', byMs: -5000, fromMs: 9900, toMs: 10_300 }, true)).toEqual([10_000, 10_300]);
  });

  test('that no kernel timed, or that was there before, began when it was seen to', () => {
    expect(widened({ whose: 'engine', byMs: 5000, ...before }, false)).toEqual([10_000, 10_001]);
    expect(widened({ whose: 'engine', byMs: 5000, fromMs: 12_000, toMs: 12_300 }, true)).toEqual([10_000, 10_001]);
  });

  test('that was told while the runner had a wrong clock took hold somewhere in that time', () => {
    expect(widened({ whose: 'between', byMs: 5000, fromMs: 9900, toMs: 10_300 }, false)).toEqual([9900, 10_300]);
    expect(widened({ whose: 'between', byMs: 5000, fromMs: 11_000, toMs: 11_300 }, false)).toEqual([10_000, 10_001]);
  });
});
