import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Broken, planOf, raiseTestDrill, type TestDrill } from './drills.js';
import { describeOnDocker } from './engine-or-skip.js';
import { type Arrival, arrivalsOf, factsOf, lossOf, unique, violations, type Window, wordsOf } from './facts.js';
import { type Observer, type Sight, type Stand, startObserver } from './observers.js';
import { observePowerLoss, POWER_LOSS } from './power-loss.js';
import { raiseWithoutFiredrill } from './without-firedrill.js';

const UNITS = [
  { name: 'always', site: 'a', restart: 'always', volumes: ['/data'] },
  { name: 'burnt', site: 'a', volumes: ['/data'] },
  { name: 'never', site: 'a' },
  { name: 'stubborn', site: 'a', environment: { STUBBORN: '1' } },
  { name: 'far', site: 'b' },
] as const;

describeOnDocker('what a fault looks like to somebody who is no part of firedrill', () => {
  let drill: TestDrill;
  let stand: Stand;
  beforeAll(async () => {
    drill = await raiseTestDrill(UNITS);
    const { docker, clock, network } = drill;
    const { Image } = await docker.getContainer(await drill.containerOf('far')).inspect();
    stand = { docker, clock, drill: drill.drill, image: Image, networkMode: network };
  });
  afterEach(() => drill.tidy());
  afterAll(() => drill?.close());

  const from = async (unit: string): Promise<Stand> => {
    return { ...stand, networkMode: `container:${await drill.anchorOf(unit)}` };
  };
  const watch = async (unit: string, where: Stand = stand): Promise<Observer> => {
    const address = drill.addressOf(unit);
    const programs = [`stream.pl ${unit} ${address}`, `arrivals.pl ${unit} ${address}`, `names.pl ${unit}`];
    const observer = await startObserver(where, programs);
    await observer.lookUntil((sights) => answersOf(sights, unit).length >= 5);
    return observer;
  };
  const inspect = async (unit: string) => drill.docker.getContainer(await drill.containerOf(unit)).inspect();
  const pass = (ms: number) => drill.clock.sleepUntil(drill.clock.now() + ms);

  test('power-loss: silence, no refusal, a name, no process, no revival; then a cold start with its disk', async () => {
    const [address, volume] = [drill.addressOf('always'), `firedrill-${drill.drill}-always-0`];
    const container = drill.docker.getContainer(await drill.containerOf('always'));
    const neighbour = await startObserver(await from('far'), ['names.pl always']);
    const strikes: Broken[] = [];
    const { facts, dark, observer } = await observePowerLoss(
      stand,
      { name: 'always', address, container, volume },
      async () => {
        const broken = await drill.strike({ kind: 'power-loss', targets: ['always'], volumes: 'kept' });
        strikes.push(broken);
        return broken;
      },
    );
    expect(facts).toEqual(POWER_LOSS(address));
    expect(namesIn(await neighbour.look(), 'always', dark)).toEqual([address]);

    await drill.cure(...strikes);
    const back = after(drill.clock.now());
    const sights = await observer.lookUntil(
      (seen) => answersOf(seen, 'always', back).length >= 5 && wordsOf(seen, 'stream', 'always', back).length > 0,
    );
    const [[old], [anew]] = [answersOf(sights, 'always'), answersOf(sights, 'always', back)];
    expect(anew?.boot).not.toBe(old?.boot);
    expect(anew?.birth).toBe(old?.birth);
    expect(namesIn(sights, 'always', back)).toEqual([address]);
    expect(wordsOf(sights, 'stream', 'always', back)).toEqual([['reset']]);
  });

  test('docker kill is no power loss: it resets, its address and its name are gone', async () => {
    const plain = await raiseWithoutFiredrill(stand);
    const { facts } = await observePowerLoss({ ...stand, networkMode: plain.network }, plain.subject, async () => {
      const atMs = drill.clock.now();
      await plain.subject.container.kill();
      return { atMs, doneMs: drill.clock.now() };
    });
    const violated = violations(POWER_LOSS(plain.subject.address), facts);
    expect(violated).toEqual(expect.arrayContaining(['stream', 'name']));
    expect(facts.stream).toBe('reset');
    expect(facts.name).toContain('gone');
  });

  test('power-loss with its volumes destroyed: what comes back has the name and the address, and no past', async () => {
    const observer = await watch('burnt');
    const broken = await drill.strike({ kind: 'power-loss', targets: ['burnt'], volumes: 'destroyed' });
    await drill.cure(broken);
    const back = after(drill.clock.now());
    const sights = await observer.lookUntil((seen) => answersOf(seen, 'burnt', back).length >= 5);
    const [[old], [anew]] = [answersOf(sights, 'burnt'), answersOf(sights, 'burnt', back)];
    expect(anew?.boot).not.toBe(old?.boot);
    expect(anew?.birth).not.toBe(old?.birth);
    expect(namesIn(sights, 'burnt', back)).toEqual([drill.addressOf('burnt')]);
  });

  test('crash: a reset, then refusals; a restart policy revives it once, without its memory and with its disk', async () => {
    const before = await inspect('always');
    const [revived, dead] = [await watch('always'), await watch('never')];
    const broken = await drill.strike({ kind: 'crash', targets: ['always', 'never'] });
    const crashed = after(sureOf(broken));
    await revived.lookUntil((seen) => answersOf(seen, 'always', crashed).length >= 5);
    await pass(1000);

    const sights = await revived.look();
    expect(factsOf(sights, 'always', begunOf(broken)).stream).toBe('reset');
    const outcomes = arrivalsOf(sights, 'always', crashed).map(({ outcome }) => outcome);
    expect(outcomes.slice(0, outcomes.indexOf('answered'))).toEqual(
      outcomes.filter((outcome) => outcome === 'refused'),
    );
    expect(outcomes[0]).toBe('refused');
    const [[old], [anew]] = [answersOf(sights, 'always'), answersOf(sights, 'always', crashed)];
    expect(anew?.boot).not.toBe(old?.boot);
    expect(anew?.birth).toBe(old?.birth);
    expect((await inspect('always')).RestartCount).toBe(before.RestartCount + 1);

    expect(factsOf(await dead.look(), 'never', begunOf(broken)).stream).toBe('reset');
    const { arrivals, name } = factsOf(await dead.look(), 'never', crashed);
    expect({ arrivals, name }).toEqual({ arrivals: ['refused'], name: [drill.addressOf('never')] });
    expect((await inspect('never')).State.Running).toBe(false);
    await drill.cure(broken);
    await dead.lookUntil((seen) => answersOf(seen, 'never', after(drill.clock.now() - 1000)).length >= 5);
  });

  test('stop: a FIN, then refusals, and no restart policy applies; who ignores it is reset when its grace is over', async () => {
    const [polite, stubborn] = [await watch('always'), await watch('stubborn')];
    const before = await inspect('always');
    const broken = await drill.strike({ kind: 'stop', targets: ['always', 'stubborn'], graceMs: 2000 });
    await pass(2000);
    const window = (unit: string) => after(endOf(broken, unit));
    const begun = begunOf(broken);

    const sights = await polite.look();
    expect(factsOf(sights, 'always', begun).stream).toBe('end');
    const { arrivals, name } = factsOf(sights, 'always', window('always'));
    expect({ arrivals, name }).toEqual({ arrivals: ['refused'], name: [drill.addressOf('always')] });
    const stopped = await inspect('always');
    expect([stopped.State.Running, stopped.RestartCount]).toEqual([false, before.RestartCount]);

    const reluctant = await stubborn.look();
    expect(factsOf(reluctant, 'stubborn', begun).stream).toBe('reset');
    expect(factsOf(reluctant, 'stubborn', { fromMs: begun.fromMs, toMs: begun.fromMs + 1900 }).stream).toBe('tick');
    expect(factsOf(reluctant, 'stubborn', window('stubborn')).arrivals).toEqual(['refused']);
    await drill.cure(broken);
    await polite.lookUntil((seen) => answersOf(seen, 'always', after(drill.clock.now() - 1000)).length >= 5);
  });

  test('freeze: silence, newcomers accepted and then left waiting; thawed, it goes on where it stood', async () => {
    const observer = await watch('always');
    const broken = await drill.strike({ kind: 'freeze', targets: ['always'] });
    const frozen = after(sureOf(broken));
    await pass(3000);
    const { stream, arrivals, name } = factsOf(await observer.look(), 'always', frozen);
    const address = drill.addressOf('always');
    expect({ stream, arrivals, name }).toEqual({ stream: 'silence', arrivals: ['silent'], name: [address] });
    await drill.cure(broken);
    const back = after(drill.clock.now());
    const sights = await observer.lookUntil((seen) => answersOf(seen, 'always', back).length >= 5);
    expect(factsOf(sights, 'always', back).stream).toBe('tick');
    expect(answersOf(sights, 'always', back)[0]?.boot).toBe(answersOf(sights, 'always')[0]?.boot);
  });

  test('partition: silence across the cut, both ways; inside a group and from outside all goes on', async () => {
    const across = await watch('far', await from('always'));
    const [inside, outside] = [await watch('never', await from('always')), await watch('far')];
    const gossip = await Promise.all(['always', 'never', 'far'].map((unit) => gossipAt(unit)));
    const broken = await drill.strike({ kind: 'partition', groups: [['always', 'never'], ['far']], oneWay: false });
    const cut = after(sureOf(broken));
    await pass(4500);

    const silence = { stream: 'silence', arrivals: ['timeout'], name: [drill.addressOf('far')] };
    expect(factsOf(await across.look(), 'far', cut)).toMatchObject(silence);
    expect(factsOf(await inside.look(), 'never', cut)).toMatchObject({ stream: 'tick', arrivals: ['answered'] });
    expect(factsOf(await outside.look(), 'far', cut)).toMatchObject({ stream: 'tick', arrivals: ['answered'] });
    const heard = (await Promise.all(gossip.map((observer) => observer.look()))).flat();
    expect(pathsIn(heard, cut)).toEqual(['always → never', 'never → always']);

    await drill.cure(broken);
    const back = after(drill.clock.now());
    const sights = await across.lookUntil((seen) => wordsOf(seen, 'stream', 'far', back).length >= 5);
    expect(factsOf(sights, 'far', back).stream).toBe('tick');
  });

  test('partition, one way: only what goes from the first group to the second is lost', async () => {
    const gossip = await Promise.all(['always', 'never', 'far'].map((unit) => gossipAt(unit)));
    const broken = await drill.strike({ kind: 'partition', groups: [['always', 'never'], ['far']], oneWay: true });
    const cut = after(sureOf(broken));
    await pass(1500);
    const heard = (await Promise.all(gossip.map((observer) => observer.look()))).flat();
    const open = ['always → never', 'far → always', 'far → never', 'never → always'];
    expect(pathsIn(heard, cut)).toEqual(open);
  });

  test('link with loss: the asked share of what goes between the two is lost, each way, and nothing else', async () => {
    const gossip = await Promise.all(['always', 'never', 'far'].map((unit) => gossipAt(unit)));
    const broken = await drill.strike({ ...LINK, loss: 0.3 });
    const lossy = after(sureOf(broken));
    await pass(6000);
    const heard = (await Promise.all(gossip.map((observer) => observer.look()))).flat();
    // Of 1,200 datagrams the share lies within 0.06 of 0.3 in all but one of 100,000 runs.
    expect(Math.abs(lossOf(heard, 'always', 'far', lossy) - 0.3)).toBeLessThan(0.06);
    expect(Math.abs(lossOf(heard, 'far', 'always', lossy) - 0.3)).toBeLessThan(0.06);
    expect(lossOf(heard, 'never', 'far', lossy)).toBeLessThan(0.01);
    expect(lossOf(heard, 'far', 'never', lossy)).toBeLessThan(0.01);
  });

  test('link with latency: late by what was asked, or refused before the drill where the kernel cannot', async () => {
    const link = { ...LINK, latencyMs: 50 };
    const action = { verb: 'shape', to: ['far'], latencyMs: 50, jitterMs: 0, loss: 0, bandwidthBps: null } as const;
    const plan = planOf(UNITS, action);
    const missing = await drill.engine.examine(plan);
    if (missing.length > 0) {
      expect(missing).toEqual([expect.stringMatching(/^the kernel has no netem, which `latency:`.* need; try /)]);
      return;
    }
    const observer = await watch('far', await from('always'));
    const broken = await drill.strike(link);
    await pass(2000);
    const late = arrivalsOf(await observer.look(), 'far', after(sureOf(broken)));
    // Two round trips: the handshake, and the first line.
    for (const { fromMs, toMs } of late) expect(toMs - fromMs).toBeGreaterThanOrEqual(190);
    expect(late.length).toBeGreaterThan(5);
  });

  async function gossipAt(unit: string): Promise<Observer> {
    const peers = ['always', 'never', 'far'].filter((peer) => peer !== unit);
    const addresses = peers.map((peer) => `${peer}=${drill.addressOf(peer)}`);
    const observer = await startObserver(await from(unit), [`gossip.pl ${unit} ${addresses.join(' ')}`]);
    return observer;
  }
});

