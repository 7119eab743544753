import { describe, expect, test } from 'vitest';
import { tellFailure } from '../../src/cli/failure.js';
import { EnvironmentError, InputError } from '../../src/errors.js';
import { exitCodes } from '../../src/judge/judge.js';
import { captureIo, firedrill, SMALL } from './captured.js';

describe('the command line', () => {
  test('help prints every exit code with its meaning, and ends with 0', async () => {
    const { code, out } = await firedrill(captureIo(), '--help');
    expect(code).toBe(0);
    for (const { code, meaning } of Object.values(exitCodes)) expect(out).toContain(`${code}  ${meaning}`);
  });

  test('help names every command', async () => {
    const { out } = await firedrill(captureIo(), '--help');
    for (const command of ['run', 'check', 'plan', 'judge', 'doctor'])
      expect(out).toMatch(new RegExp(`^  ${command} `, 'm'));
  });

  test.each([
    [[]],
    [['frobnicate']],
    [['run']],
    [['run', 'a', 'b']],
    [['run', '--frobnicate', 'a']],
    [['run', '--engine', 'podman', 'a']],
    [['run', '--seed', '-1', 'a']],
    [['run', '--seed', '1.5', 'a']],
    [['run', '--seed', '4294967296', 'a']],
    [['run', '--json', '-', '--journal', '-', 'a']],
    [['check']],
  ])('a wrong command line %j ends with 64, says why, and prints nothing to standard output', async (argv) => {
    const io = captureIo();
    io.write('a', SMALL);
    const { code, out, err } = await firedrill(io, ...argv);
    expect(code).toBe(64);
    expect(err).not.toBe('');
    expect(out).toBe('');
  });

  test('a mistyped flag is answered with the right one', async () => {
    const { err } = await firedrill(captureIo(), 'run', '--sed', '1', 'a');
    expect(err).toContain('--seed');
  });
});

describe('a failure', () => {
  test('of the author ends with 64 and shows every problem with its place', () => {
    const io = captureIo();
    const problem = (line: number) => ({ file: 'a.yaml', line, col: 3, path: 'sites', message: 'write a map' });
    expect(tellFailure(io, new InputError([problem(1), problem(2)]))).toBe(64);
    expect(io.output.err).toBe('a.yaml:1:3 sites: write a map\na.yaml:2:3 sites: write a map\n');
  });

  test('of the environment ends with 69 and says what to try', () => {
    const io = captureIo();
    expect(tellFailure(io, new EnvironmentError('no engine answers', 'Start Docker.'))).toBe(69);
    expect(io.output.err).toBe('firedrill: no engine answers\nStart Docker.\n');
  });

  test('of firedrill itself ends with 70 and asks for a report in one line', () => {
    const io = captureIo();
    expect(tellFailure(io, new TypeError('x is undefined\nand more'))).toBe(70);
    expect(io.output.err).toMatch(/^firedrill: .*report it: x is undefined\n$/);
  });

  test('shows its stack only with FIREDRILL_DEBUG=1', () => {
    const io = captureIo({ env: { FIREDRILL_DEBUG: '1' } });
    tellFailure(io, new TypeError('x is undefined'));
    expect(io.output.err).toContain('at ');
  });
});
