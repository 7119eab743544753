import { expect, test } from 'vitest';
import { virtualClock } from '../../src/clock.js';
import { runDrill } from '../../src/drill/drill.js';
import { simEngine } from '../../src/engine/sim/sim.js';
import { type Entry, openJournal } from '../../src/journal/journal.js';
import { judge } from '../../src/judge/judge.js';
import type { Action, Fault, Moment, Plan } from '../../src/plan/plan.js';
import { type Cast, planFor } from '../engine/sim/stage.js';
import type { Draw } from './any-plan.js';

const KINDS: Readonly<Record<string, Action>> = {
  'power-loss': { verb: 'power-off', volumes: 'kept' },
  crash: { verb: 'kill' },
  stop: { verb: 'stop', graceMs: 1000 },
  freeze: { verb: 'freeze' },
  partition: { verb: 'isolate', from: ['peer-1'], direction: 'both' },
  link: { verb: 'shape', to: ['peer-1'], latencyMs: 20, jitterMs: 0, loss: 0, bandwidthBps: null },
};
const NAMES = Object.keys(KINDS);
const TAKES = ['power-loss', 'crash', 'stop', 'freeze'];
const BOOT_MS = 2000;
const TICK_MS = 10;
const LAST_MS = 10_000;

/** The instants, one each tick, at which the unit was able: known from the world itself and not from looks. */
type Truth = readonly { readonly atMs: number; readonly able: boolean }[];

test('of two or three faults on one unit each has its own return, at the instant that is true', {
  timeout: 120_000,
}, async () => {
  const seed = Number(process.env.SEED ?? Date.now() % 1e6);
  const draw = drawsOf(seed);
  const pairs = NAMES.flatMap((one) => NAMES.map((other) => [one, other]));
  const triples = pairs.flatMap((pair) => NAMES.map((third) => [...pair, third]));
  let [drills, figures] = [0, 0];
  const wrong: string[] = [];
  for (const kinds of [...pairs, ...triples]) {
    for (const restart of ['no', 'always'] as const) {
      const plan = planOf(kinds, restart, draw);
      const { entries, truth } = await play(plan, seed);
      const found = compare(plan, entries, truth);
      drills += 1;
      figures += found.compared;
      wrong.push(...found.wrong.map((sentence) => `${restart} ${kinds.join(', ')}: ${sentence}`));
    }
  }
  console.log(`seed ${seed}: ${drills} drills, ${figures} returns compared`);
  expect(wrong).toEqual([]);
  expect(figures).toBeGreaterThan(500);
});

/** Faults one after another; a kind that lies there already is restored before it comes again. */
function planOf(kinds: readonly string[], restart: Cast['restart'], draw: Draw): Plan {
  const cast: Cast[] = [{ name: 'web', ...(restart === undefined ? {} : { restart }), model: { bootMs: BOOT_MS } }];
  const bare = planFor([...cast, { name: 'peer' }]);
  let atMs = 5000;
  const faults: Fault[] = [];
  const moments: Moment[] = [];
  for (const [index, kind] of kinds.entries()) {
    const id = `f${index + 1}`;
    const lastsMs = 500 * (1 + Math.floor(draw() * 20));
    const isRepeated = kinds.slice(index + 1).includes(kind);
    const steps = [{ id: `${id}.1`, fault: id, unit: 'web-1', action: KINDS[kind] as Action }];
    faults.push({ id, title: `${kind} ${id}`, kind, atMs, steps });
    moments.push({ atMs, title: `${kind} ${id}`, cures: [], steps });
    const isRestored = isRepeated || draw() < 0.7;
    if (isRestored) moments.push({ atMs: atMs + lastsMs, title: `restore ${id}`, cures: [`${id}.1`], steps: [] });
    // No fault at the very instant at which a unit comes back: nobody could say which was first.
    atMs += 500 * (1 + Math.floor(draw() * 20)) + (isRepeated ? lastsMs : 0) + 130;
  }
  const durationMs = atMs + LAST_MS;
  return {
    ...bare,
    faults,
    durationMs,
    moments: moments.sort((a, b) => a.atMs - b.atMs),
    steady: { forMs: 0, withinMs: 1 },
  };
}

async function play(plan: Plan, seed: number): Promise<{ entries: Entry[]; truth: Truth }> {
  const clock = virtualClock();
  // An engine with foresight is ahead of its clock, so that nobody beside the drill can ask it how things are.
  const { foresight: _ahead, ...engine } = simEngine({ clock, seed });
  const entries: Entry[] = [];
  const truth: { atMs: number; able: boolean }[] = [];
  const journal = openJournal({ write() {}, sync() {} }, (entry) => entries.push(entry));
  let isOver = false;
  const watch = async () => {
    while (!isOver) {
      await clock.sleepUntil((Math.floor(clock.now() / TICK_MS) + 1) * TICK_MS);
      truth.push({ atMs: clock.now(), able: (await engine.whyUnable('web-1')) === null });
    }
  };
  await clock.run(async () => {
    const watching = watch();
    await runDrill({
      ...{ plan, engine, clock, journal, drill: 'd', firedrill: '0', seed, startedAt: '' },
      signal: new AbortController().signal,
    });
    isOver = true;
    await watching;
  });
  const begin = entries.find(({ entry }) => entry === 'begin');
  const zeroMs = (begin?.monoMs ?? 0) - (begin?.atMs ?? 0);
  return { entries, truth: truth.map(({ atMs, able }) => ({ atMs: atMs - zeroMs, able })) };
}

function compare(plan: Plan, entries: readonly Entry[], truth: Truth): { compared: number; wrong: string[] } {
  const findings = judge(entries).findings.filter(({ measure }) => measure === 'reprotect');
  const held = plan.faults.filter(({ id, kind }) => TAKES.includes(kind) && hasHeld(entries, id));
  const wrong = held.flatMap(({ title, atMs }, index) => {
    const found = findings.find(({ fault }) => fault?.startsWith(title));
    if (found?.low == null) return [`${title} has no figure`];
    const nextMs = held[index + 1]?.atMs ?? plan.durationMs;
    const back = truth.find((one) => one.able && one.atMs > atMs + TICK_MS && one.atMs < nextMs);
    const [low, high] = [found.low * 1000, found.high === null ? null : found.high * 1000];
    const is = `${title}: ${low} – ${high}, because ${found.because}`;
    if (back === undefined)
      return high === null && Math.abs(low - (nextMs - atMs)) <= TICK_MS ? [] : [`${is}; it was not back`];
    const trueMs = back.atMs - atMs;
    return high !== null && low <= trueMs + TICK_MS && high >= trueMs - TICK_MS
      ? []
      : [`${is}; it was back after ${trueMs}`];
  });
  return { compared: held.length, wrong };
}

function hasHeld(entries: readonly Entry[], fault: string): boolean {
  return entries.some(
    (entry) =>
      entry.entry === 'effect' &&
      entry.does === 'fault' &&
      entry.effects.some(({ step, error }) => step === `${fault}.1` && error === null),
  );
}

/** Mulberry32. */
function drawsOf(seed: number): Draw {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), 1 | state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
}