const LINK = {
  kind: 'link' as const,
  between: [['always'], ['far']] as const,
  ...{ latencyMs: 0, jitterMs: 0, loss: 0, bandwidthBps: null },
};

function after(fromMs: number): Window {
  return { fromMs, toMs: Number.POSITIVE_INFINITY };
}

/** From the first instant at which it may have taken hold. */
function begunOf({ effects }: Broken): Window {
  return after(Math.min(...effects.map(({ fromMs }) => fromMs)));
}

/** The instant from which it had taken hold for sure, everywhere or on one unit. */
function sureOf({ effects, steps }: Broken, unit?: string): number {
  const own = steps.filter((step) => unit === undefined || step.unit === unit).map(({ id }) => id);
  return 1 + Math.max(...effects.filter(({ step }) => own.includes(step)).map(({ toMs }) => toMs));
}

/** The instant from which a unit's process had ended for sure, which is later than that of its signal. */
function endOf({ effects, steps }: Broken, unit: string): number {
  const own = steps.find((step) => step.unit === unit)?.id;
  return 1 + (effects.find(({ step }) => step === own)?.ended?.toMs ?? Number.NaN);
}

function answersOf(sights: readonly Sight[], unit: string, window: Window = after(0)): Arrival[] {
  return arrivalsOf(sights, unit, window).filter(({ outcome }) => outcome === 'answered');
}

function namesIn(sights: readonly Sight[], unit: string, window: Window): string[] {
  return unique(wordsOf(sights, 'name', unit, window).flat());
}

/** The paths on which anything came through. */
function pathsIn(heard: readonly Sight[], { fromMs }: Window): string[] {
  const came = heard.filter(({ atMs, words }) => words[0] === 'heard' && atMs >= fromMs);
  return unique(came.map(({ words }) => `${words[2]} → ${words[1]}`));
}
