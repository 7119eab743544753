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

test('a drill that is stopped ends the comparison, with the exit code of that', async () => {
  const io = pair();
  const stopped = firedrill(io, 'compare', 'quick.yaml', 'slow.yaml', '--engine', 'sim');
  while (io.stops.length === 0) await new Promise(setImmediate);
  io.stops[0]?.('SIGINT');
  const { code, out, err } = await stopped;
  expect([code, out]).toEqual([3, '']);
  expect(err).not.toContain('B, run 1');
});
