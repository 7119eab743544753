import { expect, test } from 'vitest';
import type { Entry } from '../../src/journal/journal.js';
import type { Finding } from '../../src/judge/judge.js';
import { ledgerLines } from '../../src/report/ledger-lines.js';

const stamp = { atMs: 0, monoMs: 0 };

function finding(measure: Finding['measure'], value: number | null, given: Partial<Finding> = {}): Finding {
  return {
    ...{ measure, probe: 'rows', fault: null, outcome: 'unknown', value, low: value, high: value, unit: 'writes' },
    ...{ limit: null, quantile: null, phase: null, outages: null, writes: null, skipped: 0, censored: false },
    because: '',
    ...given,
  } as Finding;
}

test('a ledger has a row with what became of its writes, and below it what nobody asked for and is not well', () => {
  const entries: Entry[] = [
    {
      ...stamp,
      ...{ entry: 'ledger', probe: 'rows', perSecond: 200 },
      runs: [
        [5, 404, 0, 12],
        [405, 424, 2000, 3000, 'timeout'],
      ],
    },
    { ...stamp, entry: 'effort', spanMs: 10_000, cpuMs: 1234, lagMs: { p50: 1, p99: 3, max: 9 } },
  ];
  const findings = [
    finding('lose', 0, { limit: 0 }),
    finding('extra', 2, { because: '2 writes are there without an acknowledgement, 2 of them after silence: 405–406' }),
    finding('duplicate', 0),
    finding('reorder', 0),
    finding('stale', 0.25, { unit: 's', low: 0.2, high: 0.3, because: '1 of 30 reads did not show 17' }),
  ];
  expect(ledgerLines(findings, entries, 70)).toEqual([
    'ledger  acknowledged  lost  unacknowledged  twice  out of order  stale',
    '  rows  400 of 420    0     2               0      0             0.25 s (0.20 – 0.30 s)',
    '  rows: 2 writes are there without an acknowledgement, 2 of them after',
    '    silence: 405–406',
    '  rows: 1 of 30 reads did not show 17',
    'firedrill itself needed 12 % of a processor and sent its writes 1/3/9 ms late (p50/p99/max)',
  ]);
});

test('without a ledger there is nothing to say', () => {
  expect(ledgerLines([finding('lose', null)], [], 80)).toEqual([]);
});
