import { describe, expect, test } from 'vitest';
import { excessOf, limitsOf, noSamples, type Tally, tallyWith } from '../../src/drill/guards.js';
import type { Engine } from '../../src/engine/engine.js';
import { fault, GOOD, prepare, probe, REFUSED } from './rehearsal.js';

const NEVER_DOWN = { downMs: Number.POSITIVE_INFINITY, leastPercent: 0 };

/** Looks every second that end after 100 ms: `+` is good, `-` is not. The excess after each, by its index. */
function excesses(limits: typeof NEVER_DOWN, looks: string): Record<number, string> {
  let tally: Tally = noSamples;
  const found: Record<number, string> = {};
  [...looks].forEach((look, index) => {
    const sentMs = index * 1000;
    const ok = look === '+';
    tally = tallyWith(tally, { dueMs: sentMs, sentMs, endedMs: sentMs + 100, ok, error: ok ? null : 'refused' });
    const excess = excessOf(limits, tally, sentMs + 100);
    if (excess !== null) found[index] = excess;
  });
  return found;
}

describe('a limit for being down', () => {
  test('counts from the first bad look being sent to the end of the one that is too much', () => {
    expect(excesses({ ...NEVER_DOWN, downMs: 3000 }, '++----')).toEqual({ 5: 'was down for longer than 3 s' });
    expect(excesses({ ...NEVER_DOWN, downMs: 3099 }, '++----')).toHaveProperty('5');
  });

  test('is not reached by being down just so long', () => {
    expect(excesses({ ...NEVER_DOWN, downMs: 3100 }, '++----')).toEqual({});
  });

  test('begins anew with every good look', () => {
    expect(excesses({ ...NEVER_DOWN, downMs: 3000 }, '---+---+---+---')).toEqual({});
  });
});

describe('a limit for availability', () => {
  test('is judged from the twentieth look on, over all since the story began', () => {
    const first = excesses({ ...NEVER_DOWN, leastPercent: 50 }, '-'.repeat(19));
    expect(first).toEqual({});
    expect(excesses({ ...NEVER_DOWN, leastPercent: 50 }, '-'.repeat(20))).toEqual({
      19: 'was available for less than 50 %: 0 of 20 answers were good',
    });
  });

  test('is kept by just so many good looks', () => {
    expect(excesses({ ...NEVER_DOWN, leastPercent: 50 }, '+-'.repeat(20))).toEqual({});
    expect(excesses({ ...NEVER_DOWN, leastPercent: 50 }, `${'+-'.repeat(20)}-`)).toHaveProperty('40');
  });
});

test('limits are those of the family, and each of its probes has them', () => {
  const guard = { down: [{ probe: 'web', limitMs: 60_000 }], availability: [], bystanders: true };
  expect(limitsOf(guard, { ...probe('web@seoul'), family: 'web' })).toEqual({ downMs: 60_000, leastPercent: 0 });
  expect(limitsOf(guard, probe('write'))).toBeNull();
});

describe('a drill whose guard', () => {
  test('finds a probe down for too long is stopped and cured, breaks nothing more, and says why', async () => {
    const drill = prepare({
      moments: [fault(1000, 'f1'), fault(4000, 'f2')],
      guard: { down: [{ probe: 'write', limitMs: 2000 }] },
      engine: { read: refusedFromMs(1500) },
    });
    await drill.run();
    expect(drill.of('end')).toMatchObject([
      { why: 'interrupted', because: 'guard: write was down for longer than 2 s', left: [] },
    ]);
    expect(drill.calls.map((call) => call.split(' for ')[0])).toEqual(['raise', 'perform f1.1', 'cure f1.1', 'lower']);
    const stoppedMs = Number(drill.of('intent').at(-1)?.dueMs);
    expect(stoppedMs).toBeGreaterThan(3500);
    expect(stoppedMs).toBeLessThan(3700);
  });

  test('finds too few good answers is stopped', async () => {
    const drill = prepare({
      guard: { availability: [{ probe: 'write', limitPercent: 60 }] },
      engine: { read: refusedFromMs(2000) },
    });
    await drill.run();
    expect(drill.of('end')[0]?.because).toBe(
      'guard: write was available for less than 60 %: 20 of 34 answers were good',
    );
  });

  test('has no limit that is passed goes on to its end', async () => {
    const drill = prepare({
      guard: { down: [{ probe: 'write', limitMs: 1000 }], availability: [{ probe: 'write', limitPercent: 50 }] },
      engine: { read: refusedFromMs(4500) },
    });
    await drill.run();
    expect(drill.of('end')).toMatchObject([{ why: 'completed' }]);
  });

  test('is looked at in the gate does not count what happened there', async () => {
    let looks = 0;
    const drill = prepare({
      guard: { down: [{ probe: 'write', limitMs: 500 }], availability: [{ probe: 'write', limitPercent: 99 }] },
      engine: { read: async () => (looks++ < 30 ? REFUSED : GOOD) },
    });
    await drill.run();
    expect(drill.of('end')).toMatchObject([{ why: 'completed' }]);
  });
});

