import { describe, expect, test } from 'vitest';
import type { Entry, Span } from '../../../src/journal/journal.js';
import { availabilityIn, type Lines, play, recoveriesIn } from './any-model.js';

const MINUTE = 60;

/** Two sites of which the first loses its power after an hour, for good unless `more` says otherwise. */
function outage(services: Lines, probes: Lines, model = '{}', timeline: Lines = []): Lines {
  return [
    'begins: "00:00"',
    'ends: +3d',
    `sites: { here: { model: ${model} }, there: {}, yonder: {} }`,
    'services:',
    ...services.map((line) => `  ${line}`),
    'probes:',
    ...probes.map((name) => `  ${name}: { http: "http://${name}/", every: 1m, does: write }`),
    'timeline:',
    '  - { at: +1h, power-loss: here }',
    ...timeline.map((line) => `  - ${line}`),
  ];
}

const door = (name: string, needs: string) => `${name}: { at: outside, needs: [${needs}], model: { notice: 0s } }`;
const spansOf = (entries: readonly Entry[], probe: string): readonly Span[] =>
  entries.flatMap((entry) => (entry.entry === 'spans' && entry.probe === probe ? entry.spans : []));

describe('a takeover', () => {
  const store = (extra: string) =>
    `store: { at: [here, there], model: { role: standby, takeover: 10m, notice: 0s${extra} } }`;

  test('by a standby needs no majority, and takes its time', async () => {
    expect(recoveriesIn(await play(outage([store(''), door('users', 'store')], ['users'])))).toEqual({ users: 600 });
  });

  test('is not needed to begin with where a spare stands first', async () => {
    const store =
      'store: { at: [yonder, here, there], spare: yonder, model: { role: standby, takeover: 10m, notice: 0s } }';
    expect(recoveriesIn(await play(outage([store, door('users', 'store')], ['users'])))).toEqual({ users: 600 });
  });

  test('is no matter of a command at the console of one that does not lead', async () => {
    const step = "{ at: +30m, runbook: [{ step: look, runs-from: store@there, exec: 'true' }] }";
    const entries = await play(outage([store(''), door('users', 'store')], ['users'], '{}', [step]));
    const done = entries.find((entry) => entry.entry === 'runbook' && entry.state === 'done');
    expect(done?.atMs).toBeLessThan(31 * MINUTE * 1000);
  });

  test('gives the lead to the first that is started where all are spares, though copies are kept in step', async () => {
    const model = 'model: { role: standby, replication: sync, takeover: 10s }';
    const store = `store: { at: [here, there], spare: [here, there], ${model} }`;
    const users = 'users: { at: outside, needs: [store], model: { needs-softly: [store] } }';
    const entries = await play(outage([store, users], ['users'], '{}', ['{ at: +2h, start: store@there }']));
    const leading = entries.filter((entry) => entry.entry === 'event' && entry.state === 'leading');
    expect(leading).toMatchObject([{ subject: { name: 'store' }, detail: 'from there' }]);
  });

  test('waits for its controller, which is told with where that is', async () => {
    const services = [
      'control: { at: here, model: { boot: 5m } }',
      store(', controller: control'),
      door('users', 'store'),
    ];
    const restore = ['{ at: +3h, restore: control }'];
    const entries = await play(outage(services, ['users'], '{}', restore));
    // Two hours without the controller, its boot, the takeover.
    expect(recoveriesIn(entries)).toEqual({ users: (120 + 5 + 10) * MINUTE });
    const blocked = entries.flatMap((entry) => (entry.entry === 'event' && entry.state === 'blocked' ? [entry] : []));
    expect(blocked).toMatchObject([{ subject: { name: 'store' }, detail: 'control is only at here' }]);
  });

  test.each([
    [['here', 'there'], Number.POSITIVE_INFINITY],
    [['here', 'there', 'yonder'], 600],
  ])('directed by controllers at %j, of which one is dark, needs most of them', async (sites, seconds) => {
    const services = [
      `control: { at: [${sites.join(', ')}], model: {} }`,
      store(', controller: control'),
      door('users', 'store'),
    ];
    expect(recoveriesIn(await play(outage(services, ['users'])))).toEqual({ users: seconds });
  });

  test('waits for its tools', async () => {
    const services = ['desk: { at: here, model: { boot: 0s } }', store(', tools: [desk]'), door('users', 'store')];
    const entries = await play(outage(services, ['users'], '{}', ['{ at: +2h, restore: desk }']));
    expect(recoveriesIn(entries)).toEqual({ users: 70 * MINUTE });
  });

  test('of a copy that lags loses the writes of its lag, and none of one in step', async () => {
    const ledger = (replication: string) =>
      [...outage([store(`, ${replication}`), door('users', 'store')], [])].map((line) =>
        line === 'probes:'
          ? 'probes:\n  users: { http: "http://users/{n}", every: 1s, does: write, ledger: { rate: 10/s, read: "http://users/all" } }'
          : line,
      );
    const lossOf = async (replication: string) =>
      (await play(ledger(replication))).find((entry) => entry.entry === 'loss');
    expect(await lossOf('replication: async, lag: 5s')).toMatchObject({ lost: [[35_950, 35_999]], oldestMs: 5000 });
    expect(await lossOf('replication: sync')).toMatchObject({ lost: [], oldestMs: 0 });
  });
});

