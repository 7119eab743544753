import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ExplainedRecovery, explain } from '../../src/explain/explain.js';
import type { Entry } from '../../src/journal/journal.js';
import { judge } from '../../src/judge/judge.js';
import { downBetween, makeJournal, type Told as ToldJournal } from '../judge/histories.js';
import { CONTROLLER_INSIDE, journalOf, type Told } from './worlds.js';

function explainOne(entries: readonly Entry[], probe = 'text'): ExplainedRecovery {
  const found = explain(entries).recoveries.find((recovery) => recovery.probe === probe);
  if (found === undefined) throw new Error(`${probe} is not explained`);
  return found;
}

const pathOf = (entries: readonly Entry[], probe?: string) =>
  explainOne(entries, probe).stretches.map(({ seconds, what, why }) => [seconds, what, ...why]);

/** In whole microseconds, because seconds do not add up in floating point. */
const micro = (seconds: number | null) => Math.round((seconds ?? Number.NaN) * 1e6);

function expectToAddUp(entries: readonly Entry[]): void {
  const { findings } = judge(entries);
  for (const recovery of explain(entries).recoveries) {
    const judged = findings.find(({ measure, probe, fault }) => {
      return measure === 'recover' && probe === recovery.probe && fault === recovery.fault;
    });
    expect([recovery.value, recovery.low, recovery.high]).toEqual([judged?.value, judged?.low, judged?.high]);
    if (recovery.came !== 'back') {
      expect(recovery.stretches).toEqual([]);
      continue;
    }
    const { stretches, value } = recovery;
    expect(stretches.reduce((sum, { seconds }) => sum + micro(seconds), 0)).toBe(micro(value));
    expect(stretches.map(({ from }) => from)).toEqual([0, ...stretches.slice(0, -1).map(({ to }) => to)]);
    for (const { from, to, seconds } of stretches) expect(micro(to) - micro(from)).toBe(micro(seconds));
    expect(stretches.every(({ seconds }) => seconds > 0)).toBe(true);
  }
}

describe('a simulated recovery', () => {
  test('is walked back from the probe to the fault by what came last at each step', () => {
    const journal = journalOf(CONTROLLER_INSIDE, 470_000);
    expect(explainOne(journal)).toMatchObject({ came: 'back', value: 439.5025, heldAt: 30 });
    expect(pathOf(journal)).toEqual([
      [370, 'no power at pangyo'],
      [60, 'failover-controller@pangyo booting', 'text waiting: failover-controller is only at pangyo'],
      [9.5025, 'takeover of text under way'],
    ]);
  });

  test('that waits for two things is explained by the later one alone', () => {
    const told: Told[] = [
      [30_000, 'fault', 'f1', 'held', []],
      [30_000, 'group', 'db@pangyo', 'dark', [0]],
      [50_000, 'group', 'db@pangyo', 'up', [1]],
      [30_000, 'group', 'app@pangyo', 'dark', [0]],
      [90_000, 'group', 'app@pangyo', 'up', [3]],
      [90_000, 'probe', 'text', 'up', [2, 4]],
    ];
    expect(pathOf(journalOf(told, 90_000))).toEqual([[59.5025, 'no power at app@pangyo']]);
  });

  test('whose causes end before the fault is reached says where the journal is silent', () => {
    const told: Told[] = [
      [60_000, 'service', 'text', 'repairing', [], '40 GB at 1 GB/s'],
      [100_000, 'service', 'text', 'up', [0]],
      [100_000, 'probe', 'text', 'up', [1]],
    ];
    expect(pathOf(journalOf(told, 100_000))).toEqual([
      [30, 'the journal does not tell why'],
      [39.5025, 'text repairing its data (40 GB at 1 GB/s)'],
    ]);
  });

  test('that never came tells what still stood in its way, and nothing that was well again', () => {
    const told: Told[] = [
      [30_000, 'fault', 'f1', 'held', []],
      [30_000, 'site', 'pangyo', 'dark', [0]],
      [30_000, 'service', 'text', 'leaderless', [1]],
      [30_000, 'probe', 'text', 'down', [2]],
      [100_000, 'service', 'text', 'leading', [2]],
    ];
    const { came, stretches, standing } = explainOne(journalOf(told, 999_000));
    expect({ came, stretches, standing }).toEqual({
      came: 'not back',
      stretches: [],
      standing: ['no power at pangyo'],
    });
  });

  test('whose events name each other in a circle, or causes that nobody knows, is explained all the same', () => {
    const told: Told[] = [
      [30_000, 'site', 'pangyo', 'dark', [1, 77]],
      [90_000, 'probe', 'text', 'up', [1, 0]],
    ];
    expect(pathOf(journalOf(told, 90_000))).toEqual([[59.5025, 'no power at pangyo']]);
  });
});

