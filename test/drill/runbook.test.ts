import { describe, expect, test } from 'vitest';
import { playSimulated } from '../../src/cli/play-simulated.js';
import { planDrill, type RunbookStep } from '../../src/plan/plan.js';
import { readScenario } from '../../src/scenario/scenario.js';
import { cure, fault, GOOD, prepare, probe, REFUSED, tookHold } from './rehearsal.js';

function stepWith(given: Partial<RunbookStep>): RunbookStep {
  return {
    ...{ id: 'r1.1', title: 'promote', by: 'automation', runsFrom: 'console', needs: [], decideMs: 0, takesMs: 0 },
    ...{ does: { kind: 'exec', command: ['promote'] }, ...given },
  };
}

type Wishes = Parameters<typeof prepare>[0];

function runbook(steps: readonly Partial<RunbookStep>[], wishes: Wishes = {}, atMs = 1000) {
  const withIds = steps.map((step, index) => stepWith({ id: `r1.${index + 1}`, ...step }));
  const drill = prepare({ moments: [], durationMs: 60_000, ...wishes, runbooks: [{ atMs, steps: withIds }] });
  const told = () => drill.of('runbook').map(({ atMs: at, step, state, because }) => [at, step, state, ...because]);
  return { ...drill, told };
}

describe('a step of a runbook', () => {
  test('waits while what it runs from or needs is not able, and the journal says for what', async () => {
    const isDark = (name: string) => drill.clock.now() - drill.zeroMs() < (name === 'console' ? 10_500 : 20_500);
    const drill = runbook([{ needs: ['etcd'] }], {
      engine: { whyUnable: async (name) => (isDark(name) ? `${name} has no power` : null) },
    });
    await drill.run();
    expect(drill.told()).toEqual([
      [1000, 'r1.1', 'blocked', 'console has no power', 'etcd has no power'],
      [11_000, 'r1.1', 'blocked', 'etcd has no power'],
      [21_000, 'r1.1', 'working'],
      [21_000, 'r1.1', 'done'],
    ]);
  });

  test('is decided on from when it could be done, then takes its time, and waits anew when its console goes dark meanwhile', async () => {
    const drill = runbook([{ decideMs: 5000, takesMs: 3000 }], {
      engine: {
        async whyUnable() {
          const atMs = drill.clock.now() - drill.zeroMs();
          const isDark = atMs < 2000 || (atMs > 4000 && atMs < 20_000) || (atMs > 21_000 && atMs < 30_000);
          return isDark ? 'console has no power' : null;
        },
      },
    });
    await drill.run();
    expect(drill.told()).toEqual([
      [1000, 'r1.1', 'blocked', 'console has no power'],
      [3000, 'r1.1', 'deciding', 'it takes 5 s'],
      [8000, 'r1.1', 'blocked', 'console has no power'],
      [20_000, 'r1.1', 'working'],
      [23_000, 'r1.1', 'blocked', 'console has no power'],
      [31_000, 'r1.1', 'done'],
    ]);
  });

  test('runs its command in its console, again until it succeeds, and keeps what that said', async () => {
    const calls: [string, string][] = [];
    const drill = runbook([{}], {
      engine: {
        async execute(unit, command) {
          calls.push([unit, command.join(' ')]);
          if (calls.length < 3) return { ok: false, error: 'its command ended with 1: no quorum', output: '' };
          return { ok: true, error: null, output: 'db-anyang leads' };
        },
      },
    });
    await drill.run();
    expect(calls).toEqual(Array.from({ length: 3 }, () => ['console', 'promote']));
    expect(drill.told()).toEqual([
      [1000, 'r1.1', 'working'],
      [1000, 'r1.1', 'blocked', 'its command ended with 1: no quorum'],
      [11_000, 'r1.1', 'done', 'db-anyang leads'],
    ]);
  });

  test('comes after the one before it, and stays undone when the story ends first', async () => {
    const drill = runbook([{ takesMs: 4000, does: null }, {}, {}], {
      engine: { execute: () => new Promise(() => {}) },
    });
    await drill.run();
    expect(drill.told()).toEqual([
      [1000, 'r1.1', 'working'],
      [5000, 'r1.1', 'done'],
      [5000, 'r1.2', 'working'],
    ]);
    expect(drill.of('end')[0]).toMatchObject({ why: 'completed', left: [] });
  });

  test('that restores cures what is open by then, and what it cured is not cured again', async () => {
    const restore = { kind: 'restore', steps: ['f1.1', 'f2.1'] } as const;
    const drill = runbook(
      [{ title: 'give it power', does: restore }],
      { moments: [fault(1000, 'f1'), fault(50_000, 'f2')] },
      5000,
    );
    await drill.run();
    expect(
      drill
        .of('effect')
        .map(({ does, title, dueMs, effects }) => [does, title, dueMs, effects.map(({ step }) => step).join()]),
    ).toEqual([
      ['fault', 'fault f1', 1000, 'f1.1'],
      ['cure', 'give it power', 5000, 'f1.1'],
      ['fault', 'fault f2', 50_000, 'f2.1'],
      ['cure', 'cure fault f2', 60_000, 'f2.1'],
    ]);
    expect(drill.told().at(-1)?.slice(1)).toEqual(['r1.1', 'done']);
  });

  test('that confirms waits for the last answer of its probe to be good', async () => {
    const drill = runbook([{ runsFrom: null, does: { kind: 'confirm', probe: 'write' } }], {
      probes: [probe('write')],
      engine: {
        async read() {
          const begun = drill.of('begin').length > 0;
          return begun && drill.clock.now() - drill.zeroMs() < 8000 ? REFUSED : GOOD;
        },
      },
    });
    await drill.run();
    expect(drill.told()).toEqual([
      [1000, 'r1.1', 'working'],
      [1000, 'r1.1', 'blocked', 'write is not good: refused'],
      [11_000, 'r1.1', 'done'],
    ]);
  });

  test('of a person is asked for where somebody is there, and takes its time where nobody is', async () => {
    const person = { by: 'person', takesMs: 20_000, does: null } as const;
    const asked: string[] = [];
    const drill = runbook([person], {
      async ask({ title }) {
        asked.push(title);
        await drill.clock.sleepUntil(drill.clock.now() + 7000);
      },
    });
    await drill.run();
    expect([asked, drill.told().at(-1)]).toEqual([['promote'], [8000, 'r1.1', 'done']]);
    const unattended = runbook([person]);
    await unattended.run();
    expect(unattended.told().at(-1)).toEqual([21_000, 'r1.1', 'done']);
  });

  test('does nothing more once the drill is stopped, however long its cures take', async () => {
    const commands: string[] = [];
    const drill = runbook([{}], {
      moments: [fault(1000, 'f1')],
      engine: {
        whyUnable: async () => (drill.stop.signal.aborted ? null : 'console has no power'),
        async execute(unit) {
          commands.push(unit);
          return { ok: true, error: null, output: '' };
        },
        async cure(steps, atMs) {
          await drill.clock.sleepUntil(atMs + 20_000);
          return tookHold(steps, drill.clock.now());
        },
      },
    });
    drill.at(5500, () => drill.stop.abort('stopped by SIGINT'));
    await drill.run();
    expect(commands).toEqual([]);
  });

  test('ends with a drill that is stopped', async () => {
    const drill = runbook([{}], { engine: { whyUnable: async () => 'console has no power' } });
    drill.at(5000, () => drill.stop.abort('stopped by SIGINT'));
    await drill.run();
    expect(drill.told()).toHaveLength(1);
    expect(Number(drill.of('end')[0]?.atMs)).toBeLessThan(6000);
  });
});