describe('what a service needs', () => {
  test('at its own site is not had from another', async () => {
    const services = (model: string) => [
      'cache: { at: [here, there], model: { notice: 0s } }',
      `app: { at: there, needs: [cache], model: { notice: 0s${model} } }`,
    ];
    const cut = ['{ at: +2h, stop: cache@there, for: 1h }', '{ at: +70m, restore: here }'];
    const availability = async (model: string) =>
      availabilityIn(await play(outage(services(model), ['app'], '{}', cut)), 'app');
    expect(await availability('')).toBe(1);
    expect(await availability(', needs-here: [cache]')).toBeLessThan(0.99);
  });

  test('softly makes it slower and not down', async () => {
    const services = [
      'ads: { at: here, model: { notice: 0s } }',
      'app: { at: there, needs: [ads], model: { latency: 10ms, needs-softly: [ads], slower: 70ms } }',
    ];
    const spans = spansOf(await play(outage(services, ['app'])), 'app');
    expect(spans.map(([fromMs, , ok, , latencyMs]) => [fromMs, ok, latencyMs])).toEqual([
      [0, true, 12],
      [3_600_000, true, 80],
    ]);
  });

  test('is not there with fewer units than its quorum', async () => {
    const services = (quorum: number) => [
      `keeper: { at: [here, there, yonder], model: { notice: 0s, quorum: ${quorum} } }`,
      door('users', 'keeper'),
    ];
    const seconds = async (quorum: number) => recoveriesIn(await play(outage(services(quorum), ['users']))).users;
    expect([await seconds(2), await seconds(3)]).toEqual([0, Number.POSITIVE_INFINITY]);
  });
});

