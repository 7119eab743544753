import { describe, expect, test } from 'vitest';
import { availabilityIn, type Lines, play, recoveriesIn } from './any-model.js';

/** One site whose power is lost after a minute and back a minute later; one service that its crew boots by hand. */
function crewed(servers: number, people: number, each: string, boot = '0s', ends = '+30d'): Lines {
  return [
    'begins: "00:00"',
    `ends: ${ends}`,
    `sites: { here: { model: { crew: { people: ${people}, each: ${each} } } } }`,
    'services:',
    `  web: { at: here, model: { servers: ${servers}, start: manual, boot: ${boot}, notice: 0s } }`,
    'probes: { web: { http: "http://web-here/", every: 1m } }',
    'timeline: [{ at: +1m, power-loss: here }, { at: +2m, restore: here }]',
  ];
}

describe('a crew', () => {
  test.each([
    [1000, 10, 3, 0],
    [32_000, 100, 5, 5],
    [7, 3, 10, 1],
    [1, 5, 2, 2],
  ])('of %i servers with %i people, %i min each and %i min of boot is done when arithmetic says', async (...row) => {
    const [servers, people, each, boot] = row;
    const entries = await play(crewed(servers, people, `${each}m`, `${boot}m`));
    // A minute in the dark, as many rounds as the busiest has servers, and the last boot.
    const minutes = 1 + Math.ceil(servers / people) * each + boot;
    expect(recoveriesIn(entries)).toEqual({ web: minutes * 60 });
  });

  test('whose servers take exponential times ends, on average, when order statistics say', {
    timeout: 60_000,
  }, async () => {
    // All of `people` are busy until the last `people` servers; those end as the greatest of so many exponential times.
    const [servers, people, trials] = [60, 4, 200];
    const harmonic = [1, 2, 3, 4].reduce((sum, n) => sum + 1 / n, 0);
    const expectedMinutes = ((servers - people) / people + harmonic) * 10;
    // The variance of a sum of exponential times, each with its own rate.
    const variance = (servers - people) * (10 / people) ** 2 + [1, 2, 3, 4].reduce((sum, n) => sum + (10 / n) ** 2, 0);
    let sum = 0;
    for (let seed = 1; seed <= trials; seed += 1) {
      const entries = await play(crewed(servers, people, '{ exponential: 10m }', '0s', '+3d'), seed);
      sum += (recoveriesIn(entries).web ?? Number.NaN) / 60 - 1;
    }
    const half = 3.3 * Math.sqrt(variance / trials);
    expect(sum / trials).toBeGreaterThan(expectedMinutes - half);
    expect(sum / trials).toBeLessThan(expectedMinutes + half);
  });
});

/**
 * The queue of Erlang: with `people` servers, Poisson arrivals and exponential service, the mean time that one waits. Here the
 * servers are a crew, an arrival is a unit whose processes were stopped and are started again.
 */
function erlangWaitMinutes(people: number, perMinute: number, serviceMinutes: number): number {
  const load = perMinute * serviceMinutes;
  let term = 1;
  let sum = 1;
  for (let n = 1; n < people; n += 1) {
    term *= load / n;
    sum += term;
  }
  const last = ((term * load) / people) * (people / (people - load));
  return ((last / (sum + last)) * serviceMinutes) / (people - load);
}

test('units that come to a crew at random wait as long, on average, as Erlang says (M/M/c)', {
  timeout: 60_000,
}, async () => {
  const [people, perMinute, serviceMinutes, units] = [3, 0.2, 10, 50];
  const waits: number[] = [];
  for (let seed = 1; seed <= 40; seed += 1) waits.push(await meanWaitOf(seed));
  const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
  const spread = Math.sqrt(waits.reduce((sum, wait) => sum + (wait - mean) ** 2, 0) / (waits.length - 1));
  const expected = erlangWaitMinutes(people, perMinute, serviceMinutes);
  const half = (2.7 * spread) / Math.sqrt(waits.length);
  expect(mean).toBeGreaterThan(expected - half);
  expect(mean).toBeLessThan(expected + half);

  async function meanWaitOf(seed: number): Promise<number> {
    // The first are left out: an empty queue is no queue in balance.
    const names = Array.from({ length: units + 30 }, (_, index) => `u${index}`);
    const instants = arrivalsOf(names.length, perMinute, seed);
    const endMs = (instants.at(-1) ?? 0) + 86_400_000;
    const entries = await play(
      [
        'begins: "00:00"',
        `ends: +${endMs}ms`,
        `sites: { here: { model: { crew: { people: ${people}, each: { exponential: ${serviceMinutes}m } } } } }`,
        'services:',
        ...names.map((name) => `  ${name}: { at: here, model: { start: manual, boot: 0s } }`),
        'probes: { p: { tcp: "u0:1", every: 10m } }',
        'timeline:',
        ...names.flatMap((name, index) => [
          `  - { at: +${(instants[index] ?? 0) - 1}ms, stop: ${name} }`,
          `  - { at: +${instants[index]}ms, restore: ${name} }`,
        ]),
      ],
      seed,
    );
    const began = new Map<string, number>();
    for (const entry of entries) {
      if (entry.entry === 'event' && entry.state === 'booting') began.set(entry.subject.name, entry.atMs);
    }
    const waited = names.slice(30).map((name, index) => (began.get(`${name}@here`) ?? 0) - (instants[index + 30] ?? 0));
    return waited.reduce((sum, ms) => sum + ms, 0) / waited.length / 60_000;
  }
});

/** Instants of a Poisson stream, in whole milliseconds, all different. */
function arrivalsOf(count: number, perMinute: number, seed: number): number[] {
  let state = seed * 2654435761;
  const draw = () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
  let atMs = 60_000;
  return Array.from({ length: count }, () => {
    atMs += Math.max(2, Math.round((-Math.log(1 - draw()) / perMinute) * 60_000));
    return atMs;
  });
}

test('a service in series is up for the product of the shares in which each of what it needs is up', async () => {
  // Periods that divide each other, and phases that meet each in all of its states: then shares are independent.
  const faults = [
    { name: 'a', periodMin: 60, downMin: 6, count: 24 * 4 },
    { name: 'b', periodMin: 24 * 60, downMin: 240, count: 4 },
  ];
  const entries = await play([
    'begins: "00:00"',
    'ends: +4d',
    'services:',
    ...faults.map(({ name }) => `  ${name}: { at: outside, model: { boot: 0s, notice: 0s } }`),
    '  door: { at: outside, needs: [a, b], model: { notice: 0s } }',
    'probes:',
    ...['a', 'b', 'door'].map((name) => `  ${name}: { http: "http://${name}/", every: 1m }`),
    'timeline:',
    ...faults.flatMap(({ name, periodMin, downMin, count }) =>
      Array.from(
        { length: count },
        (_, index) => `  - { at: +${index * periodMin + 10}m, stop: ${name}, for: ${downMin}m }`,
      ),
    ),
  ]);
  const [a, b] = [availabilityIn(entries, 'a'), availabilityIn(entries, 'b')];
  expect(a).toBeCloseTo(0.9, 7);
  expect(b).toBeCloseTo(20 / 24, 7);
  expect(availabilityIn(entries, 'door')).toBeCloseTo(a * b, 7);
});
