import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Captured, captureIo, firedrill, SMALL } from './captured.js';

/** A web server at a third of a minute's boot, so that its power loss is noticed, and one that boots at once. */
function pair(): Captured {
  const io = captureIo();
  const text = SMALL.replace('ends: "10:00:12"', 'ends: "10:01"').replace('power-loss: seoul', 'power-loss: seoul');
  io.write('slow.yaml', text.replace('boot: 500ms', 'boot: 20s').replace('A small outage', 'A slow one'));
  io.write('quick.yaml', text.replace('A small outage', 'A quick one'));
  return io;
}

test('two scenarios are run in turns, each journal is kept in a folder of its own, and the better one is named', async () => {
  const io = pair();
  const { code, out, err } = await firedrill(
    io,
    'compare',
    'slow.yaml',
    'quick.yaml',
    '--engine',
    'sim',
    '--repeat',
    '2',
  );
  expect(code).toBe(0);
  expect(out.split('\n')[0]).toBe('firedrill compare · sim · SIMULATED, not measured');
  expect(out).toMatch(/A {2}slow\.yaml {3}A slow one {3}2 runs: 2 missed/);
  expect(out).toMatch(/✓ read {2}recover .*n = 2 .*n = 2/);
  expect(err.match(/^[AB], run \d of 2/gm)).toEqual([
    'A, run 1 of 2',
    'B, run 1 of 2',
    'A, run 2 of 2',
    'B, run 2 of 2',
  ]);
  const [folder = ''] = readdirSync(join(io.cwd, '.firedrill'));
  expect(folder).toMatch(/^compare-/);
  expect(readdirSync(join(io.cwd, '.firedrill', folder)).sort()).toEqual(
    ['a-1', 'a-2', 'b-1', 'b-2'].map((name) => `${name}.journal.jsonl`),
  );
  await firedrill(io, 'compare', 'slow.yaml', 'quick.yaml', '--engine', 'sim', '--seed', '7');
  await firedrill(io, 'compare', 'slow.yaml', 'quick.yaml', '--engine', 'sim', '--seed', '7');
  expect(readdirSync(join(io.cwd, '.firedrill'))).toHaveLength(3);
});

test('the other way round it is a regression, and the JSON has all of it', async () => {
  const io = pair();
  const argv = [
    'compare',
    'quick.yaml',
    'slow.yaml',
    '--engine',
    'sim',
    '--seed',
    '7',
    '--journals',
    'kept',
    '--json',
    'c.json',
  ];
  const { code, out } = await firedrill(io, ...argv);
  expect(code).toBe(1);
  expect(out).toContain('REGRESSION: B is better in 0, worse in 1');
  const json = JSON.parse(readFileSync(join(io.cwd, 'c.json'), 'utf8'));
  expect(json).toMatchObject({ format: 1, outcome: 'regression', exitCode: 1, a: { measured: false, runs: 1 } });
  expect(json.a.journals).toEqual(['kept/a-1.journal.jsonl']);
  expect(existsSync(join(io.cwd, 'kept/b-1.journal.jsonl'))).toBe(true);
});

test('two journals are compared without a drill, and cannot be run again', async () => {
  const io = pair();
  await firedrill(io, 'compare', 'quick.yaml', 'slow.yaml', '--engine', 'sim', '--seed', '7', '--journals', 'kept');
  const names = ['kept/a-1.journal.jsonl', 'kept/b-1.journal.jsonl'] as const;
  const { code, out, err } = await firedrill(io, 'compare', ...names);
  expect({ code, err }).toEqual({ code: 1, err: '' });
  expect(out).toContain('A  kept/a-1.journal.jsonl  A quick one');
  const again = await firedrill(io, 'compare', ...names, '--repeat', '2');
  expect(again).toMatchObject({ code: 64, err: 'command line: a journal cannot be run again; leave out --repeat\n' });
});

test('what is wrong with either side is told at once, before a drill of the other', async () => {
  const io = pair();
  io.write('wrong.yaml', SMALL.replace('power-loss: seoul', 'power-loss: seuol'));
  io.write('cut.jsonl', 'no journal\n');
  const { code, err } = await firedrill(io, 'compare', 'quick.yaml', 'wrong.yaml', '--engine', 'sim');
  expect([code, err]).toEqual([64, expect.stringMatching(/^wrong\.yaml:\d+:\d+ timeline\[0\]\.power-loss: .*\n$/)]);
  const both = await firedrill(io, 'compare', 'wrong.yaml', 'cut.jsonl', '--engine', 'sim');
  expect(both.err.split('\n').map((line) => line.split(':')[0])).toEqual(['wrong.yaml', 'cut.jsonl', '']);
  const gone = await firedrill(io, 'compare', 'quick.yaml', 'gone', '--engine', 'sim');
  expect([gone.code, gone.err]).toEqual([64, 'gone: there is no such file; name one that exists\n']);
  expect(existsSync(join(io.cwd, '.firedrill'))).toBe(false);
});

test('after the last seed of all comes the first, so that every drill can be played again with its own', async () => {
  const io = pair();
  const argv = ['--engine', 'sim', '--seed', '4294967295', '--repeat', '2', '--journals', 'kept'];
  await firedrill(io, 'compare', 'quick.yaml', 'quick.yaml', ...argv);
  const seeds = ['a-1', 'a-2', 'b-1', 'b-2'].map((name) => {
    const [first = ''] = readFileSync(join(io.cwd, `kept/${name}.journal.jsonl`), 'utf8').split('\n', 1);
    return JSON.parse(first).seed;
  });
  expect(seeds).toEqual([4294967295, 0, 4294967295, 0]);
});

test('a drill that is stopped ends the comparison, with the exit code of that', async () => {
  const io = pair();
  const stopped = firedrill(io, 'compare', 'quick.yaml', 'slow.yaml', '--engine', 'sim');
  // The comparison listens, and so does the drill.
  while (!io.output.err.includes('drill d-')) await new Promise(setImmediate);
  for (const stop of [...io.stops]) stop('SIGINT');
  const { code, out, err } = await stopped;
  expect([code, out]).toEqual([3, '']);
  expect(err).toContain('stopped by SIGINT');
  expect(err).not.toContain('B, run 1');
});

test('a comparison that is stopped before its first drill has begun ends with 3, and nothing was made', async () => {
  const io = pair();
  const stopped = firedrill(io, 'compare', 'quick.yaml', 'slow.yaml', '--engine', 'sim');
  while (io.stops.length < 2) await new Promise(setImmediate);
  for (const stop of [...io.stops]) stop('SIGINT');
  const { code, out, err } = await stopped;
  expect([code, out]).toEqual([3, '']);
  expect(err).toContain('no drill has begun, and nothing of one was made');
});

test('a comparison that is stopped between two drills begins no other', async () => {
  const io = pair();
  const { err } = io;
  io.err = (text) => {
    err(text);
    if (text.startsWith('journal: ')) for (const stop of [...io.stops]) stop('SIGINT');
  };
  const { code, out, err: told } = await firedrill(io, 'compare', 'quick.yaml', 'slow.yaml', '--engine', 'sim');
  expect([code, out, io.stops]).toEqual([3, '', []]);
  expect(told).toContain('drill completed');
  expect(told).toMatch(/stopped: no further drill; nothing is left of those before\n$/);
});