describe('load', () => {
  const app = (extra: string) =>
    `app: { at: [here, there], model: { notice: 0s, servers: 10, capacity: 10, demand: 150${extra} } }`;

  test('beyond what is left is shed, and the rest is answered', async () => {
    const spans = spansOf(await play(outage([app(''), door('users', 'app')], ['users'])), 'users');
    expect(spans.at(-1)?.[2]).toBe(false);
    expect(spans.at(-1)?.[3]).toBe('overloaded');
    expect(spans.at(-1)?.[5]).toBeCloseTo(100 / 150, 6);
  });

  const sharesOf = async (lines: Lines, probe: string) =>
    spansOf(await play(lines), probe).map(([fromMs, , ok, , , share]) => [fromMs, share ?? Number(ok)]);

  test('of one unit that is asked itself is its part of the whole, whoever carries the rest', async () => {
    // Of 200 that all carry 150 are asked, then of 100.
    for (const services of [[app('')], [app(''), door('users', 'app')]]) {
      const [before, after] = await sharesOf(outage(services, ['app-there']), 'app-there');
      expect(before).toEqual([0, 1]);
      expect(after?.[0]).toBe(3_600_000);
      expect(after?.[1]).toBeCloseTo(100 / 150, 6);
    }
  });

  test('of one unit that is asked itself is less while clients ask the dead one too, and none where nobody asks it', async () => {
    const noticed = app('').replace('notice: 0s', 'notice: 5m');
    const back = ['{ at: +2h, restore: here }'];
    const [here, there] = [
      await sharesOf(outage([noticed, door('users', 'app')], ['app-here'], '{}', back), 'app-here'),
      await sharesOf(outage([noticed, door('users', 'app')], ['app-there'], '{}', back), 'app-there'),
    ];
    // Back in 2 s, and believed in five minutes later: until then nobody but the probe asks it.
    expect(here).toEqual([
      [0, 1],
      [3_600_000, 0],
      [7_200_000, 0],
      [7_202_000, 1],
    ]);
    const relievedMs = 7_202_000 + 300_000;
    expect(there.map(([fromMs]) => fromMs)).toEqual([0, 3_600_000, relievedMs]);
    expect(there[1]?.[1]).toBeCloseTo(100 / 150, 6);
  });

  test('comes from all clients evenly, also where each asks only the one at its own site', async () => {
    const pages = 'page: { at: [here, there], needs: [app], model: { notice: 0s, needs-here: [app] } }';
    const probes = ['page-there', 'app-there'];
    const lines = outage([app(''), pages], probes, '{}', ['{ at: +30m, stop: page-here }']);
    for (const probe of probes) {
      const [before, after] = await sharesOf(lines, probe);
      expect(before).toEqual([0, 1]);
      // All users come through the page that is left, to the 100 of its own site.
      expect(after?.[0]).toBe(1_800_000);
      expect(after?.[1]).toBeCloseTo(100 / 150, 6);
    }
  });

  test('of a client that is cut off from some goes to the others, beside their part of what the other clients ask', async () => {
    const pages = 'page: { at: [here, there], needs: [app], model: { notice: 0s } }';
    const cut = '{ at: +30m, partition: { groups: [[page-here], [app-there]] } }';
    const probes = ['app-here', 'app-there', 'page-here', 'page-there'];
    const entries = await play(outage([app(''), pages], probes, '{}', [cut]).filter((line) => !line.includes('power')));
    const shares = probes.map((probe) => spansOf(entries, probe).at(-1)?.[5] ?? 1);
    // Of 150 here gets 75 and half of the other 75: 112.5 for its 100. There is asked for 37.5.
    expect(shares).toEqual([100 / 112.5, 1, 100 / 112.5, 1].map((share) => expect.closeTo(share, 6)));
  });

  test('of users who come back decays by its half-life, and is carried when it is no more than the capacity', async () => {
    const surge =
      'app: { at: here, model: { notice: 0s, boot: 0s, servers: 10, capacity: 10, demand: 80, reconnect: { factor: 2, half-life: 10m } } }';
    const entries = await play(outage([surge, door('users', 'app')], ['users'], '{}', ['{ at: +2h, restore: here }']));
    // Good is at least 19 of 20: 80 (1 + 2^-x) = 100 / 0.95, so x = -log2(100 / 76 - 1) half-lives after the hour in the dark.
    const halves = -Math.log2(100 / 76 - 1);
    expect(recoveriesIn(entries).users).toBeCloseTo(3600 + halves * 600, 2);
  });
});

