import { describe, expect, test } from 'vitest';
import { type Entry, readJournal, type Span } from '../../src/journal/journal.js';
import { type Finding, judge } from '../../src/judge/judge.js';
import { terminalReport } from '../../src/report/report.js';
import { makeJournal, type Told } from './histories.js';

/** A journal of 1000 s in which an engine knows exactly what a look every second would have got; the fault is at 100 s. */
function journalOf(spans: readonly Span[], told: Partial<Told> = {}): Entry[] {
  const entries = makeJournal({
    durationMs: 1_000_000,
    engine: 'sim',
    measured: false,
    faults: [{ title: 'power-loss pangyo', atMs: 100_000 }],
    probes: [{ name: 'web', everyMs: 1000, tell: () => [0, 5] }],
    ...told,
  });
  const head = entries.filter(({ entry }) => entry !== 'samples' && entry !== 'end');
  const end = entries.filter(({ entry }) => entry === 'end');
  return [...head, { atMs: 1_000_000, monoMs: 0, entry: 'spans', probe: 'web', spans }, ...end];
}

const good = (fromS: number, toS: number, latencyMs = 5): Span => [fromS * 1000, toS * 1000, true, null, latencyMs];
const bad = (fromS: number, toS: number, tookMs = 1000): Span => [fromS * 1000, toS * 1000, false, 'timeout', tookMs];

const findingOf = (spans: readonly Span[], measure: Finding['measure'], told: Partial<Told> = {}) =>
  judge(journalOf(spans, told)).findings.find((finding) => finding.measure === measure);

describe('what is known exactly is judged exactly', () => {
  const spans = [good(0, 100), bad(100, 163.25), good(163.25, 1000)];

  test('a recovery has no interval, and a detection is the end of the first look that failed', () => {
    expect(findingOf(spans, 'recover')).toMatchObject({ value: 63.25, low: 63.25, high: 63.25, outages: 1 });
    expect(findingOf(spans, 'detect')).toMatchObject({ value: 1, low: 1, high: 1 });
  });

  test('an availability is the share of the time, and where only some looks are good, of them', () => {
    expect(findingOf(spans, 'availability')).toMatchObject({
      value: 93.675,
      because: 'looks failed for 1 min 3.3 s of 16 min 40 s',
    });
    const half: Span = [100_000, 200_000, false, 'overloaded', 5, 0.5, 2];
    expect(findingOf([good(0, 100), half, good(200, 1000)], 'availability')).toMatchObject({ value: 95 });
    expect(findingOf([good(0, 100), half, good(200, 1000)], 'detect')).toMatchObject({ value: 0.002 });
  });

  test('a limit is met by what equals it, and missed by a millisecond more', () => {
    const objectives = [{ probe: 'web', measure: 'recover', limitMs: 63_250 } as const];
    expect(findingOf(spans, 'recover', { objectives })?.outcome).toBe('met');
    const later = [good(0, 100), bad(100, 163.251), good(163.251, 1000)];
    expect(findingOf(later, 'recover', { objectives })?.outcome).toBe('missed');
  });

  test('good looks for less than ten in a row are no recovery', () => {
    const brief = [good(0, 100), bad(100, 150), good(150, 159.9), bad(159.9, 200), good(200, 1000)];
    expect(findingOf(brief, 'recover')).toMatchObject({ value: 100, outages: 1 });
    const relapse = [good(0, 100), bad(100, 150), good(150, 160), bad(160, 200), good(200, 1000)];
    expect(findingOf(relapse, 'recover')).toMatchObject({ value: 50, outages: 2 });
  });

  test('what is not back when the story ends is known to take longer than that', () => {
    expect(findingOf([good(0, 100), bad(100, 1000)], 'recover')).toMatchObject({ value: 900, censored: true });
    expect(findingOf([good(0, 1000)], 'recover')).toMatchObject({ value: 0, because: 'never failed' });
  });

  test('what did not fail before the next fault came too soon is told by the time, since nobody looked', () => {
    const faults = [
      { title: 'partition', atMs: 100_000 },
      { title: 'power-loss pangyo', atMs: 101_000 },
    ];
    const spans = [good(0, 101), bad(101, 150), good(150, 1000)];
    const because = 'nothing failed, but only 1 s passed before the next fault: too short to tell';
    for (const measure of ['recover', 'detect'] as const) {
      expect(findingOf(spans, measure, { faults })).toMatchObject({ value: null, because });
    }
  });

  test('a latency is weighed by the time in which it was had', () => {
    const slow = [good(0, 40, 3), good(40, 100, 9), bad(100, 101), good(101, 1000, 4)];
    const latencies = judge(journalOf(slow)).findings.filter(({ measure }) => measure === 'latency');
    const before = latencies.filter(({ phase }) => phase === 'before');
    expect(before.map(({ value }) => value)).toEqual([9, 9, 9]);
    expect(latencies.filter(({ phase }) => phase === 'during').map(({ value }) => value)).toEqual([4, 4, 4]);
  });

  test('the report says that no sample was needed, and draws the outage', () => {
    const lines = terminalReport(judge(journalOf(spans)), journalOf(spans), { colour: false, width: 100 }).split('\n');
    expect(lines.find((line) => line.startsWith('  web'))).toMatch(/^ {2}web {2,}.*1 min 3\.25 s|^ {2}web .*█/);
    expect(lines.some((line) => /^ {2}web +exact +93\.675 %/.test(line))).toBe(true);
  });
});

