import { expect, test } from 'vitest';
import type { Finding } from '../../src/judge/judge.js';
import { formatLimit, formatMeasured, formatQuantiles } from '../../src/report/numbers.js';

function measured(given: Partial<Finding>, samples = 0): string {
  const recover = { measure: 'recover', probe: 'write', fault: null, outcome: 'met', unit: 's', limit: null } as const;
  const rest = {
    quantile: null,
    phase: null,
    outages: null,
    writes: null,
    skipped: 0,
    censored: false,
    because: '',
  } as const;
  return formatMeasured({ ...recover, ...rest, value: 0, low: 0, high: 0, ...given }, samples);
}

test('a number has no more digits than its interval supports', () => {
  expect(measured({ value: 24.355, low: 24.3, high: 24.405 })).toBe('24.36 s (24.30 – 24.41 s)');
  expect(measured({ value: 24.355, low: 23.4, high: 24.505 })).toBe('24.4 s (23.4 – 24.6 s)');
  expect(measured({ value: 24.355, low: 14, high: 34 })).toBe('24 s (14 – 34 s)');
  expect(measured({ value: 24.3551, low: 24.3551, high: 24.3551 })).toBe('24.36 s');
  expect(measured({ value: 0.0314, low: 0.026, high: 0.0368 })).toBe('31 ms (26 – 37 ms)');
  expect(measured({ value: 0 })).toBe('0 s');
});

test('from two minutes on seconds are told as minutes', () => {
  expect(measured({ value: 119.4, low: 119, high: 119.9 })).toBe('119.4 s (119.0 – 119.9 s)');
  expect(measured({ value: 121.4, low: 121, high: 121.9 })).toBe('2 min 1.4 s (2 min 1 s – 2 min 1.9 s)');
});

test('a censored value is a lower bound and is never rounded up', () => {
  expect(measured({ value: 92.98, low: 92.98, high: null, censored: true })).toBe('> 92.9 s');
});

test('an availability is rounded down to what the number of samples can tell', () => {
  const availability = (value: number, samples: number) =>
    measured({ measure: 'availability', unit: '%', value, low: value, high: value }, samples);
  expect(availability(99.97, 2100)).toBe('99.97 %');
  expect(availability(99.952381, 2100)).toBe('99.95 %');
  expect(availability(99.999, 2100)).toBe('99.99 %');
  expect(availability(99.6, 100)).toBe('99 %');
  expect(availability(100, 10)).toBe('100 %');
});

test('limits and latencies have units', () => {
  const finding = (given: Partial<Finding>) => ({ measure: 'recover', unit: 's', limit: 45, ...given }) as Finding;
  expect(formatLimit(finding({}))).toBe('≤ 45 s');
  expect(formatLimit(finding({ limit: 90 }))).toBe('≤ 1 min 30 s');
  expect(formatLimit(finding({ measure: 'latency', unit: 'ms', limit: 250 }))).toBe('≤ 250 ms');
  expect(formatLimit(finding({ measure: 'availability', unit: '%', limit: 99.95 }))).toBe('≥ 99.95 %');
  expect(formatLimit(finding({ limit: null }))).toBe('');
  expect(formatQuantiles([2.2531, 40, 41.26])).toBe('2.25/40/41.3 ms');
  expect(formatQuantiles([900, 1200, 2000])).toBe('900 ms/1.2 s/2 s');
  expect(formatQuantiles([])).toBe('–');
});
