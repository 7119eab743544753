import { expect, test } from 'vitest';
import { tellEvents } from '../../src/cli/events.js';
import type { Entry, FoldedSample } from '../../src/journal/journal.js';
import { begin, drillEntry, effect, PLAN, progress, samples, times } from './entries.js';

test('a fault that the kernel timed is one line with its number of units', () => {
  expect(tell(effect('fault', 60_000))).toEqual(['15:30:00 power-loss pangyo took hold (2 units, kernel-timed)']);
});

test('a simulated fault is never called timed', () => {
  expect(tellAll([drillEntry(false), effect('fault', 60_000)]).at(-1)).toContain('(2 units, simulated)');
});

test('a cure whose instants are only known from its answers says how exactly', () => {
  const parts = [{ fromMs: 180_010 }, { fromMs: 180_100, toMs: 181_210 }];
  expect(tell(effect('cure', 180_000, parts))).toEqual(['15:32:00 restore pangyo done (2 units, within 1.2 s)']);
});

test('a step that failed is named with its unit and its reason', () => {
  expect(tell(effect('fault', 60_000, [{}, { error: 'no such container' }]))).toEqual([
    '15:30:00 power-loss pangyo took hold (1 unit, kernel-timed)',
    '15:30:00 power-loss pangyo: app-pangyo failed: no such container',
  ]);
});

test('a fault that took hold late says so', () => {
  expect(tell({ ...effect('fault', 60_000), lateMs: 2300 } as Entry)[0]).toContain(', 2.3 s late)');
});

test('samples that are all good are no event', () => {
  expect(tell(samples('write', 0, times(100, null)))).toEqual([]);
});

test('a probe that fails is one line when it begins and one when it answers again, at the ends of those samples', () => {
  const told = tell(
    samples('write', 60_000, ['timeout', 'timeout']),
    samples('write', 60_200, times(20, 'refused')),
    samples('write', 62_200, times(30, null)),
  );
  expect(told).toEqual(['15:30:00.0 write fails: timeout', '15:30:02.2 write answers again']);
});

test('a probe that flickers is not a line a sample', () => {
  const flicker = times(100, [null, 'reset']).flat();
  expect(tell(samples('write', 60_000, flicker))).toHaveLength(1);
});

test('probes are told apart', () => {
  const told = tell(samples('write', 60_000, ['timeout']), samples('read', 60_050, ['refused']));
  expect(told).toEqual(['15:30:00.0 write fails: timeout', '15:30:00.1 read fails: refused']);
});

test('an image is said to be building once, whatever its steps, and an image that was there is not mentioned', () => {
  const told = tell(
    progress('images/db', 'building', 'Step 1/9'),
    progress('images/db', 'building', 'Step 2/9'),
    progress('images/db', 'built'),
    progress('images/app', 'built'),
    progress('db-pangyo', 'starting'),
    progress('db-pangyo', 'ready'),
    progress('db-pangyo', 'removed'),
  );
  expect(told).toEqual(['building images/db', 'built images/db', 'db-pangyo is ready']);
});

test('an image that is pulled is not said to be built', () => {
  const told = tell(
    progress('nginx:1', 'building', 'pulling'),
    progress('nginx:1', 'building', 'Pulling from library/nginx'),
    progress('nginx:1', 'built'),
  );
  expect(told).toEqual(['pulling nginx:1', 'pulled nginx:1']);
});

test('why a drill failed is left to the error that ends it, and why it was stopped is not', () => {
  const end = { entry: 'end', atMs: 0, monoMs: 0, because: 'no such host', left: [] } as const;
  expect(tell({ ...end, why: 'failed' })).toEqual(['drill failed; everything is restored']);
  expect(tell({ ...end, why: 'interrupted' })).toEqual(['drill interrupted: no such host; everything is restored']);
});

test('the closing cure is announced when it is meant, the moments of the timetable only when they happened', () => {
  const intent = { entry: 'intent', atMs: 0, monoMs: 0, does: 'cure', steps: ['f1.1'], dueMs: 0 } as const;
  expect(tell({ ...intent, title: 'cure power-loss pangyo' })).toEqual(['cure power-loss pangyo …']);
  expect(tell({ ...intent, title: 'restore pangyo' })).toEqual([]);
});

