import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Lines, play, recoveriesIn } from './any-model.js';

/** A world of three services at two sites, one of which loses its power; every time in it is fixed. */
interface World {
  readonly people: number;
  readonly eachMin: number;
  readonly servers: readonly number[];
  readonly bootMin: number;
  readonly repairHours: number;
  readonly darkHours: number;
  readonly shares: readonly number[];
  readonly evenly: boolean;
  readonly blindMin: number;
  /** Which of the services before it each one needs, and which is a tool for it. */
  readonly needs: readonly (readonly number[])[];
  readonly tools: readonly (readonly number[])[];
  readonly idle: number;
}

const anyWorld: fc.Arbitrary<World> = fc.record({
  people: fc.integer({ min: 1, max: 40 }),
  eachMin: fc.integer({ min: 1, max: 20 }),
  servers: fc.tuple(
    fc.integer({ min: 1, max: 200 }),
    fc.integer({ min: 1, max: 200 }),
    fc.integer({ min: 1, max: 200 }),
  ),
  bootMin: fc.integer({ min: 0, max: 20 }),
  repairHours: fc.integer({ min: 0, max: 5 }),
  darkHours: fc.integer({ min: 1, max: 10 }),
  shares: fc
    .tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }))
    .map(([a, b]) => [a, b].sort((x, y) => x - y)),
  evenly: fc.boolean(),
  blindMin: fc.integer({ min: 0, max: 600 }),
  needs: fc.tuple(fc.constant([]), fc.subarray([0]), fc.subarray([0, 1])),
  tools: fc.tuple(fc.constant([]), fc.subarray([0]), fc.subarray([0, 1])),
  idle: fc.integer({ min: 1, max: 500 }),
});

const NAMES = ['one', 'two', 'three'];

function linesOf(world: World, more: Lines = []): Lines {
  const { people, eachMin, servers, bootMin, repairHours, darkHours, shares, evenly, blindMin } = world;
  const named = (indices: readonly number[]) => `[${indices.map((index) => NAMES[index]).join(', ')}]`;
  return [
    'begins: "00:00"',
    'ends: +60d',
    'sites:',
    '  here:',
    '    model:',
    `      power: { 0s: ${shares[0]}%, 3h: ${shares[1]}%, 9h: 100% }`,
    `      power-order: ${evenly ? 'evenly' : 'file'}`,
    `      crew: { people: ${people}, each: ${eachMin}m }`,
    `      monitoring: one`,
    `      notice: 2m`,
    `      blind: ${blindMin}m`,
    `      access: 30m`,
    '  there: {}',
    'services:',
    ...NAMES.map((name, index) => {
      const repair = index === 2 && repairHours > 0 ? `, repair: ${repairHours * 3600}GB at 1GB/s` : '';
      const model = `servers: ${servers[index]}, start: manual, boot: ${bootMin}m, tools: ${named(world.tools[index] ?? [])}`;
      return `  ${name}: { at: here, needs: ${named(world.needs[index] ?? [])}, model: { ${model}${repair} } }`;
    }),
    ...more,
    'probes:',
    ...NAMES.map((name) => `  ${name}: { http: "http://${name}-here/", every: 1m }`),
    `timeline: [{ at: +1h, power-loss: here }, { at: +${1 + darkHours}h, restore: here }]`,
  ];
}

const recoveriesOf = async (world: World, more: Lines = []) => recoveriesIn(await play(linesOf(world, more)));
const runs = { numRuns: 40 };

test('more people in a crew never make a recovery later, where every time is fixed', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(anyWorld, fc.integer({ min: 1, max: 40 }), async (world, more) => {
      const [few, many] = [await recoveriesOf(world), await recoveriesOf({ ...world, people: world.people + more })];
      for (const name of NAMES) expect(many[name]).toBeLessThanOrEqual(few[name] ?? Number.NaN);
    }),
    runs,
  );
});

test('removing a need never makes a recovery later, nor a tool where everybody has hands enough', {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(anyWorld, fc.constantFrom('needs', 'tools'), fc.nat(2), async (some, key, index) => {
      // With few hands, who waits no longer for a tool may take them from somebody for whom others wait.
      const world = key === 'tools' ? { ...some, people: 600 } : some;
      const without = { ...world, [key]: world[key].map((list, at) => (at === index ? list.slice(1) : list)) };
      const [before, after] = [await recoveriesOf(world), await recoveriesOf(without)];
      for (const name of NAMES) expect(after[name]).toBeLessThanOrEqual(before[name] ?? Number.NaN);
    }),
    runs,
  );
});

test('a service that nobody asks, at a site where nothing happens, never matters', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(anyWorld, async (world) => {
      const idle = `  idle: { at: there, model: { servers: ${world.idle}, capacity: 1, demand: 1 } }`;
      expect(await recoveriesOf(world, [idle])).toEqual(await recoveriesOf(world));
    }),
    runs,
  );
});

test('the same seed gives the same journal, and a model without chance gives it with every seed', {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(anyWorld, fc.nat(), fc.nat(), async (world, seed, other) => {
      const [one, two] = [await play(linesOf(world), seed), await play(linesOf(world), seed)];
      expect(two).toEqual(one);
      expect((await play(linesOf(world), other)).slice(1)).toEqual(one.slice(1));
    }),
    { numRuns: 20 },
  );
});
