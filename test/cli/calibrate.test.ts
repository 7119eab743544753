import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Captured, captureIo, firedrill, SMALL } from './captured.js';

/** The journal of a simulated drill, made to look as if it had been measured. */
async function measured(io: Captured, name: string, seed: string): Promise<void> {
  await firedrill(io, 'run', 'small.yaml', '--engine', 'sim', '--seed', seed, '--journal', name);
  io.write(
    name,
    readFileSync(join(io.cwd, name), 'utf8').replace(
      '"engine":"sim","measured":false',
      '"engine":"docker 20.10.24","measured":true',
    ),
  );
}

function small(): Captured {
  const io = captureIo();
  io.write('small.yaml', SMALL);
  return io;
}

describe('firedrill calibrate', () => {
  test('prints models to paste', async () => {
    const io = small();
    await measured(io, 'one', '1');
    await measured(io, 'two', '2');
    const { code, out, err } = await firedrill(io, 'calibrate', 'one', 'two', '--json', 'figures.json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^# measured: 2 drills of "A small outage" on docker 20.10.24 \(.*\)\n/);
    expect(out).toMatch(/\n {4}model: \{ boot: \S.*\}\n$/);
    expect(JSON.parse(readFileSync(join(io.cwd, 'figures.json'), 'utf8'))).toMatchObject({ figures: [{ n: 2 }] });
  });

  test('refuses what was simulated, what is of another scenario, and what is named twice, all at once', async () => {
    const io = small();
    await measured(io, 'one', '1');
    await firedrill(io, 'run', 'small.yaml', '--engine', 'sim', '--seed', '2', '--journal', 'simulated');
    io.write('other', readFileSync(join(io.cwd, 'one'), 'utf8').replaceAll('A small outage', 'Another'));
    const { code, out, err } = await firedrill(io, 'calibrate', 'one', 'simulated', 'other', 'one');
    expect({ code, out }).toEqual({ code: 64, out: '' });
    expect(err.split('\n')).toEqual([
      'simulated: it was simulated, so it would only give its own model back; name the journal of a drill on real containers',
      'other: it is of another scenario (Another) than the first (A small outage); calibrate each by itself',
      expect.stringMatching(/^one: it is the drill d-\w+ once more; name each journal once$/),
      '',
    ]);
  });

  test('ends with 2 when the drills tell nothing', async () => {
    const io = small();
    await measured(io, 'one', '1');
    io.write('short', readFileSync(join(io.cwd, 'one'), 'utf8').split('\n', 1)[0] ?? '');
    expect((await firedrill(io, 'calibrate', 'short')).code).toBe(2);
  });
});