describe('bystanders', () => {
  const WEB = { 'container web': 'running', 'volume data': 'local' };

  test('that change stop the drill within five seconds, which names them and leaves the proof to say so too', async () => {
    const drill = prepareLong({
      census: async () => (drill.clock.now() < 6000 ? WEB : { ...WEB, 'container web': 'exited' }),
    });
    await drill.run();
    const because = 'guard: a bystander is not as before: container web was: running; it is: exited';
    const left = ['container web was: running; it is: exited'];
    expect(drill.of('end')).toMatchObject([{ why: 'interrupted', because, left }]);
    expect(drill.clock.now()).toBeLessThanOrEqual(11_000);
    expect(drill.calls.map((call) => call.split(' for ')[0])).toEqual(['raise', 'perform f1.1', 'cure f1.1', 'lower']);
  });

  test('that are gone stop the drill', async () => {
    const drill = prepareLong({ census: async () => (drill.clock.now() < 6000 ? WEB : { 'volume data': 'local' }) });
    await drill.run();
    expect(drill.of('end')[0]?.because).toMatch(/^guard: .* container web is gone/);
  });

  test('that came later are nobody that was there before', async () => {
    const drill = prepareLong({
      census: async (of) => (of === undefined ? WEB : { ...WEB, 'container new': 'running' }),
    });
    await drill.run();
    expect(drill.of('end')).toMatchObject([{ why: 'completed', left: [] }]);
  });

  test('that cannot be looked at have not changed, and are looked at again', async () => {
    let looks = 0;
    const drill = prepareLong({
      async census(of) {
        if (of !== 'bystanders') return WEB;
        looks += 1;
        if (looks < 3) throw new Error('socket hang up');
        return { ...WEB, 'container web': 'exited' };
      },
    });
    await drill.run();
    expect(looks).toBe(3);
    expect(drill.of('end')).toMatchObject([{ why: 'interrupted', left: [] }]);
  });

  test('are not looked at where the scenario says so, nor in a simulation', async () => {
    const looks: unknown[] = [];
    const census: Engine['census'] = async (of) => {
      looks.push(of);
      return WEB;
    };
    await prepareLong({ census }, { bystanders: false }).run();
    await prepareLong({ census, measured: false }).run();
    expect(looks.length).toBeGreaterThan(0);
    expect(looks.filter((of) => of === 'bystanders')).toEqual([]);
  });

  test('that nobody can tell about, because the engine hangs, do not keep the drill from ending', async () => {
    const drill = prepareLong({ census: (of) => (of === 'bystanders' ? new Promise(() => {}) : Promise.resolve(WEB)) });
    await drill.run();
    expect(drill.of('end')).toMatchObject([{ why: 'completed' }]);
  });
});

