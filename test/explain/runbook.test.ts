import { describe, expect, test } from 'vitest';
import { playSimulated } from '../../src/cli/play-simulated.js';
import { explain } from '../../src/explain/explain.js';
import { planDrill } from '../../src/plan/plan.js';
import { readScenario } from '../../src/scenario/scenario.js';
import { downBetween, makeJournal } from '../judge/histories.js';

const STORY = `
version: 1
name: A runbook that dies with its site
begins: "15:29"
ends: "16:30"
sites: { pangyo: {}, anyang: {} }
services:
  console: { at: pangyo, model: {} }
  db: { at: pangyo, model: { boot: 30s } }
  users: { at: outside, needs: [db], model: {} }
probes:
  write: { http: "http://users/", every: 1s, does: write }
timeline:
  - { at: "15:30", name: grid, power-loss: console@pangyo }
  - { at: "15:30", name: rack, power-loss: db@pangyo }
  - at: "15:31"
    runbook:
      - { step: read the alarm, by: person, takes: 2m }
      - { step: give the rack its power back, runs-from: console@pangyo, decide: 5m, restore: rack }
      - { step: writes are served again, confirm: write }
  - { at: "16:00", restore: grid }
`;

async function pathsOf(text: string): Promise<(readonly [seconds: number, what: string])[][]> {
  const scenario = readScenario(new TextEncoder().encode(text), 'story.yaml', { exists: () => true, depth: 0 });
  const { recoveries } = explain(await playSimulated(planDrill(scenario), 7));
  return recoveries.map(({ stretches }) => stretches.map(({ seconds, what }) => [seconds, what] as const));
}

describe('a recovery by a runbook', () => {
  test('is told by what its steps were at, and for what they waited', async () => {
    const [path] = await pathsOf(STORY);
    expect(path).toEqual([
      [60, 'no power at pangyo'],
      [120, 'read the alarm under way'],
      [1622, 'give the rack its power back waiting: console-pangyo has no power'],
      [300, 'people deciding: give the rack its power back'],
      [30, 'db@pangyo booting'],
      [1.502, 'clients had not noticed that db@pangyo is up'],
    ]);
  });

  test('is the same after each fault of one instant, since nobody can tell them apart', async () => {
    const [first, second] = await pathsOf(STORY);
    expect(second).toEqual(first);
  });

  test('whose command mended nothing, as none does in the simulator, tells nothing', async () => {
    const command = STORY.replace('decide: 5m, restore: rack', 'exec: look').replace('restore: grid', 'restore: all');
    const [path] = await pathsOf(command.replace('console@pangyo, exec', 'users, exec'));
    expect(path?.map(([, what]) => what)).toEqual([
      'no power at pangyo',
      'db@pangyo booting',
      'clients had not noticed that db@pangyo is up',
    ]);
  });

  test('that started a spare is told by what its steps were at', async () => {
    const cold = STORY.replace(
      '{ at: pangyo, model: { boot: 30s } }',
      '{ at: [pangyo, anyang], spare: anyang, model: { boot: 30s } }',
    )
      .replace('at: pangyo, model: {} }', 'at: anyang, model: {} }')
      .replace('console@pangyo }', 'anyang, for: 1s }')
      .replace('runs-from: console@pangyo, decide: 5m, restore: rack', 'decide: 5m, start: db')
      .replace('  - { at: "16:00", restore: grid }\n', '');
    const [path] = await pathsOf(cold);
    expect(path).toContainEqual([120, 'read the alarm under way']);
    expect(path).toContainEqual([300, 'people deciding: give the rack its power back']);
  });

  test('whose steps mended nothing tells nothing', async () => {
    const [path] = await pathsOf(STORY.replace(', restore: rack', '').replace('restore: grid', 'restore: all'));
    expect(path?.map(([, what]) => what)).toEqual([
      'no power at pangyo',
      'db@pangyo booting',
      'clients had not noticed that db@pangyo is up',
    ]);
  });
});

test('a measured recovery by a runbook is told the same way, as far as its looks allow', async () => {
  const scenario = readScenario(new TextEncoder().encode(STORY), 'story.yaml', { exists: () => true, depth: 0 });
  const entries = await playSimulated(planDrill(scenario), 7);
  const [{ stretches = [] } = {}] = explain(entries.filter(({ entry }) => entry !== 'event')).recoveries;
  expect(stretches.map(({ seconds, what }) => [seconds, what])).toEqual([
    [2, 'no look had failed yet'],
    [58, 'no power at db-pangyo'],
    [120, 'read the alarm under way'],
    [1622, 'give the rack its power back waiting: console-pangyo has no power'],
    [300, 'people deciding: give the rack its power back'],
    [31.502, 'db-pangyo cured and not yet answering'],
  ]);
});

test('a stretch says how much of it the story jumped over', () => {
  const journal = makeJournal({
    faults: [{ title: 'power-loss pangyo', atMs: 30_000, curedMs: 150_000 }],
    probes: [{ name: 'text', tell: downBetween([30_000, 152_000]) }],
  });
  const jump = { atMs: 140_000, monoMs: 0, entry: 'jump', fromMs: 40_000, toMs: 140_000 } as const;
  const [{ stretches = [] } = {}] = explain([...journal, jump]).recoveries;
  expect(stretches.map(({ skipped }) => skipped)).toEqual([0, 100, 0]);
});

test('a spare that the timeline starts is told with what it was started for, led or not', async () => {
  const at = '{ at: [pangyo, anyang], spare: anyang, model: { boot: 30s';
  for (const role of ['', ', role: standby, takeover: 10s']) {
    const cold = STORY.replace('{ at: pangyo, model: { boot: 30s', `${at}${role}`)
      .replace(/ {2}- at: "15:31"[\s\S]*confirm: write }\n/, '  - { at: "15:40", start: db }\n')
      .replace('restore: grid', 'restore: all');
    const [path] = await pathsOf(cold);
    expect(path?.slice(0, 2)).toEqual([
      [600, 'no power at db@pangyo'],
      [30, 'db@anyang booting'],
    ]);
  }
});
