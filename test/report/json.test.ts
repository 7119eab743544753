import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { judge, type Verdict } from '../../src/judge/judge.js';
import { jsonReport } from '../../src/report/report.js';
import { downBetween, makeJournal } from '../judge/histories.js';
import { powerLossJournal } from './power-loss.js';

const schema = z.fromJSONSchema(
  JSON.parse(readFileSync(new URL('../../schema/verdict.json', import.meta.url), 'utf8')),
);
const verdict = judge(powerLossJournal());

function accepts(value: unknown): boolean {
  return schema.safeParse(JSON.parse(JSON.stringify(value))).success;
}

describe('the JSON report', () => {
  test('it is the verdict, and ends with a newline', () => {
    const text = jsonReport(verdict);
    expect(JSON.parse(text)).toEqual(verdict);
    expect(text.endsWith('}\n')).toBe(true);
  });

  const verdicts: [string, Verdict][] = [
    ['with a line of everything', verdict],
    ['of a simulation', judge(makeJournal({ probes: [], engine: 'sim', measured: false }))],
    ['of a journal that ends abruptly', judge(makeJournal({ probes: [], end: null }))],
    [
      'with a censored value',
      judge(
        makeJournal({
          faults: [{ title: 'crash web', atMs: 30_000 }],
          objectives: [
            { probe: 'web', measure: 'recover', limitMs: 1000 },
            { probe: 'web', measure: 'budget', targetPercent: 100, windowMs: 1000 },
            { probe: 'nobody', measure: 'detect', limitMs: 1000 },
          ],
          probes: [{ name: 'web', tell: downBetween([30_000, 999_000]) }],
        }),
      ),
    ],
  ];
  test.each(verdicts)('a verdict %s is what the published schema says', (_, real) => {
    expect(schema.safeParse(JSON.parse(jsonReport(real))).error).toBeUndefined();
  });

  test('the schema refuses what no verdict is', () => {
    const [first, ...others] = verdict.findings;
    expect(accepts({ ...verdict, extra: 1 })).toBe(false);
    expect(accepts({ ...verdict, format: 2 })).toBe(false);
    expect(accepts({ ...verdict, exitCode: 64 })).toBe(false);
    expect(accepts({ ...verdict, measured: undefined })).toBe(false);
    expect(accepts({ ...verdict, findings: [{ ...first, outcome: 'probably' }, ...others] })).toBe(false);
    expect(accepts({ ...verdict, findings: [{ ...first, value: '24 s' }, ...others] })).toBe(false);
    expect(accepts({ ...verdict, findings: [{ ...first, because: undefined }, ...others] })).toBe(false);
    expect(accepts({ ...verdict, findings: [{ ...first, guess: true }, ...others] })).toBe(false);
    expect(accepts({ ...verdict, findings: [{ ...first, quantile: 90 }, ...others] })).toBe(false);
  });
});
