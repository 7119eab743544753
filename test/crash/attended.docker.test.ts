import { expect, test } from 'vitest';
import { compareCensus } from '../../src/engine/engine.js';
import { BIN } from '../cli/built.js';
import { describeOnDocker } from '../engine/docker/engine-or-skip.js';
import { censusOf, journalIn } from './deaths.js';
import { fileOf, type Live, sceneOf, startLive } from './live.js';
import { seatHere, until } from './seats.js';

const LIMIT_MS = 120_000;
const TIMELINE = `
  - { at: "+1s", power-loss: east }
  - at: "+2s"
    runbook:
      - { step: pull the lever, by: person, takes: 20s }
      - { step: give east its power back, restore: east }
slo: { look: { availability: 10% } }`;
const QUESTION = 'do this now, and press Enter when it is done: pull the lever';
const [ENTER, CTRL_C] = ['\r', '\u0003'];

/** A drill at a terminal of its own, on which `type` presses keys; its report is in the file `report`. */
function attend(name: string, timeline = TIMELINE): Live & { type(keys: string): void } {
  const command = `'${process.execPath}' '${BIN}' run . --engine docker > report; echo $? > code`;
  const through = ['script', '--quiet', '--flush', '--command', `trap : INT; ${command}`, '/dev/null'];
  const live = startLive(sceneOf(name, timeline, '+14s'), [], through);
  return { ...live, type: (keys) => void live.child.stdin?.write(keys) };
}

/** From when to when a person was at a step, in milliseconds of the story. */
function workOf({ cwd }: Live): readonly (number | undefined)[] {
  const told = journalIn(cwd).flatMap((entry) => (entry.entry === 'runbook' ? [entry] : []));
  const [first] = told;
  const own = told.filter(({ step }) => step === first?.step);
  return ['working', 'done'].map((state) => own.find((entry) => entry.state === state)?.atMs);
}

describeOnDocker('a drill on Docker at a terminal', () => {
  const seat = seatHere();

  test(
    'asks a person, waits for Enter, and tells how long it took',
    async () => {
      const live = attend('A person at a lever');
      await live.hears(QUESTION);
      const askedMs = Date.now();
      await until('three seconds', async () => Date.now() > askedMs + 3000);
      live.type(ENTER);
      const tookMs = Date.now() - askedMs;
      expect(await fileOf(live, 'code')).toBe('0\n');
      const [from = 0, to = 0] = workOf(live);
      expect(from).toBeGreaterThanOrEqual(2000);
      expect(Math.abs(to - from - tookMs)).toBeLessThan(700);
      const report = await fileOf(live, 'report');
      expect(report).toMatch(/✓ pull the lever \(by a person\): done at 10:00:0\d\n +10:00:02 working 3\.\d+ s/);
      expect(report).toMatch(/✓ give east its power back: done at 10:00:0\d/);
    },
    LIMIT_MS,
  );

  test(
    'takes no Enter that was pressed before it asked',
    async () => {
      const live = attend('A person who is early');
      await live.hears('the story begins');
      live.type(`${ENTER}${ENTER}`);
      await live.hears(QUESTION);
      const askedMs = Date.now();
      await until('two seconds', async () => Date.now() > askedMs + 2000);
      live.type(ENTER);
      expect(await fileOf(live, 'code')).toBe('0\n');
      const [from = 0, to = 0] = workOf(live);
      expect(to - from).toBeGreaterThan(1500);
    },
    LIMIT_MS,
  );

  test(
    'that asks and gets Ctrl-C cures, removes, and ends with 3',
    async () => {
      const before = await censusOf(seat);
      const live = attend('A person who gives up');
      await live.hears(QUESTION);
      live.type(CTRL_C);
      expect(await fileOf(live, 'code')).toBe('3\n');
      expect(journalIn(live.cwd).at(-1)).toMatchObject({ entry: 'end', why: 'interrupted', left: [] });
      const [, done] = workOf(live);
      expect(done).toBeUndefined();
      expect(compareCensus(before, await censusOf(seat))).toEqual([]);
    },
    LIMIT_MS,
  );
});
