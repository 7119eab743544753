import { expect, test } from 'vitest';
import { measureOutages, PROBE_MS } from './outages.js';

test('fifty outages: each interval contains the truth, no value is off by more than a probe period and 5 ms', async () => {
  const { outages, contained, worstMs, widestMs, worstLagMs, falseAlarms } = await measureOutages(10, 5, 200);
  console.log(
    `${outages.length} outages beside 200 probes: ${contained * 100} % of the intervals contain the truth (the widest is ${widestMs.toFixed(1)} ms), the worst value is off by ${worstMs.toFixed(1)} ms, the latest probe was ${worstLagMs.toFixed(1)} ms late`,
  );
  expect(outages).toHaveLength(50);
  expect(
    outages.filter(({ low, high, truth }) => low === null || high === null || low > truth || high < truth),
  ).toEqual([]);
  expect(worstMs).toBeLessThanOrEqual(PROBE_MS + 5);
  expect(falseAlarms).toBe(0);
});