describe('servers', () => {
  const crewed = (model: string, site: string, timeline: Lines = ['{ at: +2h, restore: here }']) =>
    outage(
      [`app: { at: here, model: { notice: 0s, start: manual, boot: 0s, ${model} } }`, door('users', 'app')],
      ['users'],
      site,
      timeline,
    );
  const minutesOf = async (lines: Lines) => (recoveriesIn(await play(lines)).users ?? Number.NaN) / MINUTE - MINUTE;

  test('get power in the steps of their site', async () => {
    const site = '{ power: { 0s: 50%, 5h: 100% }, crew: { people: 100, each: 1m } }';
    expect(await minutesOf(crewed('servers: 100', site))).toBe(5 * 60 + 1);
  });

  test('that carry enough serve before the last of them is up', async () => {
    const site = '{ power: { 0s: 50%, 5h: 100% }, crew: { people: 1, each: 1m } }';
    expect(await minutesOf(crewed('servers: 100, capacity: 1, demand: 30', site))).toBe(30);
  });

  test('wait until people noticed, decided and have access, and longer when their monitoring is dark', async () => {
    const site = '{ crew: { people: 1, each: 1m }, monitoring: eye, notice: 10m, blind: 3h, decide: 20m, access: 30m }';
    const lines = (place: string) =>
      crewed('servers: 1', site).flatMap((line) =>
        line === 'services:' ? [line, `  eye: { at: ${place}, model: {} }`] : [line],
      );
    // Noticed in the light long before the power is back, in the dark two hours after.
    expect(await minutesOf(lines('there'))).toBe(1);
    expect(
      await minutesOf(
        lines('here')
          .filter((line) => !line.includes('restore'))
          .concat('  - { at: +2h, restore: app }'),
      ),
    ).toBe(120 + 20 + 30 + 1);
  });

  test('repair their data before they answer', async () => {
    const site = '{ crew: { people: 1, each: 1m } }';
    expect(await minutesOf(crewed('servers: 1, repair: 3.6TB at 100MB/s', site))).toBe(600 + 1);
  });

  test('that lose their power again in the middle begin anew', async () => {
    const site = '{ crew: { people: 1, each: 1m } }';
    const again = ['{ at: +2h, restore: here }', '{ at: +150m, power-loss: here }', '{ at: +3h, restore: here }'];
    const entries = await play(crewed('servers: 60', site, again));
    expect(spansOf(entries, 'users').at(-1)?.[0]).toBe(4 * 3_600_000);
  });
});

test('a story that a guard stops ends at the instant at which the limit is reached', async () => {
  const lines = outage(['app: { at: here, model: {} }'], []).map((line) =>
    line === 'probes:' ? 'guard: { down: { app: 5m } }\nprobes:\n  app: { http: "http://app-here/", every: 1m }' : line,
  );
  const entries = await play(lines);
  expect(entries.at(-1)).toMatchObject({
    entry: 'end',
    why: 'interrupted',
    because: 'guard: app was down for longer than 5 min',
  });
  expect(spansOf(entries, 'app').at(-1)?.[1]).toBe(65 * 60_000);
});

test('a guard of availability stops when the share of good looks since the beginning falls below it', async () => {
  const lines = outage(['app: { at: here, model: {} }'], []).map((line) =>
    line === 'probes:'
      ? 'guard: { availability: { app: 50% } }\nprobes:\n  app: { http: "http://app-here/", every: 1m }'
      : line,
  );
  expect(spansOf(await play(lines), 'app').at(-1)?.[1]).toBe(2 * 3_600_000);
});

test('a takeover is not begun by a controller that goes down in the same moment, wherever it stands in the file', async () => {
  const services = [
    'store: { at: [here, there], model: { role: standby, controller: control, takeover: 10m, notice: 0s } }',
    'control: { at: here, model: { boot: 0s } }',
    door('users', 'store'),
  ];
  const entries = await play(outage(services, ['users'], '{}', ['{ at: +65m, restore: control }']));
  expect(recoveriesIn(entries)).toEqual({ users: (5 + 10) * MINUTE });
});
