import { describe, expect, test } from 'vitest';
import { type VirtualClock, virtualClock } from '../src/clock.js';
import { type DrillOptions, runDrill } from '../src/drill.js';
import type { Effect, Engine } from '../src/engine/engine.js';
import { EnvironmentError } from '../src/errors.js';
import { type Entry, openJournal, unfoldSamples } from '../src/journal.js';
import type { Moment, Plan, Step } from '../src/plan/plan.js';
import type { Probe } from '../src/scenario/scenario.js';

const EPOCH_MS = Date.parse('2022-10-15T06:29:30.250Z');

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
  test('a drill does not start in a burning building', async () => {
    const drill = prepare({ engine: { read: async () => ({ ok: false, error: 'refused' }) } });
    await drill.run();
    expect(drill.of('steady')).toMatchObject([{ ok: false, because: expect.stringContaining('write (refused)') }]);
    expect(drill.of('end')).toMatchObject([{ why: 'unsteady' }]);
    expect(drill.of('begin').length + drill.of('intent').length).toBe(0);
    expect(drill.calls).toEqual(['raise', 'lower']);
  });

  test('the gate opens only after every probe was good for so long without a break', async () => {
    const drill = prepare({ engine: { read: async (_probe, count) => (count === 5 ? REFUSED : GOOD) } });
    await drill.run();
    const [steady] = drill.of('steady');
    expect(steady?.ok).toBe(true);
    // Looks 0 to 4 were good, 5 was not; ten good ones of 100 ms each are 6 to 15.
    expect(steady?.monoMs).toBeGreaterThanOrEqual(1500);
    expect(steady?.monoMs).toBeLessThan(1600);
  });

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

  test('a drill that is stopped at the gate says nothing of steadiness', async () => {
    const drill = prepare({
      engine: {
        async read(_probe, count) {
          if (count === 3) drill.stop.abort('stopped by SIGINT');
          return REFUSED;
        },
      },
    });
    await drill.run();
    expect(drill.of('steady')).toEqual([]);
    expect(drill.of('end')).toMatchObject([{ why: 'interrupted' }]);
    expect(drill.of('end')[0]?.monoMs).toBeLessThan(1000);
  });

  test('an answer that comes when the gate is already open does not close it again', async () => {
    const slow = answerAfter(() => 900);
    const drill = prepare({
      probes: [probe('read'), probe('write')],
      engine: {
        async read(probe, count, deadlineMs) {
          if (probe.name === 'read') return count === 1 ? REFUSED : GOOD;
          if (count === 10) await slow.call(this, probe, count, deadlineMs);
          return count === 10 ? REFUSED : GOOD;
        },
      },
    });
    await drill.run();
    expect(drill.of('steady')).toMatchObject([{ ok: true }]);
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

describe('samples', () => {
  test('no sample is lost or written twice', async () => {
    const drill = prepare({ engine: { read: answerAfter((count) => (count * 37) % 900) } });
    await drill.run();
    const due = drill.samples('write').map((sample) => sample.dueMs);
    expect(due).toEqual(Array.from({ length: 50 }, (_, index) => index * 100));
  });

  test('a look is sent when it is due, whatever earlier ones are doing', async () => {
    const drill = prepare({ engine: { read: (_probe, count) => (count < 20 ? answer(GOOD) : new Promise(() => {})) } });
    await drill.run();
    const samples = drill.samples('write');
    expect(samples).toHaveLength(50);
    expect(samples.every((sample) => sample.sentMs === sample.dueMs)).toBe(true);
    expect(samples.at(-1)).toMatchObject({ ok: false, error: 'timeout' });
  });

  test('an answer that comes long after it was given up is not a second sample', async () => {
    const drill = prepare({ engine: { read: answerAfter((count) => (count === 20 ? 2500 : 0)) } });
    await drill.run();
    expect(drill.samples('write')).toHaveLength(50);
    expect(drill.samples('write').filter((sample) => !sample.ok)).toHaveLength(1);
  });

  test('an answer after the deadline is a timeout', async () => {
    const drill = prepare({ engine: { read: answerAfter((count) => (count === 30 ? 1001 : 1000)) } });
    await drill.run();
    const bad = drill.samples('write').filter((sample) => !sample.ok);
    expect(bad).toMatchObject([{ error: 'timeout' }]);
    expect(Number(bad[0]?.endedMs) - Number(bad[0]?.sentMs)).toBe(1001);
  });

  test('an entry is written when good turns to bad, and at least every second', async () => {
    const drill = prepare({ engine: { read: async (_probe, count) => (count === 33 ? REFUSED : GOOD) } });
    await drill.run();
    const entries = drill.of('samples');
    const first = drill.samples('write').findIndex((sample) => !sample.ok);
    expect(entries.some(({ atMs }) => atMs === first * 100)).toBe(true);
    const gaps = entries.map(({ atMs }, index) => atMs - (entries[index - 1]?.atMs ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1000);
  });

  test('counts go on from the gate into the story, so that no write is made twice', async () => {
    const counts: number[] = [];
    const drill = prepare({
      engine: {
        async read(_probe, count) {
          counts.push(count);
          return GOOD;
        },
      },
    });
    await drill.run();
    expect(counts).toEqual(counts.map((_, index) => index));
  });

  test('probes of one period are spread over it and keep their due times', async () => {
    const probes = Array.from({ length: 200 }, (_, index) => probe(`p${index}`));
    const drill = prepare({ probes });
    await drill.run();
    expect(drill.samples('p0')[0]?.dueMs).toBe(0);
    expect(drill.samples('p1')[0]?.dueMs).toBe(0.5);
    expect(drill.samples('p199')[7]?.dueMs).toBeCloseTo(799.5);
    expect(probes.every(({ name }) => drill.samples(name).length === 50)).toBe(true);
  });

  test('looks that were sent late are measured, and the reader is warned', async () => {
    const drill = prepare({ stallMs: 300 });
    await drill.run();
    expect(drill.of('warning')[0]?.message).toMatch(/more than \d+ ms late/);
    expect(Math.max(...drill.samples('write').map((sample) => sample.sentMs - sample.dueMs))).toBeGreaterThan(200);
  });

  test('a machine that is quick enough is not warned about', async () => {
    const drill = prepare({});
    await drill.run();
    expect(drill.of('warning')).toEqual([]);
  });
});

const GOOD = { ok: true, error: null };
const REFUSED = { ok: false, error: 'refused' };

function answer<T>(value: T): Promise<T> {
  return Promise.resolve(value);
}

/** Reads that are good after a time that depends on which look it is; the clock is the drill's own. */
function answerAfter(tookMs: (count: number) => number): Engine['read'] {
  return async function (this: { clock: VirtualClock }, _probe, count) {
    await this.clock.sleepUntil(this.clock.now() + tookMs(count));
    return GOOD;
  };
}

function tookHold(steps: readonly Step[], atMs: number): Effect[] {
  return steps.map((step) => ({ step: step.id, fromMs: atMs, toMs: atMs, error: null }));
}

function failed(steps: readonly Step[]): Effect[] {
  return steps.map((step) => ({ step: step.id, fromMs: 0, toMs: 0, error: 'no such process' }));
}

async function hold(drill: { clock: VirtualClock }, steps: readonly Step[]): Promise<Effect[]> {
  return tookHold(steps, drill.clock.now());
}

function probe(name: string): Probe {
  const ask = { kind: 'tcp', host: 'db-pangyo', port: 5432 } as const;
  return { name, site: null, family: name, does: 'write', everyMs: 100, timeoutMs: 1000, ask };
}

function fault(atMs: number, id: string): Moment {
  const step: Step = { id: `${id}.1`, fault: id, unit: 'db-pangyo', action: { verb: 'kill' } };
  return { atMs, title: `fault ${id}`, cures: [], steps: [step] };
}

function cure(atMs: number, id: string): Moment {
  return { atMs, title: `restore ${id}`, cures: [`${id}.1`], steps: [] };
}

function planOf(moments: readonly Moment[], probes: readonly Probe[]): Plan {
  const steps = moments.flatMap((moment) => moment.steps.map((step) => ({ ...moment, step })));
  return {
    name: 'a test',
    about: '',
    begins: { date: null, ofDayMs: 0 },
    durationMs: 5000,
    network: null,
    sites: [],
    services: [],
    units: [{ name: 'db-pangyo', service: 'db', site: 'pangyo' }],
    startWaves: [],
    probes,
    steady: { forMs: 1000, withinMs: 10_000 },
    objectives: [],
    faults: steps.map(({ step, title, atMs }) => ({ id: step.fault, title, kind: 'crash', atMs, steps: [step] })),
    moments,
  };
}

interface Wishes {
  moments?: readonly Moment[];
  probes?: readonly Probe[];
  engine?: Partial<Engine>;
  /** The clock jumps ahead by so much, each time it is slept on, as on a machine that is too busy. */
  stallMs?: number;
}

function prepare({ moments = [fault(2000, 'f1')], probes = [probe('write')], engine = {}, stallMs = 0 }: Wishes) {
  const virtual = virtualClock(EPOCH_MS);
  const clock: VirtualClock = {
    ...virtual,
    sleepUntil: (atMs, signal) => virtual.sleepUntil(stallMs > 0 ? Math.ceil(atMs / stallMs) * stallMs : atMs, signal),
  };
  const lines: string[] = [];
  const calls: string[] = [];
  const entries: Entry[] = [];
  const alarms: { atMs: number; act: () => void }[] = [];
  const stop = new AbortController();
  let syncedLines = 0;
  let diskBroken = false;
  const journal = openJournal(
    {
      write(line) {
        if (diskBroken) throw new Error('no space left');
        lines.push(line);
      },
      sync() {
        syncedLines = lines.length;
      },
    },
    (entry) => entries.push(entry),
  );
  const note = (call: string, steps: readonly Step[], atMs: number) =>
    calls.push(`${call} ${steps.map((step) => step.id).join(' ')} for ${atMs}`);
  const port: Engine & { clock: VirtualClock } = {
    clock,
    name: 'fake 1',
    measured: false,
    host: {},
    leadMs: (steps) => engine.leadMs?.(steps) ?? 0,
    examine: async () => [],
    async raise(raise) {
      await engine.raise?.(raise);
      calls.push('raise');
    },
    async perform(steps, atMs) {
      note('perform', steps, atMs);
      await clock.sleepUntil(atMs);
      return engine.perform?.(steps, atMs) ?? tookHold(steps, clock.now());
    },
    async cure(steps, atMs) {
      note('cure', steps, atMs);
      await clock.sleepUntil(atMs);
      return engine.cure?.(steps, atMs) ?? tookHold(steps, clock.now());
    },
    read: (probe, count, deadlineMs) => engine.read?.call(port, probe, count, deadlineMs) ?? answer(GOOD),
    async lower(tell) {
      calls.push('lower');
      return engine.lower?.(tell) ?? [];
    },
  };
  const plan = planOf(moments, probes);
  const of = <K extends Entry['entry']>(kind: K) =>
    entries.filter((entry): entry is Extract<Entry, { entry: K }> => entry.entry === kind);
  const zeroMs = () => Number(of('begin')[0]?.monoMs) - Number(of('begin')[0]?.atMs);
  const options: DrillOptions = {
    ...{ plan, engine: port, clock, journal, drill: 'd-1', firedrill: '0.0.0', seed: 7 },
    ...{ startedAt: '2022-10-15T06:29:30.250Z', signal: stop.signal },
  };
  const ring = async (alarm: { atMs: number; act: () => void }) => {
    while (of('begin').length === 0) await clock.sleepUntil(clock.now() + 10);
    await clock.sleepUntil(zeroMs() + alarm.atMs);
    alarm.act();
  };
  return {
    ...{ clock, plan, entries, calls, stop, of, zeroMs },
    /** Does something at a story instant. */
    at: (atMs: number, act: () => void) => alarms.push({ atMs, act }),
    breakDisk() {
      diskBroken = true;
    },
    synced: () => lines.slice(0, syncedLines).map((line): Entry => JSON.parse(line)),
    text: () => lines.join(''),
    samples: (name: string) =>
      of('samples')
        .filter((entry) => entry.probe === name)
        .flatMap(unfoldSamples),
    run: () =>
      clock.run(async () => {
        for (const alarm of alarms) void ring(alarm);
        await runDrill(options);
      }),
  };
}