describe('bystanders that change by themselves or by somebody else', () => {
  const NAMES = ['looper', 'started', 'stopped', 'removed', 'flapping'];
  const AT_REST = Object.fromEntries(NAMES.map((name) => [`container ${name}`, 'as it was']));
  const CHANGES: readonly (readonly [atMs: number, thing: string, change: string])[] = [
    ...[3000, 5000, 9000].flatMap((atMs) => [
      [atMs, 'container looper', 'died'] as const,
      [atMs + 200, 'container looper', 'was started'] as const,
    ]),
    [6000, 'container started', 'was started'],
    [6500, 'container stopped', 'died'],
    [7000, 'container removed', 'died'],
    [7100, 'container removed', 'was removed'],
    [8000, 'container flapping', 'became unhealthy'],
    [12_000, 'container flapping', 'became healthy'],
    [9000, 'network passing', 'was made'],
    [9500, 'network passing', 'was removed'],
  ];

  /** A drill beside them, whose engine tells of every change, or keeps silent about all, and whose censuses differ from the sixth second on. */
  function beside(isHeard: boolean, engine: Partial<Engine> = {}) {
    const drill = prepareLong({
      hasTouched: () => false,
      async watchBystanders(hear, over) {
        hear({
          thing: 'container old',
          change: 'was restarting already before the drill',
          already: true,
          isHelper: false,
        });
        if (!isHeard) return;
        for (const [atMs, thing, change] of CHANGES.toSorted(([a], [b]) => a - b)) {
          await drill.clock.sleepUntil(atMs, over);
          hear({ thing, change, already: false, isHelper: false });
          hear({ thing: 'container old', change: 'died', already: false, isHelper: false });
        }
      },
      census: async () => {
        const isOver = drill.clock.now() > 6000;
        const { 'container removed': _, ...rest } = AT_REST;
        return isOver ? { ...rest, 'container looper': 'restarting', 'container stopped': 'exited' } : AT_REST;
      },
      ...engine,
    });
    return drill;
  }

  const remarksOf = (drill: ReturnType<typeof beside>) => drill.of('warning').map(({ message }) => message);

  test('never stop a drill, are nothing that is left, and get one remark each, which tells what happened', async () => {
    const drill = beside(true);
    await drill.run();
    expect(drill.of('end')).toMatchObject([{ why: 'completed', left: [] }]);
    const who = 'changed by itself or by somebody else';
    expect(remarksOf(drill)).toEqual([
      'container old was restarting already before the drill',
      `container looper ${who}: died (3 times), was started (3 times)`,
      `container started ${who}: was started`,
      `container stopped ${who}: died`,
      `container removed ${who}: died, was removed`,
      `container flapping ${who}: became unhealthy, became healthy`,
      `network passing ${who}: was made, was removed`,
    ]);
    expect(drill.of('proof').at(-1)).toMatchObject({ compared: 2, differences: [] });
  });

  test('get their remark by comparing where the engine breaks off to tell of them', async () => {
    const drill = beside(false);
    await drill.run();
    expect(drill.of('end')).toMatchObject([{ why: 'completed', left: [] }]);
    const who = 'changed by itself or by somebody else';
    expect(remarksOf(drill)).toEqual([
      'container old was restarting already before the drill',
      `container looper ${who}: was: as it was; it is: restarting`,
      `container removed ${who}: is gone; it was: as it was`,
      `container stopped ${who}: was: as it was; it is: exited`,
    ]);
  });

  test('stop it at once where a call of ours had named one of them, and that one is left', async () => {
    const drill = beside(true, { hasTouched: (thing) => thing === 'container stopped' });
    await drill.run();
    expect(drill.of('end')).toMatchObject([
      {
        why: 'interrupted',
        because: 'guard: a bystander is not as before: container stopped died',
        left: ['container stopped was: as it was; it is: exited'],
      },
    ]);
    expect(drill.clock.now()).toBeLessThan(9000);
  });

  test('are counted where they are too many to be named', async () => {
    const drill = beside(true, {
      async watchBystanders(hear) {
        for (let n = 0; n < 50_000; n += 1)
          hear({ thing: `container c${n}`, change: 'was made', already: false, isHelper: false });
      },
      census: async () => AT_REST,
    });
    await drill.run();
    const remarks = remarksOf(drill);
    expect(remarks).toHaveLength(21);
    expect(remarks.at(-1)).toBe('9980 more things on this engine changed by themselves or by somebody else');
  });
});

/** A drill on an engine that measures, with a minute between its fault and its end. */
function prepareLong(engine: Partial<Engine>, guard = {}) {
  return prepare({ engine: { measured: true, ...engine }, guard, durationMs: 60_000 });
}

/** Refuses from so long after the story's beginning on. */
function refusedFromMs(fromMs: number): Engine['read'] {
  let seen = 0;
  // The gate looks ten times, every 100 ms; the story's looks come after them.
  return async () => (seen++ < 10 + fromMs / 100 ? GOOD : REFUSED);
}
