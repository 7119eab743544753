import { describe, expect, test } from 'vitest';
import type { Entry } from '../../../src/journal/journal.js';
import { type Lines, play, recoveriesIn } from './any-model.js';

/** Ten writes a second to a store at all sites, whose leader's site loses its power after an hour: write 36,000 is due then. */
function outage(model: string, timeline: Lines, sites = 'here, there'): Lines {
  return [
    'begins: "00:00"',
    'ends: +3h',
    `sites: { ${sites.replaceAll(/\w+/g, '$&: {}')} }`,
    'services:',
    `  store: { at: [${sites}], model: { takeover: 10m, boot: 0s, notice: 0s, ${model} } }`,
    '  door: { at: outside, needs: [store], model: { notice: 0s } }',
    'probes:',
    '  rows: { http: "http://door/{n}", every: 1s, does: write, ledger: { rate: 10/s, read: "http://door/all" } }',
    'timeline:',
    ...[...timeline, '{ at: +60m, power-loss: here }'].map((line) => `  - ${line}`),
  ];
}

const CUT = '{ at: 00:59:50, partition: { groups: [[here], [there]] } }';
const lossIn = (entries: readonly Entry[]) => entries.find((entry) => entry.entry === 'loss');
const lossOf = async (...args: Parameters<typeof outage>) => lossIn(await play(outage(...args)));
const downIn = (entries: readonly Entry[]) =>
  entries.flatMap((entry) =>
    entry.entry === 'spans' ? entry.spans.flatMap(([fromMs, , ok, error]) => (ok ? [] : [[fromMs, error]])) : [],
  );

describe('a copy that does not wait', () => {
  const store = 'role: standby, replication: async, lag: 5s';

  test('lacks what came since the cut from the one that led, and the lag before', async () => {
    // Ten seconds cut off, and five behind before that.
    expect(await lossOf(store, [CUT])).toMatchObject({ lost: [[35_850, 35_999]], oldestMs: 15_000 });
  });

  test.each([
    ['to', '{ at: 00:59:50, partition: { from: here, to: there } }'],
    ['from', '{ at: 00:59:50, partition: { from: there, to: here } }'],
    ['with a line that loses everything', '{ at: 00:59:50, link: { between: [here, there], loss: 100% } }'],
  ])('lacks the same when only the way %s it is cut', async (_, cut) => {
    expect(await lossOf(store, [cut])).toMatchObject({ lost: [[35_850, 35_999]] });
  });

  test('that was dead until the one that led had gone lacks what came since its own end', async () => {
    const absence = ['{ at: +50m, stop: store@there }', '{ at: +61m, restore: store@there }'];
    expect(await lossOf(store, absence)).toMatchObject({ lost: [[29_950, 35_999]], oldestMs: 605_000 });
  });

  test('that came back in time lacks no more than its lag', async () => {
    const absence = ['{ at: +50m, stop: store@there }', '{ at: +59m, restore: store@there }'];
    expect(await lossOf(store, absence)).toMatchObject({ lost: [[35_950, 35_999]] });
    const cut = '{ at: +50m, partition: { groups: [[here], [there]] }, for: 9m }';
    expect(await lossOf(store, [cut])).toMatchObject({ lost: [[35_950, 35_999]] });
  });

  test('takes over only where none lacks less, wherever it stands in the file', async () => {
    const cuts = [
      '{ at: +58m, partition: { groups: [[here], [there]] } }',
      '{ at: +59m, partition: { groups: [[here], [yonder]] } }',
    ];
    const entries = await play(outage(store, cuts, 'here, there, yonder'));
    expect(lossIn(entries)).toMatchObject({ lost: [[35_350, 35_999]] });
    const led = entries.filter((entry) => entry.entry === 'event' && entry.state === 'leading');
    expect(led).toMatchObject([{ detail: 'from yonder' }]);
  });

  test('of one that led for a while, the first leader lacks what it did not get since', async () => {
    const story = [
      '{ at: +10m, stop: store@here, for: 20m }',
      '{ at: +40m, partition: { groups: [[here], [there]] } }',
      '{ at: +50m, power-loss: there }',
    ];
    // Stopped after 10 min, another led after 20; cut off from that one after 40, which died after 50.
    const lines = outage('role: standby, replication: async', story).slice(0, -1);
    expect(await lossIn(await play(lines))).toMatchObject({ lost: [[24_000, 29_999]] });
  });
});

