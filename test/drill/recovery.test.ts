import { describe, expect, test } from 'vitest';
import { recoverDrill } from '../../src/drill/drill.js';
import { type Entry, openJournal } from '../../src/journal/journal.js';
import { cure, fault, hold, prepare } from './rehearsal.js';

test('a recovery whose journal cannot be written cures and removes all the same, and says why it is not in there', async () => {
  const drill = prepare({
    moments: [fault(2000, 'f1'), cure(4000, 'f1')],
    engine: { cure: (steps) => hold(drill, steps) },
  });
  await drill.run();
  // Its runner died while the fault lay on the unit.
  const entries = drill.entries.slice(0, drill.entries.findIndex((entry) => entry.entry === 'effect') + 1);
  const full = () => {
    throw new Error('no space left');
  };
  drill.calls.length = 0;
  const { clock, engine } = drill;
  const journal = openJournal({ write: full, sync() {} });
  const recovery = await clock.run(() => recoverDrill({ drill: 'd-1', entries, engine, clock, journal, by: 'a test' }));
  expect(recovery).toMatchObject({ open: [{ id: 'f1.1' }], cured: [{ id: 'f1.1' }], left: [] });
  expect(recovery.unwritten).toBe('no space left');
  expect(drill.calls.map((call) => call.split(' ')[0])).toEqual(['cure', 'lower', 'lower']);
});

test('a fault whose unit is gone is open and not cured', async () => {
  const drill = prepare({ engine: { adopt: async () => false } });
  await drill.run();
  const entries = drill.entries.slice(0, drill.entries.findIndex((entry) => entry.entry === 'intent') + 1);
  const { clock, engine } = drill;
  const written: string[] = [];
  const journal = openJournal({ write: (line) => void written.push(line), sync() {} });
  const recovery = await clock.run(() => recoverDrill({ drill: 'd-1', entries, engine, clock, journal, by: 'a test' }));
  expect(recovery).toMatchObject({ open: [{ id: 'f1.1' }], cured: [], left: [], unwritten: null });
  expect(written.at(-1)).toContain('a test cured 0 of its steps');
});

describe('a drill whose runner ended it and left something', () => {
  /** The journal of such a drill, taken up again by an engine that removes nothing until so many tries were made. */
  async function takeUp(tries: number, patienceMs: number) {
    let asked = 0;
    const drill = prepare({
      engine: {
        cure: (steps) => hold(drill, steps),
        lower: async () => (asked++ < tries ? ['container firedrill-d-1-db-pangyo'] : []),
      },
    });
    await drill.run();
    const { clock, engine } = drill;
    const entries = [...drill.entries];
    const added: Entry[] = [];
    const append = (entry: Entry) => void added.push(entry);
    const journal = { append, appendDurably: append };
    const abandoned = { drill: 'd-1', entries, engine, clock, journal, patienceMs, by: 'a test' };
    const recovery = await clock.run(() => recoverDrill(abandoned));
    return { drill, recovery, added };
  }

  test('is removed later, and its journal still says how it ended', async () => {
    const { drill, recovery, added } = await takeUp(2, 0);
    expect(drill.of('end')).toMatchObject([{ why: 'completed', left: ['container firedrill-d-1-db-pangyo'] }]);
    expect(drill.endings).toMatchObject([{ proved: false }]);
    expect(recovery.left).toEqual([]);
    expect(added).toMatchObject([{ entry: 'end', why: 'completed', left: [] }]);
    expect(added[0]).toMatchObject({
      because: expect.stringMatching(/^the story .*; it had left something, and a test/),
    });
  });

  test('is tried again for as long as patience lasts, and ended once', async () => {
    const { recovery, added } = await takeUp(20, 600_000);
    expect(recovery.left).toEqual([]);
    expect(added).toMatchObject([{ entry: 'end', left: [] }]);
    const inVain = await takeUp(20, 10_000);
    expect(inVain.recovery.left).toEqual(['container firedrill-d-1-db-pangyo']);
    expect(inVain.added).toMatchObject([{ entry: 'end', left: ['container firedrill-d-1-db-pangyo'] }]);
  });

  test('and one that left nothing gets no second end', async () => {
    const { drill, added } = await takeUp(0, 0);
    expect(drill.endings).toMatchObject([{ proved: true }]);
    expect(added).toEqual([]);
  });
});
