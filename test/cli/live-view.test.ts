import { describe, expect, test } from 'vitest';
import { openDisplay } from '../../src/cli/display.js';
import { advance, columnsOf, liveView, nothingYet } from '../../src/cli/live-view.js';
import { virtualClock } from '../../src/clock.js';
import type { Entry, FoldedSample } from '../../src/journal/journal.js';
import { captureIo } from './captured.js';
import { begin, drillEntry, effect, PLAN, progress, samples, times } from './entries.js';

describe('the live view', () => {
  test('of a topology that is raised shows what is building and how many units are ready', () => {
    const lines = view(
      progress('images/db', 'building', 'Step 3/9 : RUN apt-get'),
      progress('db-pangyo', 'ready'),
      progress('db-anyang', 'starting'),
    );
    expect(lines).toEqual([
      'Power loss · docker 20.10 · d-1a2b3c',
      'building images/db: Step 3/9 : RUN apt-get',
      '1 of 4 units ready, starting db-anyang',
    ]);
  });

  test('of the gate says what is waited for, and how long at most', () => {
    const ready = PLAN.units.map(({ name }) => progress(name, 'ready'));
    expect(view(...ready).at(-1)).toBe('all units are ready; waiting until every probe is good for 5 s, at most 1 min');
  });

  test('shows the story clock, the next moment, every site and every probe', () => {
    const lines = view(begin(), samples('write', 0, times(20, null)), samples('read', 1000, times(10, 'refused')));
    expect(lines).toEqual([
      'Power loss · docker 20.10 · d-1a2b3c',
      '15:29:02  next: 15:30:00 power-loss pangyo, in 58 s',
      'pangyo   untouched',
      'anyang   untouched',
      'outside  untouched',
      `write    ${' '.repeat(27)}██`,
      `read     ${' '.repeat(28)}▁   refused`,
    ]);
  });

  test('shows what a site suffers until it is cured', () => {
    const broken = [begin(), effect('fault', 60_000)];
    expect(view(...broken)[2]).toBe('pangyo   power-off: 2 of 2 units');
    expect(view(...broken)[3]).toBe('anyang   untouched');
    expect(view(...broken, effect('cure', 180_000))[2]).toBe('pangyo   untouched');
  });

  test('does not call a step that failed broken, nor one whose cure failed whole', () => {
    const half = effect('fault', 60_000, [{}, { error: 'no such container' }]);
    expect(view(begin(), half)[2]).toBe('pangyo   power-off: 1 of 2 units');
    const uncured = effect('cure', 180_000, [{ error: 'no answer' }]);
    expect(view(begin(), half, uncured)[2]).toBe('pangyo   power-off: 1 of 2 units');
  });

  test('shows a second in which only some looks were good as half', () => {
    const line = view(begin(), samples('write', 1000, [...times(5, null), ...times(5, 'reset')]))[5];
    expect(line).toMatch(/▄ {3}reset$/);
  });

  test('shows a second in which nobody could look as a hole, and why, and leaves holes out where some looks were made', () => {
    const unmade: FoldedSample = [0, 1, 'no free socket here (EMFILE)', true];
    const blind = { ...samples('write', 1000, []), samples: times(10, unmade) } as Entry;
    expect(view(begin(), blind)[5]).toMatch(/ · {2}no free socket here \(EMFILE\)$/);
    const half = {
      ...samples('write', 1000, []),
      samples: [...times(5, unmade), ...times(5, [0, 1] as const)],
    } as Entry;
    expect(view(begin(), half)[5]).toMatch(/ █$/);
  });

  test('keeps only the last half minute, however long the drill', () => {
    let state = [drillEntry(), begin()].reduce(advance, nothingYet);
    for (let second = 0; second < 200; second++)
      state = advance(state, samples('write', second * 1000, times(10, null)));
    expect(state.probes.get('write')?.seconds.size).toBe(30);
    expect(liveView(state, 100)[5]).toBe(`write    ${'█'.repeat(29)}`);
  });

  test('says that it restores when the story is over or was stopped', () => {
    const intent = { entry: 'intent', atMs: 9000, monoMs: 0, does: 'cure', steps: [], dueMs: 9000 } as const;
    expect(view(begin(), { ...intent, title: 'cure power-loss pangyo' })[1]).toContain('restoring and removing');
    expect(view(begin(), { ...intent, title: 'restore pangyo' })[1]).toContain('next:');
    expect(view(begin(), samples('read', 239_900, [null]))[1]).toContain('restoring and removing');
  });

  test('shows what each step of a runbook does or waits for, until it is done', () => {
    const step = { id: 'r1.1', title: 'promote', by: 'automation', runsFrom: null, needs: [], decideMs: 0, takesMs: 0 };
    const plan = { ...PLAN, runbooks: [{ atMs: 0, steps: [{ ...step, does: null }] }] };
    const head = { ...drillEntry(), plan } as Entry;
    const told = (state: string, ...because: string[]) =>
      ({ entry: 'runbook', atMs: 5000, monoMs: 0, step: 'r1.1', state, because }) as Entry;
    const third = (...entries: Entry[]) => liveView([head, begin(), ...entries].reduce(advance, nothingYet), 100)[2];
    expect(third(told('blocked', 'console has no power'))).toBe('promote waits: console has no power');
    expect(third(told('blocked', 'no power'), told('working'))).toBe('promote is being done');
    expect(third(told('working'), told('done'))).toBe('pangyo   untouched');
  });

  test('says that a story that jumps may go on sooner, and follows it when it did', () => {
    const head = { ...drillEntry(), plan: { ...PLAN, settleMs: 30_000 } } as Entry;
    const jump: Entry = { entry: 'jump', atMs: 170_000, monoMs: 0, fromMs: 95_000, toMs: 170_000 };
    const clock = (...entries: Entry[]) => liveView([head, begin(), ...entries].reduce(advance, nothingYet), 100)[1];
    expect(clock()).toBe('15:28:59  next: 15:30:00 power-loss pangyo, in 1 min 1 s, or once nothing changes for 30 s');
    expect(clock(jump)).toContain('15:31:50  next: 15:32:00 restore pangyo, in 10 s');
  });

  test('is never wider than the terminal', () => {
    const state = [drillEntry(), begin(), samples('read', 0, ['timeout'])].reduce(advance, nothingYet);
    for (const columns of [1, 20, 40]) {
      expect(Math.max(...liveView(state, columns).map((line) => line.length))).toBeLessThanOrEqual(columns);
    }
  });
});

