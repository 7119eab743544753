import { describe, expect, test } from 'vitest';
import { openSteps } from '../../src/drill/recovery.js';
import { EnvironmentError } from '../../src/errors.js';
import type { Entry } from '../../src/journal/journal.js';
import type { Step } from '../../src/plan/plan.js';
import { cure, failed, fault, hold, prepare, tookHold } from './rehearsal.js';

describe('the order of a drill', () => {
  test('a fault is in the journal, synced, before the engine hears of it', async () => {
    const seen: string[] = [];
    const drill = prepare({
      engine: {
        async perform(steps) {
          seen.push(...drill.synced().map((entry) => entry.entry));
          return tookHold(steps, drill.clock.now());
        },
      },
    });
    await drill.run();
    expect(seen.at(-1)).toBe('intent');
  });

  test('a cure is in the journal, synced, before the engine hears of it', async () => {
    const seen: Entry[] = [];
    const drill = prepare({
      engine: {
        async cure(steps) {
          seen.push(drill.synced().at(-1) as Entry);
          return tookHold(steps, drill.clock.now());
        },
      },
    });
    await drill.run();
    expect(seen).toMatchObject([{ entry: 'intent', does: 'cure' }]);
  });

  test('the first entry carries the whole plan and the last says that nothing is left', async () => {
    const drill = prepare({});
    await drill.run();
    expect(drill.entries[0]).toMatchObject({ entry: 'drill', plan: drill.plan, seed: 7, engine: 'fake 1' });
    expect(drill.entries.at(-1)).toMatchObject({ entry: 'end', why: 'completed', left: [] });
  });

  test('the story begins on a whole second, late enough for the first moment to be announced', async () => {
    const drill = prepare({ engine: { leadMs: () => 5000 } });
    await drill.run();
    const [begin] = drill.of('begin');
    expect(begin?.wallAt).toMatch(/\.000Z$/);
    const zeroMs = Number(begin?.monoMs) - Number(begin?.atMs);
    expect(drill.calls.find((call) => call.startsWith('perform'))).toBe(`perform f1.1 for ${zeroMs + 2000}`);
    expect(drill.of('intent')[0]?.atMs).toBe(-3000);
  });

  test('two drills with one seed give the same journal byte for byte', async () => {
    const [one, two] = [prepare({}), prepare({})];
    await one.run();
    await two.run();
    expect(one.text()).toBe(two.text());
    expect(one.text()).toContain('"samples"');
  });
});

describe('before the story', () => {
  test('a topology that cannot be raised is removed, journalled as failed, and thrown', async () => {
    const drill = prepare({
      engine: {
        async raise() {
          throw new EnvironmentError('no image', 'Build one.');
        },
      },
    });
    await expect(drill.run()).rejects.toThrow('no image');
    expect(drill.of('end')).toMatchObject([{ why: 'failed', because: 'no image' }]);
    expect(drill.calls).toEqual(['lower']);
  });

  test('a drill that is stopped while it is raised breaks nothing and removes what it made', async () => {
    const drill = prepare({
      engine: {
        async raise() {
          drill.stop.abort('stopped by SIGINT');
          throw new Error('aborted');
        },
      },
    });
    await drill.run();
    expect(drill.of('end')).toMatchObject([{ why: 'interrupted', because: 'stopped by SIGINT' }]);
    expect(drill.calls).toEqual(['lower']);
  });
});

