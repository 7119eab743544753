import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wallClock } from '../../src/clock.js';
import { runDrill } from '../../src/drill/drill.js';
import { openBook } from '../../src/engine/docker/book.js';
import type { Engine } from '../../src/engine/engine.js';
import { type Entry, openJournal } from '../../src/journal/journal.js';
import { type Finding, judge } from '../../src/judge/judge.js';
import type { Plan } from '../../src/plan/plan.js';
import type { Probe } from '../../src/scenario/scenario.js';
import { openStore, type Spoil, type Store } from './faulty-store.js';
import { prepare, tookHold } from './rehearsal.js';

const SPOILS: readonly Spoil[] = ['none', 'drop', 'twice', 'late', 'reorder', 'deny'];
const PER_SECOND = 250;

function probeOf(name: string, port: number): Probe {
  const ledger = {
    ...{ perSecond: PER_SECOND, connections: 8, settleMs: 4000, make: null, read: ['/'] },
    readFrom: [{ host: 'store', port: null }],
  };
  const ask = { kind: 'http', method: 'POST', host: 'store', port, path: '/{n}', body: null, expect: 201 } as const;
  return { name, site: null, family: name, does: 'write', everyMs: 100, timeoutMs: 5000, ask, ledger };
}

/** A whole drill in real time with one ledger a store; nothing is broken but what the stores spoil. */
async function drillWith(stores: ReadonlyMap<Spoil, Store>, durationMs: number): Promise<Entry[]> {
  const clock = wallClock();
  const entries: Entry[] = [];
  const probes = [...stores].map(([name, { port }]) => probeOf(name, port));
  const plan: Plan = {
    ...prepare({ moments: [], probes }).plan,
    ...{ durationMs, steady: { forMs: 100, withinMs: 5000 } },
    objectives: probes.map(({ name }) => ({ probe: name, measure: 'lose', limitWrites: 0 })),
  };
  const reach = { addressOf: () => '127.0.0.1', runIn: () => Promise.reject(new Error('no units')) };
  const engine: Engine = {
    ...{ name: 'stores', measured: false, host: {}, leadMs: () => 0, examine: async () => [], adopt: async () => true },
    raise: async () => {},
    perform: async (steps) => tookHold(steps, clock.now()),
    cure: async (steps) => tookHold(steps, clock.now()),
    whyUnable: async () => null,
    execute: async () => ({ ok: true, error: null, output: '' }),
    read: () => Promise.reject(new Error('a ledger is not looked at')),
    openBook: (probe) => openBook(clock, reach, probe.ask, probe.ledger),
    census: async () => ({}),
    lower: async () => [],
  };
  const journal = openJournal({ write() {}, sync() {} }, (entry) => entries.push(entry));
  const { signal } = new AbortController();
  const identity = { drill: 'd-1', firedrill: '0.0.0', seed: 1, startedAt: '2022-10-15T06:29:30.250Z' };
  await runDrill({ plan, engine, clock, journal, signal, ...identity });
  return entries;
}

describe('a ledger in front of stores that spoil one write in a thousand', () => {
  const stores = new Map<Spoil, Store>();
  let entries: Entry[] = [];
  let findings: readonly Finding[] = [];

  beforeAll(async () => {
    for (const spoil of SPOILS) stores.set(spoil, await openStore(spoil));
    entries = await drillWith(stores, 7900);
    findings = judge(entries).findings;
  }, 120_000);
  afterAll(() => Promise.all([...stores.values()].map((store) => store.close())));

  const spoilt = (spoil: Spoil) => (stores.get(spoil)?.spoilt ?? []).map((number) => [number, number]);
  const found = (probe: Spoil, measure: Finding['measure']) =>
    findings.find((finding) => finding.probe === probe && finding.measure === measure);

  test.each([
    ['drop', 'lose', 'missed'],
    ['twice', 'duplicate', null],
    ['late', 'stale', null],
    ['reorder', 'reorder', null],
    ['deny', 'extra', null],
  ] as const)(
    'in front of one that spoils by %s: each of them is found, exact to the write, and told as %s',
    (spoil, measure, outcome) => {
      expect(spoilt(spoil).length).toBeGreaterThan(0);
      expect(found(spoil, measure)).toMatchObject({ writes: spoilt(spoil), outcome });
    },
  );

  test('says of no write what is not so', () => {
    const told = SPOILS.flatMap((spoil) =>
      (['lose', 'extra', 'duplicate', 'reorder', 'stale'] as const)
        .filter((measure) => (found(spoil, measure)?.writes ?? []).length > 0)
        .map((measure) => `${spoil}: ${measure}`),
    );
    // What is stored late is stored behind later ones too.
    const truth = ['deny: extra', 'drop: lose', 'late: reorder', 'late: stale', 'reorder: reorder', 'twice: duplicate'];
    expect(told.sort()).toEqual(truth);
    expect(found('late', 'reorder')?.writes).toEqual(spoilt('late'));
    expect(SPOILS.map((spoil) => found(spoil, 'lose')?.outcome)).toEqual(['met', 'missed', 'met', 'met', 'met', 'met']);
  });

  test('is told as late by at least what it was late', () => {
    const stale = found('late', 'stale');
    expect(stale?.high).toBeGreaterThanOrEqual(2.5);
  });

  test('takes some kilobytes of journal a minute, and says what firedrill itself needed', () => {
    const bytes = entries
      .filter((entry) => (entry.entry === 'ledger' || entry.entry === 'recall') && entry.probe === 'none')
      .reduce((sum, entry) => sum + JSON.stringify(entry).length, 0);
    expect(bytes).toBeLessThan(8000);
    const effort = entries.find((entry) => entry.entry === 'effort');
    expect(effort?.entry === 'effort' && effort.lagMs).toMatchObject({ p50: expect.any(Number) });
  });
});
