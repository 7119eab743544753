import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { RULES } from '../../../src/engine/engine.js';
import type { Ask, Probe } from '../../../src/scenario/scenario.js';
import { type Broken, planOf, raiseTestDrill, type TestDrill } from './drills.js';
import { describeOnDocker } from './engine-or-skip.js';
import { rateOf, type Window } from './facts.js';
import { type Sight, type Stand, startObserver } from './observers.js';

const UNITS = [
  { name: 'one', site: 'a' },
  { name: 'two', site: 'a' },
  { name: 'far', site: 'b' },
] as const;
const PLAIN = { latencyMs: 0, jitterMs: 0, loss: 0, bandwidthBps: null };
const LINK = { kind: 'link' as const, between: [['one', 'two'], ['far']] as const, ...PLAIN };

describeOnDocker('a fault of the network is one of the network, and not of whoever sends', () => {
  let drill: TestDrill;
  let stand: Stand;
  beforeAll(async () => {
    const narrow = planOf(UNITS, { verb: 'shape', to: ['far'], ...PLAIN, bandwidthBps: 1_000_000 });
    drill = await raiseTestDrill(UNITS, { name: 'network', faults: narrow.faults });
    const { docker, clock, network } = drill;
    const { Image } = await docker.getContainer(await drill.containerOf('far')).inspect();
    stand = { docker, clock, drill: drill.drill, image: Image, networkMode: network };
  });
  afterEach(() => drill.tidy());
  afterAll(() => drill?.close());

  const observe = async (unit: string, ...programs: string[]) =>
    startObserver({ ...stand, networkMode: `container:${await drill.anchorOf(unit)}` }, programs);
  const pass = (ms: number) => drill.clock.sleepUntil(drill.clock.now() + ms);
  const drain = (unit: string) => `drain.pl ${unit} ${drill.addressOf(unit)}`;

  test('partition and a link that loses everything: who sends a datagram is told nothing on either side, and is not heard', async () => {
    const gossip = await Promise.all([gossipAt('one', 'far'), gossipAt('two', 'far'), gossipAt('far', 'one', 'two')]);
    const broken = [
      await drill.strike({ kind: 'partition', groups: [['far'], ['one']], oneWay: false }),
      await drill.strike({ ...LINK, between: [['two'], ['far']], loss: 1 }),
    ];
    const cut = after(Math.max(...broken.map(sureOf)) + 200);
    await pass(1000);
    const sights = (await Promise.all(gossip.map((one) => one.look()))).flat();
    expect(sights.filter(({ words }) => words[0] === 'told')).toEqual([]);
    expect(within(sights, cut).filter(({ words }) => words[0] === 'heard')).toEqual([]);
    expect(sights.some(({ words }) => words[0] === 'heard')).toBe(true);
  });

  test('link with loss: a transfer over TCP collapses, though it is far from what the line can carry', async () => {
    const sink = await observe('far', 'sink.pl one');
    await sink.lookUntil((sights) => sights.length > 0);
    await observe('one', `drip.pl ${drill.addressOf('far')} 40000000`);
    await pass(1000);
    const free = rateOf(await sink.look(), 'one', after(drill.clock.now() - 800));
    expect(free).toBeGreaterThan(20_000_000);
    const broken = await drill.strike({ ...LINK, loss: 0.3 });
    await pass(3000);
    const lossy = rateOf(await sink.look(), 'one', after(sureOf(broken) + 500));
    expect(lossy).toBeLessThan(free / 3);
  });

  test('link with a bandwidth: those who send at once share it; when it is cured, the kernels hold what they held before', async () => {
    const before = await held();
    const bandwidthBps = 20_000_000;
    const observer = await observe('far', drain('one'), drain('two'));
    const both = (sights: readonly Sight[], window: Window) =>
      rateOf(sights, 'one', window) + rateOf(sights, 'two', window);
    const broken = await drill.strike({ ...LINK, bandwidthBps });
    await pass(4000);
    const shared = both(await observer.look(), after(drill.clock.now() - 3000));
    expect(shared).toBeGreaterThan(0.7 * bandwidthBps);
    expect(shared).toBeLessThan(1.2 * bandwidthBps);
    expect(await held()).not.toEqual(before);
    await drill.cure(broken);
    expect(await held()).toEqual(before);
    const free = after(drill.clock.now() + 300);
    await pass(1500);
    expect(both(await observer.look(), free)).toBeGreaterThan(3 * bandwidthBps);
  });

  test('what cuts outside off cuts off who looks from there, and not who looks from within', async () => {
    const look = (ask: Ask) => drill.engine.read(probe(ask), 1, drill.clock.now() + 800);
    const tcp = { kind: 'tcp', host: 'one', port: 9000 } as const;
    const exec = { kind: 'exec', host: 'one', command: ['true'] } as const;
    for (const groups of [
      [['one'], ['far', 'outside']],
      [['outside'], ['one']],
    ]) {
      const broken = await drill.strike({ kind: 'partition', groups, oneWay: false });
      await drill.clock.sleepUntil(sureOf(broken));
      expect(await look(tcp)).toEqual({ ok: false, error: 'timeout' });
      expect(await look({ ...tcp, host: 'two' })).toMatchObject({ ok: true });
      expect(await look(exec)).toMatchObject({ ok: true });
      await drill.cure(broken);
      expect(await look(tcp)).toMatchObject({ ok: true });
    }
    await drill.strike({ ...LINK, between: [['one'], ['outside']], loss: 1 });
    expect(await look(tcp)).toEqual({ ok: false, error: 'timeout' });
    expect(await look({ ...tcp, host: 'two' })).toMatchObject({ ok: true });
  });

  /** What the kernels hold; the engine is also used by others. */
  async function held() {
    const census = Object.entries(await drill.engine.census());
    return Object.fromEntries(census.filter(([name]) => name.startsWith(RULES)));
  }

  async function gossipAt(unit: string, ...peers: string[]) {
    const addresses = peers.map((peer) => `${peer}=${drill.addressOf(peer)}`);
    const observer = await observe(unit, `gossip.pl ${unit} ${addresses.join(' ')}`);
    await observer.lookUntil((sights) => sights.length > 0);
    return observer;
  }
});

function probe(ask: Ask): Probe {
  const { host } = ask;
  return { name: host, family: host, site: null, does: 'read', everyMs: 100, timeoutMs: 800, ask };
}

function sureOf({ effects }: Broken): number {
  return Math.max(...effects.map(({ toMs }) => toMs));
}

function after(fromMs: number): Window {
  return { fromMs, toMs: Number.POSITIVE_INFINITY };
}

function within(sights: readonly Sight[], { fromMs, toMs }: Window): Sight[] {
  return sights.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
}