describe('moments', () => {
  test('a hanging verb does not delay the next moment', async () => {
    const drill = prepare({
      moments: [fault(2000, 'f1'), fault(3000, 'f2')],
      engine: { perform: (steps) => (steps[0]?.fault === 'f1' ? new Promise(() => {}) : hold(drill, steps)) },
    });
    await drill.run();
    const second = drill.of('effect').find((effect) => effect.title === 'fault f2');
    expect(second).toMatchObject({ does: 'fault', dueMs: 3000, lateMs: 0, atMs: 3000 });
    const first = drill.of('effect').find((effect) => effect.title === 'fault f1');
    expect(first?.effects[0]?.error).toContain('did not answer');
  });

  test('in one moment cures come before faults and both are meant for its instant', async () => {
    const drill = prepare({ moments: [fault(2000, 'f1'), { ...fault(3000, 'f2'), cures: ['f1.1'] }] });
    await drill.run();
    const zeroMs = drill.zeroMs();
    expect(drill.calls.slice(1, 4)).toEqual([
      `perform f1.1 for ${zeroMs + 2000}`,
      `cure f1.1 for ${zeroMs + 3000}`,
      `perform f2.1 for ${zeroMs + 3000}`,
    ]);
  });

  test('a failed step is an entry and the drill goes on', async () => {
    const drill = prepare({
      moments: [fault(2000, 'f1'), fault(3000, 'f2')],
      engine: { perform: async (steps) => (steps[0]?.fault === 'f1' ? failed(steps) : hold(drill, steps)) },
    });
    await drill.run();
    expect(drill.of('effect')).toMatchObject([
      { title: 'fault f1', effects: [{ error: 'no such process' }] },
      { title: 'fault f2', effects: [{ error: null }] },
      { does: 'cure', title: 'cure fault f1, fault f2' },
    ]);
    expect(drill.of('end')).toMatchObject([{ why: 'completed' }]);
  });

  test('a fault that had nothing to act on is not open: no cure is made for it, and none by a recovery', async () => {
    const nothing = (steps: readonly Step[]) =>
      failed(steps).map((effect) => ({ ...effect, error: 'db has no power', untouched: true as const }));
    const drill = prepare({ engine: { perform: async (steps) => nothing(steps) } });
    await drill.run();
    expect(drill.of('effect')).toMatchObject([{ does: 'fault', effects: [{ untouched: true }] }]);
    const [head] = drill.of('drill');
    if (head === undefined) throw new Error('no head');
    expect(openSteps(head.plan, [...drill.of('intent'), ...drill.of('effect')])).toEqual([]);
  });

  test('what is known of a step beside its instant is told in story time, and a warning is one of the drill', async () => {
    const drill = prepare({
      engine: {
        async perform(steps) {
          const zeroMs = drill.zeroMs();
          const halted = { fromMs: zeroMs + 2000, toMs: zeroMs + 2003 };
          const ended = { fromMs: zeroMs + 2300, toMs: zeroMs + 2301, by: 'SIGKILL' } as const;
          const [effect] = await hold(drill, steps);
          return effect === undefined ? [] : [{ ...effect, halted, ended, warning: 'sockets are left' }];
        },
      },
    });
    await drill.run();
    expect(drill.of('effect')[0]?.effects[0]).toMatchObject({
      halted: { fromMs: 2000, toMs: 2003 },
      ended: { fromMs: 2300, toMs: 2301, by: 'SIGKILL' },
    });
    expect(drill.of('warning')).toMatchObject([{ message: 'sockets are left' }]);
  });

  test('an engine that rejects against its promise is a failed step too', async () => {
    const drill = prepare({ engine: { perform: () => Promise.reject(new Error('socket hang up')) } });
    await drill.run();
    expect(drill.of('effect')[0]?.effects).toMatchObject([{ step: 'f1.1', error: 'socket hang up' }]);
  });

  test('effects are told in story times with how late the first took hold', async () => {
    const drill = prepare({
      engine: {
        async perform(steps, atMs) {
          await drill.clock.sleepUntil(atMs + 40);
          return steps.map((step) => ({ step: step.id, fromMs: atMs + 12.344, toMs: atMs + 40, error: null }));
        },
      },
    });
    await drill.run();
    expect(drill.of('effect')[0]).toMatchObject({
      dueMs: 2000,
      lateMs: 12.34,
      effects: [{ fromMs: 2012.34, toMs: 2040 }],
    });
  });
});

describe('the end', () => {
  test('what is still broken when the story ends is cured, what was restored is not cured again', async () => {
    const drill = prepare({ moments: [fault(1000, 'f1'), fault(2000, 'f2'), cure(3000, 'f1')] });
    await drill.run();
    expect(drill.calls.filter((call) => call.startsWith('cure')).map((call) => call.split(' ')[1])).toEqual([
      'f1.1',
      'f2.1',
    ]);
    expect(drill.of('intent').at(-1)).toMatchObject({ does: 'cure', title: 'cure fault f2', steps: ['f2.1'] });
    expect(drill.of('end')).toMatchObject([{ left: [] }]);
  });

  test('an interrupted drill cures what it broke and breaks nothing more', async () => {
    const drill = prepare({ moments: [fault(1000, 'f1'), fault(3000, 'f2')] });
    drill.at(2500, () => drill.stop.abort('stopped by SIGTERM'));
    await drill.run();
    expect(drill.calls.map((call) => call.split(' for ')[0])).toEqual(['raise', 'perform f1.1', 'cure f1.1', 'lower']);
    expect(drill.of('end')).toMatchObject([{ why: 'interrupted', because: 'stopped by SIGTERM', left: [] }]);
    const last = Math.max(...drill.samples('write').map((sample) => sample.dueMs));
    expect(last).toBeLessThan(3000);
  });

  test('a stopped drill does not wait for ever for a verb that hangs, and cures it', async () => {
    const drill = prepare({ engine: { perform: () => new Promise(() => {}) } });
    drill.at(2500, () => drill.stop.abort());
    await drill.run();
    expect(drill.calls.some((call) => call.startsWith('cure f1.1'))).toBe(true);
    expect(drill.of('end')[0]?.atMs).toBeLessThan(20_000);
  });

  test('a cure that fails and a thing that cannot be removed are named', async () => {
    const drill = prepare({ engine: { cure: async (steps) => failed(steps), lower: async () => ['network drill-1'] } });
    await drill.run();
    expect(drill.of('end')).toMatchObject([{ left: ['db-pangyo (kill)', 'network drill-1'] }]);
  });

  test('a restore that failed is tried again at the end', async () => {
    let cures = 0;
    const drill = prepare({
      moments: [fault(1000, 'f1'), cure(2000, 'f1')],
      engine: { cure: async (steps) => (cures++ === 0 ? failed(steps) : hold(drill, steps)) },
    });
    await drill.run();
    expect(cures).toBe(2);
    expect(drill.of('end')).toMatchObject([{ left: [] }]);
  });

  test('a journal that cannot be written to any more stops the drill, and everything is still cured and removed', async () => {
    const drill = prepare({ moments: [fault(1000, 'f1'), fault(3000, 'f2')] });
    drill.at(1500, drill.breakDisk);
    await expect(drill.run()).rejects.toThrow('no space left');
    expect(drill.calls.map((call) => call.split(' for ')[0])).toEqual(['raise', 'perform f1.1', 'cure f1.1', 'lower']);
  });
});
