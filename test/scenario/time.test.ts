import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clockAt, formatDuration, parseDuration } from '../../src/scenario/scenario.js';
import { offsetOf, parseStoryTime } from '../../src/scenario/time.js';

const HOUR = 3_600_000;

describe('a duration', () => {
  test.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['5m', 300_000],
    ['2h', 2 * HOUR],
    ['1d', 24 * HOUR],
    ['1h30m', 1.5 * HOUR],
    ['1m5ms', 60_005],
    ['1d2h3m4s5ms', 24 * HOUR + 2 * HOUR + 184_005],
    ['0s', 0],
    ['3650d', 3650 * 24 * HOUR],
  ])('%s is read as %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each(['', '5', 'm', '5 m', '-5m', '30m1h', '1.5h', '5min', '5M', '3651d', '999999999d', '+5m'])(
    '%j is refused',
    (text) => {
      expect(parseDuration(text)).toBeNull();
    },
  );

  test.each([
    [0, '0 s'],
    [0.25, '0.3 ms'],
    [80, '80 ms'],
    [999.7, '1 s'],
    [24_370, '24.37 s'],
    [45_000, '45 s'],
    [59_999, '1 min'],
    [93_420, '1 min 33.4 s'],
    [2 * HOUR, '2 h'],
    [10 * HOUR + 11 * 60_000 + 24_400, '10 h 11 min 24 s'],
    [127 * HOUR + 33 * 60_000, '127 h 33 min'],
    [HOUR - 10, '1 h'],
    [-1500, '-1.5 s'],
  ])('of %d ms is told as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('the story clock', () => {
  const day = { date: null, ofDayMs: 15.5 * HOUR };
  const dated = { date: '2022-10-15', ofDayMs: 15.5 * HOUR };

  test.each([
    [0, '15:30:00'],
    [1250, '15:30:01.250'],
    [1250.4, '15:30:01.250'],
    [9 * HOUR, '+1d 00:30:00'],
    [100 * HOUR, '+4d 19:30:00'],
    [-16 * HOUR, '-1d 23:30:00'],
    [8.5 * HOUR - 0.2, '+1d 00:00:00'],
  ])('without a date, %d ms on, says %s', (atMs, text) => {
    expect(clockAt(day, atMs)).toBe(text);
  });

  test.each([
    [0, '2022-10-15 15:30:00'],
    [10 * HOUR, '2022-10-16 01:30:00'],
    [500 * 24 * HOUR, '2024-02-27 15:30:00'],
    [502 * 24 * HOUR, '2024-02-29 15:30:00'],
    [78 * 24 * HOUR, '2023-01-01 15:30:00'],
  ])('with a date, %d ms on, says %s', (atMs, text) => {
    expect(clockAt(dated, atMs)).toBe(text);
  });

  test('reads back every date that it says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3000 * 365 }), (days) => {
        const text = clockAt({ date: '1800-03-01', ofDayMs: 0 }, days * 24 * HOUR);
        const expected = new Date(Date.UTC(1800, 2, 1) + days * 24 * HOUR).toISOString().slice(0, 10);
        expect(text).toBe(`${expected} 00:00:00`);
        expect(parseStoryTime(text)).toEqual({ date: expected, ofDayMs: 0 });
      }),
    );
  });

  test.each(['2022-02-29', '2022-04-31', '1900-02-29'])('refuses %s, which does not exist', (date) => {
    expect(parseStoryTime(`${date} 10:00`)).toBeNull();
  });

  test.each([
    ['15:31', 60_000],
    ['15:30', 0],
    ['15:30:30', 30_000],
    ['+10m', 600_000],
    ['00:30', 9 * HOUR],
    ['14:00', -1.5 * HOUR],
  ])('puts %s at %d ms of a drill of ten hours that begins at 15:30', (text, atMs) => {
    expect(offsetOf(text, day, 10 * HOUR)).toEqual({ atMs });
  });

  test('puts a full date relative to the date at which the drill begins, and refuses one where it has none', () => {
    expect(offsetOf('2022-10-16T15:30', dated, HOUR)).toEqual({ atMs: 24 * HOUR });
    expect(offsetOf('2022-10-16T15:30', day, HOUR)).toMatchObject({
      atMs: null,
      because: expect.stringContaining('no date'),
    });
  });
});

test('a story that begins in the first days of the calendar has a clock, also before it, and the year 0 is none', () => {
  const first = { date: '0001-01-01', ofDayMs: 0 };
  expect(clockAt(first, 60_000)).toBe('0001-01-01 00:01:00');
  // Before the calendar no clock is right; that it comes back is all that is asked.
  for (const date of ['0000-01-01', '0001-01-01', '9999-12-31']) {
    for (const atMs of [-1, -1e12, 1e12]) expect(clockAt({ date, ofDayMs: 0 }, atMs)).toMatch(/:/);
  }
  expect(parseStoryTime('0000-01-01T00:00')).toBeNull();
  expect(parseStoryTime('0001-01-01T00:00')).toEqual(first);
});