describe('a leader without a majority', () => {
  const THREE = 'here, there, yonder';
  const cut = '{ at: 00:59:40, partition: { groups: [[here], [there, yonder]] } }';
  const led = (more: string) => outage(`role: leader, replication: async, lag: 1s${more}`, [cut], THREE);

  test('takes writes until it steps down, which are lost with the lag before', async () => {
    const entries = await play(led(', step-down: 15s'));
    expect(lossIn(entries)).toMatchObject({ lost: [[35_790, 35_949]], oldestMs: 16_000 });
    expect(downIn(entries)[0]).toEqual([3_595_000, 'unavailable']);
  });

  test('takes none at once where nothing is said of stepping down', async () => {
    const entries = await play(led(''));
    expect(lossIn(entries)).toMatchObject({ lost: [[35_790, 35_799]], oldestMs: 1000 });
    expect(downIn(entries)[0]).toEqual([3_580_000, 'unavailable']);
  });

  test('takes none any more when its power goes, or when another leads, however slow it is to step down', async () => {
    const dark = await play(led(', step-down: 1h'));
    expect(lossIn(dark)).toMatchObject({ lost: [[35_790, 35_999]], oldestMs: 21_000 });
    expect(downIn(dark)[0]).toEqual([3_600_000, 'unavailable']);
    const alive = await play(led(', step-down: 1h').slice(0, -1));
    // Ten minutes until another leads: 600 s and one of lag. Nobody was without an answer.
    expect(lossIn(alive)).toMatchObject({ lost: [[35_790, 41_799]], oldestMs: 601_000 });
    expect(downIn(alive)).toEqual([]);
  });

  test('that sees its majority again in time has lost nothing', async () => {
    const healed = outage('role: leader, replication: async, lag: 1s, step-down: 15s', [], THREE).slice(0, -1);
    const entries = await play([...healed, `  - ${cut.replace(' } }', ' }, for: 14s }')}`]);
    expect(lossIn(entries)).toMatchObject({ lost: [] });
    expect(downIn(entries)).toEqual([]);
  });
});

describe('a copy that is kept in step', () => {
  const store = 'role: standby, replication: sync';

  test('is waited for while it lives out of reach, and loses nothing when it takes over', async () => {
    const entries = await play(outage(store, [CUT]));
    expect(downIn(entries)).toEqual([
      [3_590_000, 'timeout'],
      [3_600_000, 'unavailable'],
    ]);
    expect(lossIn(entries)).toMatchObject({ lost: [] });
    const down = entries.flatMap((entry) => (entry.entry === 'spans' ? entry.spans.filter(([, , ok]) => !ok) : []));
    expect(down.at(-1)?.[1]).toBe(4_200_000);
  });

  test('is not waited for while another is in reach, which then is the one that takes over', async () => {
    const cut = '{ at: +50m, partition: { groups: [[here], [there]] } }';
    const entries = await play(outage(store, [cut], 'here, there, yonder'));
    expect(downIn(entries)[0]).toEqual([3_600_000, 'unavailable']);
    expect(lossIn(entries)).toMatchObject({ lost: [] });
    const leading = entries.filter((entry) => entry.entry === 'event' && entry.state === 'leading');
    expect(leading).toMatchObject([{ detail: 'from yonder' }]);
  });

  test('is not waited for when it is dead, and does not take over with less than the one that led had', async () => {
    const absence = [
      '{ at: +50m, stop: store@there }',
      '{ at: +61m, restore: store@there }',
      '{ at: +2h, restore: here }',
    ];
    const entries = await play(outage(store, absence));
    expect(downIn(entries)[0]).toEqual([3_600_000, 'unavailable']);
    expect(lossIn(entries)).toMatchObject({ lost: [] });
    expect(recoveriesIn(entries)).toEqual({ rows: 3600 });
    const behind = await play(outage(store.replace('sync', 'async'), absence));
    expect(recoveriesIn(behind)).toEqual({ rows: 600 });
  });
});

describe('a leader that lost its disks', () => {
  const BURNT = '{ at: +60m, power-loss: { of: here, volumes: destroyed }, for: 1m }';
  const DEAD = '{ at: +50m, stop: store@there, for: 1h }';
  const burn = (store: string, timeline: Lines) => play(outage(`role: standby, ${store}`, timeline).slice(0, -1));

  test('is back before the takeover and leads no more: it has nothing, and the copy has all', async () => {
    const entries = await burn('replication: async', [BURNT]);
    expect(recoveriesIn(entries)).toEqual({ rows: 600 });
    expect(lossIn(entries)).toMatchObject({ lost: [] });
  });

  test('leads on without any write where the only copy is dead and nobody waits', async () => {
    const entries = await burn('replication: async', [DEAD, BURNT]);
    expect(recoveriesIn(entries)).toEqual({ rows: 600 });
    expect(lossIn(entries)).toMatchObject({ lost: [[0, 35_999]] });
  });

  test('does not where copies are kept in step, and neither does the copy that lacks what came since its end', async () => {
    const entries = await burn('replication: sync', [DEAD, BURNT]);
    expect(recoveriesIn(entries)).toEqual({ rows: Number.POSITIVE_INFINITY });
  });

  test('begins anew where none has anything, and a spare that nobody started has nothing', async () => {
    const spare = 'replication: sync } , spare: there, environment: { A: b';
    const entries = await burn(spare, [BURNT]);
    expect(recoveriesIn(entries)).toEqual({ rows: 60 });
    expect(lossIn(entries)).toMatchObject({ lost: [[0, 35_999]] });
  });
});