describe('a measured recovery', () => {
  const dark: ToldJournal = {
    faults: [{ title: 'power-loss pangyo', atMs: 30_000, curedMs: 150_000 }],
    probes: [{ name: 'text', tell: downBetween([30_000, 152_000], [153_000, 154_000]) }],
  };

  test('is told by its first failed look, its cure, its first good look and its stable window', () => {
    expect(pathOf(makeJournal(dark))).toEqual([
      [0.001, 'no look had failed yet'],
      [119.999, 'no power at web-pangyo'],
      [2.005, 'web-pangyo cured and not yet answering'],
      [1.9475, 'it answered now and then, not yet steadily'],
    ]);
    expect(explainOne(makeJournal(dark)).stretches[1]?.looks).toBe('refused (1230)');
  });

  test('before any cure is the end of being sent to what is gone', () => {
    const journal = makeJournal({ ...dark, probes: [{ name: 'text', tell: downBetween([30_000, 33_000]) }] });
    expect(pathOf(journal).at(-1)).toEqual([2.9515, 'it was still sent to web-pangyo']);
  });

  test('that never was needed, or never came, is said so', () => {
    expect(explainOne(makeJournal({ ...dark, probes: [{ name: 'text', tell: () => [0, 5] }] }))).toMatchObject({
      ...{ came: 'never failed', value: 0, stretches: [], standing: [] },
    });
    const faults = [{ title: 'power-loss pangyo', atMs: 30_000 }];
    const lost = makeJournal({ faults, probes: [{ name: 'text', tell: downBetween([30_000, 999_000]) }] });
    expect(explainOne(lost)).toMatchObject({ came: 'not back', standing: ['no power at web-pangyo'] });
  });
});

describe('whatever happened', () => {
  const instant = fc.integer({ min: 0, max: 210_000 });
  const outages = fc.array(fc.tuple(instant, instant), { maxLength: 4 });
  const kinds = ['site', 'group', 'service', 'probe'] as const;
  const states = ['dark', 'booting', 'blocked', 'up', 'down', 'leading'] as const;
  const events = fc.array(
    fc.tuple(
      instant,
      fc.constantFrom(...kinds),
      fc.constantFrom('text', 'pangyo'),
      fc.constantFrom(...states),
      fc.array(fc.nat(20), { maxLength: 3 }),
    ),
    { maxLength: 20 },
  );

  test('the stretches of a recovery are without a gap, and add up exactly to what the judge measured', () => {
    const journals = fc.record({
      outages,
      events,
      faultMs: instant,
      everyMs: fc.integer({ min: 50, max: 3000 }),
      curedMs: fc.option(instant, { nil: undefined }),
    });
    fc.assert(
      fc.property(journals, ({ outages: downs, events: told, faultMs, everyMs, curedMs }) => {
        const journal = makeJournal({
          faults: [
            {
              title: 'power-loss pangyo',
              atMs: faultMs,
              effects: [{ fromMs: faultMs, toMs: faultMs + 0.37 }],
              ...(curedMs === undefined ? {} : { curedMs }),
            },
          ],
          probes: [{ name: 'text', everyMs, tell: downBetween(...downs) }],
        });
        expectToAddUp(journal);
        expectToAddUp([...journal, ...journalOf(told, 0).filter(({ entry }) => entry === 'event')]);
      }),
      { seed: 4, numRuns: 300 },
    );
  }, 60_000);
});
