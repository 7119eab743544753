import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Captured, captureIo, firedrill, SMALL } from './captured.js';

describe('firedrill explain', () => {
  test('simulates a scenario first, and says so', async () => {
    const { code, out, err } = await firedrill(small(), 'explain', 'small.yaml', '--seed', '5');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^firedrill explain · A small outage · sim · SIMULATED, not measured\n/);
    expect(out).toContain('read: back ');
    expect(out).toContain('no power at seoul');
  });

  test('explains a journal as it explains the scenario that gave it, whatever the file is called', async () => {
    const io = small();
    const { out } = await firedrill(io, 'explain', 'small.yaml', '--seed', '5');
    await firedrill(io, 'run', 'small.yaml', '--engine', 'sim', '--seed', '5', '--journal', 'journal');
    expect(await firedrill(io, 'explain', 'journal')).toEqual({ code: 0, out, err: '' });
  });

  test('gives the JSON to a file, or has standard output to itself for it', async () => {
    const io = small();
    const { out, err } = await firedrill(io, 'explain', 'small.yaml', '--json', '-');
    expect(JSON.parse(out)).toMatchObject({
      format: 1,
      measured: false,
      recoveries: [{ probe: 'read', came: 'back' }],
    });
    expect(err).toContain('read: back ');
  });

  test('of one probe tells of this one, and of one that is not there names those that are', async () => {
    const io = small();
    expect((await firedrill(io, 'explain', 'small.yaml', '--probe', 'read')).out).toContain('read: back ');
    expect(await firedrill(io, 'explain', 'small.yaml', '--probe', 'raed')).toEqual({
      ...{ code: 64, out: '' },
      err: 'command line --probe: there is no probe `raed` in this drill; write one of: read\n',
    });
  });

  test('has nothing to say of a drill that broke nothing, and ends with 2', async () => {
    const io = small();
    await firedrill(io, 'run', 'small.yaml', '--engine', 'sim', '--journal', 'journal');
    io.write('short', readFileSync(join(io.cwd, 'journal'), 'utf8').split('\n', 1)[0] ?? '');
    const { code, out } = await firedrill(io, 'explain', 'short');
    expect(code).toBe(2);
    expect(out).toContain('No fault took hold');
  });

  test.each([
    ['a file that is not there', 'nothing.yaml', 'nothing.yaml: there is no such file; name one that exists\n'],
    [
      'a torn journal',
      'torn.jsonl',
      'torn.jsonl:1:1: the journal ends within its first line; take the journal as it was written\n',
    ],
  ])('refuses %s', async (_, name, complaint) => {
    const io = small();
    io.write('torn.jsonl', '{"entry":"dri');
    expect(await firedrill(io, 'explain', join(io.cwd, name))).toMatchObject({ code: 64, out: '' });
    expect((await firedrill(io, 'explain', name)).err).toBe(complaint);
  });
});

function small(): Captured {
  const io = captureIo();
  io.write('small.yaml', SMALL);
  return io;
}