describe('a journal with spans', () => {
  const text = (spans: unknown) =>
    journalOf([])
      .map((entry) => JSON.stringify(entry.entry === 'spans' ? { ...entry, spans } : entry))
      .join('\n');

  test.each([
    ['of which one has no end', [[0]]],
    ['of which one says no truth', [[0, 1, 'yes', null, 5]]],
    ['of which one lasts for ever', [[0, 1e300, true, null, 5]]],
    ['with a share that is none', [[0, 1, false, 'timeout', 5, 'half']]],
    ['that are no list', {}],
  ])('%s is refused, with its line', (_, spans) => {
    expect(() => readJournal(text(spans), 'drill.jsonl')).toThrow(/drill\.jsonl:\d+:1: `spans/);
  });

  test('of more looks than any drill has is judged all the same', () => {
    const objectives = [{ probe: 'web', measure: 'goodput', limitPerSecond: 1 } as const];
    const spans: Span[] = [[0, 1e14, true, null, 5]];
    expect(findingOf(spans, 'goodput', { objectives })?.outcome).toBe('unknown');
    expect(findingOf(spans, 'availability')?.value).toBe(100);
  });
});

describe('what was documented', () => {
  test('stands beside what was simulated, with the difference and whether it was used', () => {
    const spans = [good(0, 100), bad(100, 200), good(200, 1000)];
    const entries = journalOf(spans);
    const [drill] = entries;
    if (drill?.entry !== 'drill') throw new Error('no drill');
    const reference = { probe: 'web', measure: 'recover', source: 'the paper' } as const;
    const references = [
      { ...reference, low: 80, high: 80, used: false },
      { ...reference, low: 50, high: 110, used: true },
    ];
    const told: Entry[] = [{ ...drill, plan: { ...drill.plan, references } }, ...entries.slice(1)];
    const lines = terminalReport(judge(told), told, { colour: false, width: 100 }).split('\n');
    const at = lines.findIndex((line) => line.startsWith('as documented'));
    expect(lines.slice(at, at + 3).map((line) => line.split(/ {2,}/))).toEqual([
      ['as documented', 'documented', 'simulated', 'difference'],
      ['', 'web', 'recover', '80 s', '100.00 s', '+25 %', 'not used', 'the paper'],
      ['', 'web', 'recover', '50 s – 110 s', '100.00 s', 'within', 'used to choose an assumption', 'the paper'],
    ]);
  });
});