describe('a runbook in a story that jumps', () => {
  const HOUR_MS = 3_600_000;
  const long = { moments: [fault(2000, 'f1'), cure(HOUR_MS, 'f1')], durationMs: HOUR_MS + 60_000, settleMs: 20_000 };

  test('waits through the jump: what it waits for is as it was', async () => {
    const drill = runbook([{}], {
      ...long,
      engine: { whyUnable: async () => (drill.of('effect').length < 2 ? 'console has no power' : null) },
    });
    await drill.run();
    expect(drill.of('jump')).toMatchObject([{ fromMs: 22_000, toMs: HOUR_MS - 2000 }, {}]);
    const [blocked, working] = drill.told();
    expect(blocked).toEqual([1000, 'r1.1', 'blocked', 'console has no power']);
    expect(Number(working?.[0])).toBeGreaterThanOrEqual(HOUR_MS);
    expect(Number(working?.[0])).toBeLessThan(HOUR_MS + 3000);
  });

  test('takes its time in the story, over which the story may jump, and is done on time', async () => {
    const drill = runbook([{ decideMs: 600_000, takesMs: 300_000 }], long);
    await drill.run();
    expect(drill.told()).toEqual([
      [1000, 'r1.1', 'deciding', 'it takes 10 min'],
      [601_000, 'r1.1', 'working'],
      [901_000, 'r1.1', 'done'],
    ]);
    expect(drill.of('jump').length).toBeGreaterThan(2);
    expect(drill.of('end')[0]?.monoMs).toBeLessThan(240_000);
  });

  test('keeps the story from jumping while a person is asked', async () => {
    const drill = runbook([{ by: 'person', takesMs: 1000, does: null }], {
      ...long,
      async ask() {
        await drill.clock.sleepUntil(drill.clock.now() + 100_000);
      },
    });
    await drill.run();
    expect(drill.told().at(-1)).toEqual([101_000, 'r1.1', 'done']);
    expect(drill.of('jump')[0]?.fromMs).toBe(121_000);
  });
});

test('a runbook begins after what happens at its instant', async () => {
  const story = `{ version: 1, name: x, begins: "10:00", ends: +5m, sites: { a: {}, b: {} },
    services: { db: { at: [a, b], model: {} }, users: { at: outside, needs: [db], model: {} } },
    probes: { look: { http: "http://users/" } },
    timeline: [
      { at: "10:01", runbook: [{ step: look, needs: [db] }] },
      { at: "10:01", power-loss: [a, b] },
      { at: "10:03", restore: all } ] }`;
  const entries = await playSimulated(planDrill(readScenario(story, 'story.yaml', { exists: () => true })), 7);
  expect(entries.find(({ entry }) => entry === 'runbook')).toMatchObject({ atMs: 60_000, state: 'blocked' });
});