test('what a simulation compared is no proof of anything', () => {
  const proof = { entry: 'proof', atMs: 0, monoMs: 0, scope: 'units', compared: 3, differences: [] } as const;
  expect(tell(proof)).toEqual(['proved: 3 containers, rules and queues of the drill are as before']);
  expect(tellAll([drillEntry(false), proof])).toHaveLength(1);
});

test('the end says whether everything is restored, and what is not', () => {
  const end = { entry: 'end', atMs: 0, monoMs: 0, why: 'interrupted', because: 'stopped by SIGINT', left: [] } as const;
  expect(tell(end)).toEqual(['drill interrupted: stopped by SIGINT; everything is restored']);
  expect(tell({ ...end, left: ['db-pangyo'] })[0]).toContain('NOT restored: db-pangyo');
});

test('a gate that stayed shut and a warning are lines', () => {
  const steady = { entry: 'steady', atMs: 0, monoMs: 0, ok: false, because: 'write (refused)' } as const;
  expect(tell(steady)).toEqual(['not steady, nothing was broken: write (refused)']);
  expect(tell({ entry: 'warning', atMs: 0, monoMs: 0, message: 'busy' })).toEqual(['warning: busy']);
});

test('the first line names the drill, the engine and the seed; the beginning has the story time', () => {
  expect(tellAll([drillEntry(), begin()])).toEqual([
    'drill d-1a2b3c on docker 20.10, seed 7',
    '15:29:00 the story begins',
  ]);
});

function tellAll(entries: readonly Entry[]): string[] {
  const teller = tellEvents();
  return entries.flatMap(teller);
}

/** What is told of these entries after the drill's first. */
function tell(...entries: Entry[]): string[] {
  return tellAll([drillEntry(), ...entries]).slice(1);
}

test('a jump and the states of a runbook are lines', () => {
  const step = { id: 'r1.1', title: 'promote', by: 'automation', runsFrom: null, needs: [], decideMs: 0, takesMs: 0 };
  const tell = tellEvents();
  tell({ ...drillEntry(), plan: { ...PLAN, runbooks: [{ atMs: 0, steps: [{ ...step, does: null }] }] } } as Entry);
  const stamp = { atMs: 61_200, monoMs: 0 };
  expect(tell({ ...stamp, entry: 'jump', fromMs: 61_200, toMs: 170_200 })).toEqual([
    '15:30:01 nothing changes any more: on to 15:31:50, 1 min 49 s are skipped',
  ]);
  const runbook = { ...stamp, entry: 'runbook', step: 'r1.1' } as const;
  expect(tell({ ...runbook, state: 'blocked', because: ['console has no power', 'etcd is down'] })).toEqual([
    '15:30:01 promote waits: console has no power; etcd is down',
  ]);
  expect(tell({ ...runbook, state: 'done', because: [] })).toEqual(['15:30:01 promote is done']);
});

test('what befalls a simulated probe is told once, by its samples where somebody looked', () => {
  const fails = (name: string): Entry => ({
    ...{ entry: 'event', id: 1, atMs: 60_000, monoMs: 60_000, because: [], detail: 'timeout', state: 'down' },
    subject: { kind: 'probe', name },
  });
  const told = tell(samples('write', 59_900, [null, 'timeout']), fails('write'), fails('read'));
  expect(told).toEqual(['15:30:00.0 write fails: timeout', '15:30:00.0 read fails: timeout']);
});

test('that a probe cannot be looked at is told once, and is no failure', () => {
  const unmade: FoldedSample = [0, 50, 'no free socket here (EMFILE)', true];
  const blind = { ...samples('write', 59_900, []), samples: [[0, 1], unmade, unmade, [0, 1]] } as Entry;
  expect(tell(blind, blind)).toEqual(['15:30:00.0 write cannot be looked at: no free socket here (EMFILE)']);
});
