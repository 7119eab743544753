import { expect, test } from 'vitest';
import { recoverDrill } from '../../src/drill/drill.js';
import { openJournal } from '../../src/journal/journal.js';
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