describe('the display', () => {
  test('on a terminal draws the view again in the place of the one before, below the events', () => {
    const io = captureIo({ columns: 100 });
    const display = openDisplay(io, virtualClock(), true);
    display.watch(drillEntry());
    expect(io.output.err).toBe(
      'drill d-1a2b3c on docker 20.10, seed 7\nPower loss · docker 20.10 · d-1a2b3c\n0 of 4 units ready\n',
    );
    io.output.err = '';
    display.watch(progress('db-pangyo', 'ready'));
    expect(io.output.err).toBe(
      '\u001b[2A\u001b[0Jdb-pangyo is ready\nPower loss · docker 20.10 · d-1a2b3c\n1 of 4 units ready\n',
    );
  });

  test('counts the line that a person begins by pressing Enter, so that nothing of the view before stays', () => {
    const io = captureIo({ columns: 100 });
    const display = openDisplay(io, virtualClock(), true);
    display.watch(drillEntry());
    display.entered();
    io.output.err = '';
    display.say('done');
    expect(io.output.err.startsWith('\u001b[3A\u001b[0Jdone\n')).toBe(true);
    display.say('done');
    expect(io.output.err).toContain('\u001b[2A\u001b[0Jdone\n');
  });

  test.each([
    [0, 0],
    [20, 5],
    [60, 10],
    [300, 100],
  ])('fits a terminal of %d columns and %d rows, where no size is that of most', (columns, rows) => {
    const io = captureIo({ columns, rows });
    const display = openDisplay(io, virtualClock(), true);
    for (const entry of [drillEntry(), begin()]) display.watch(entry);
    io.output.err = '';
    display.say('x');
    const view = io.output.err.split('x\n')[1]?.split('\n').slice(0, -1) ?? [];
    expect(view.length).toBeGreaterThan(0);
    expect(view.length).toBeLessThan(rows === 0 ? 24 : rows);
    for (const line of view) expect(columnsOf(line)).toBeLessThanOrEqual(columns === 0 ? 80 : columns);
    expect(view[0]).toMatch(/^Power loss · docker/);
  });

  test('takes back what a terminal broke that has become narrower', () => {
    const size = { columns: 100 as number | null };
    const io = Object.defineProperty(captureIo(), 'errColumns', { get: () => size.columns });
    const display = openDisplay(io, virtualClock(), true);
    display.watch(drillEntry());
    io.output.err = '';
    size.columns = 20;
    display.say('x');
    // The title of 38 columns lies on two rows now, and so does what is below it.
    const back = Number(/\[(\d+)A/.exec(io.output.err)?.[1]);
    expect(back).toBeGreaterThan(2);
  });

  test('is a line an event where the terminal cannot be redrawn', () => {
    const io = captureIo({ columns: 100, env: { TERM: 'dumb' } });
    const display = openDisplay(io, virtualClock(), true);
    for (const entry of [drillEntry(), begin()]) display.watch(entry);
    display.close();
    expect(io.output.err).toBe('drill d-1a2b3c on docker 20.10, seed 7\n15:29:00 the story begins\n');
  });

  test('is not drawn again for every entry', () => {
    const io = captureIo({ columns: 100 });
    const display = openDisplay(io, virtualClock(), true);
    for (const entry of [drillEntry(), begin()]) display.watch(entry);
    io.output.err = '';
    for (let index = 0; index < 50; index++) display.watch(samples('write', index * 1000, [null]));
    expect(io.output.err).toBe('');
  });

  test('takes the view off the terminal at the end and keeps the events', () => {
    const io = captureIo({ columns: 100 });
    const display = openDisplay(io, virtualClock(), true);
    display.watch(drillEntry());
    io.output.err = '';
    display.close();
    expect(io.output.err).toBe('\u001b[2A\u001b[0J');
  });

  test.each([
    ['no terminal', null, true],
    ['a terminal, but a drill that takes no time', 100, false],
  ])('where there is %s is a line an event and nothing that moves', (_, columns, isLive) => {
    const io = captureIo({ columns });
    const display = openDisplay(io, virtualClock(), isLive);
    for (const entry of [drillEntry(), begin(), samples('write', 0, ['timeout'])]) display.watch(entry);
    display.say('SIGINT: stopping');
    display.close();
    expect(io.output.err.split('\n')).toEqual([
      'drill d-1a2b3c on docker 20.10, seed 7',
      '15:29:00 the story begins',
      '15:29:00.0 write fails: timeout',
      'SIGINT: stopping',
      '',
    ]);
  });
});

function view(...entries: Entry[]): string[] {
  return liveView([drillEntry(), ...entries].reduce(advance, nothingYet), 100);
}
