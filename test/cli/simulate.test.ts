import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openTrialPool } from '../../src/cli/trial-pool.js';
import { planDrill } from '../../src/plan/plan.js';
import { readScenario } from '../../src/scenario/scenario.js';
import { BIN, buildWhereStale } from './built.js';
import { firedrill, SMALL, captureSmall as small } from './captured.js';

// In this thread, because the source cannot run in another one without being built.
const HERE = ['--workers', '1'];

describe('a simulation', () => {
  test('prints its forecast to standard output, and leaves no journal', async () => {
    const io = small();
    const { code, out, err } = await firedrill(io, 'simulate', 'small.yaml', '--trials', '3', '--seed', '7', ...HERE);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe(`firedrill · A small outage · sim · SIMULATED, not measured

3 trials from seed 7

✓ read  recover  ≤ 5 s  met in 100 % (43 – 100 %)
    after power-loss seoul @10:00:02: 2.5 s in every trial

MET: of 1 objective, 1 met in at least 95 % of the trials, 0 not, 0 unknown. Simulated, not
measured. Exit code 0: every objective met.
`);
    expect(readdirSync(io.cwd)).toEqual(['small.yaml']);
  });

  test('writes its forecast as JSON where it is told to, and - leaves standard output to it alone', async () => {
    const io = small();
    const args = ['simulate', 'small.yaml', '--trials', '2', '--seed', '7', ...HERE, '--json'];
    await firedrill(io, ...args, 'forecast.json');
    const written = readFileSync(join(io.cwd, 'forecast.json'), 'utf8');
    expect(JSON.parse(written)).toMatchObject({ format: 1, measured: false, engine: 'sim', seed: 7, trials: 2 });
    const { out, err } = await firedrill(io, ...args, '-');
    expect(out).toBe(written);
    expect(err).toContain('SIMULATED, not measured');
  });

  test('ends with 1 when an objective is missed in too many trials, and with 2 when nobody can tell', async () => {
    const codeWith = async (from: string, to: string) =>
      (
        await firedrill(
          small((text) => text.replace(from, to)),
          'simulate',
          'small.yaml',
          '--trials',
          '2',
          ...HERE,
        )
      ).code;
    expect(await codeWith('recover: 5s', 'recover: 1s')).toBe(1);
    expect(await codeWith('{ recover: 5s }', '{ lose: 0 }')).toBe(2);
  });

  test('names the seed of its worst trial, with which `run` gives the same number', async () => {
    const io = small((text) => text.replace('read: { http', 'read: { does: read, http'));
    const { out } = await firedrill(io, 'simulate', 'small.yaml', '--trials', '2', ...HERE, '--json', '-');
    const { worst, p99 } = JSON.parse(out).figures[0];
    const again = await firedrill(
      io,
      'run',
      'small.yaml',
      '--engine',
      'sim',
      '--seed',
      String(worst.seed),
      '--json',
      '-',
    );
    expect(JSON.parse(again.out).findings[0].value).toBe(p99.value);
  });

  test.each([
    [['--trials', '0'], 'The number of trials is whole, from 1 to 100000.'],
    [['--trials', 'many'], 'The number of trials is whole, from 1 to 100000.'],
    [['--workers', '0'], 'The number of workers is whole, from 1 to 256.'],
    [['--seed', '-1'], 'A seed is a whole number from 0 to 4294967295.'],
    [['--confidence', '101'], 'Write a share of the trials such as 95 or 99.5'],
    [['--json', 'small.yaml'], '--json would take the place of small.yaml'],
  ])('with %j is refused with 64 before anything is played', async (args, message) => {
    const { code, out, err } = await firedrill(small(), 'simulate', 'small.yaml', ...args);
    expect({ code, out }).toEqual({ code: 64, out: '' });
    expect(err).toContain(message);
    expect(err).not.toContain('    at ');
  });

  test('of a scenario that is wrong says everything that is wrong with it', async () => {
    const { code, err } = await firedrill(
      small((text) => text.replace('boot: 500ms', 'boots: 500ms')),
      'simulate',
      'small.yaml',
    );
    expect(code).toBe(64);
    expect(err).toMatch(/^small\.yaml:8:\d+ services\.web\.model: unknown key `boots`; did you mean `boot`\?\n$/);
  });

  test('that is stopped says how far it was, and ends with 3 and without a report', async () => {
    const io = small(undefined, 80);
    const answer = io.draw;
    Object.assign(io, {
      draw(text: string) {
        answer(text);
        if (text.startsWith('\r1 of')) io.stops[0]?.('SIGINT');
      },
    });
    const { code, out, err } = await firedrill(io, 'simulate', 'small.yaml', '--trials', '40', ...HERE);
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toContain('SIGINT: stopped after 1 of 40 trials; nothing was broken\n');
    expect(io.stops).toEqual([]);
  });

  test('tells a terminal how far it is, and takes that away again', async () => {
    const { err } = await firedrill(small(undefined, 80), 'simulate', 'small.yaml', '--trials', '3', ...HERE);
    expect(err).toBe('\r1 of 3 trials\r2 of 3 trials\r3 of 3 trials\r\u001b[0K');
  });
});

describe('a pool of one worker', () => {
  const plan = planDrill(readScenario(SMALL, 'small.yaml', { exists: () => true }));

  test('gives the trials in the order of their seeds', async () => {
    const seeds = [3, 1, 2];
    expect((await openTrialPool(1).play(plan, seeds)).map(({ seed }) => seed)).toEqual(seeds);
  });

  test('that is closed plays no further trial', async () => {
    const pool = openTrialPool(1);
    let played = 0;
    const playing = pool.play(plan, [1, 2, 3, 4], () => {
      played += 1;
      pool.close();
    });
    await Promise.race([playing, new Promise((resolve) => setTimeout(resolve, 300))]);
    expect(played).toBe(1);
  });
});

describe('the installed command', () => {
  beforeAll(buildWhereStale, 180_000);

  test('gives the same forecast, byte for byte, with 1, 2 and 8 workers', () => {
    const forecasts = ['1', '2', '8'].map((workers) => simulate('--trials', '24', '--workers', workers, '--json', '-'));
    for (const { status, stdout, stderr } of forecasts) {
      expect({ status, stdout, stderr }).toEqual({ ...forecasts[0] });
    }
    expect(JSON.parse(forecasts[0]?.stdout ?? '').trials).toBe(24);
    expect(forecasts[0]?.status).toBe(1);
  }, 60_000);

  test('ends with 3 at once when it is interrupted, with several workers too', async () => {
    const child = spawn(process.execPath, [BIN, 'simulate', folder(), '--trials', '100000', '--workers', '2']);
    let err = '';
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    await new Promise((resolve) => setTimeout(resolve, 2000));
    child.kill('SIGINT');
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(3);
    expect(err).toMatch(/^SIGINT: stopped after \d+ of 100000 trials; nothing was broken\n$/);
  }, 60_000);

  /** A small outage on a lossy line: how long it takes depends on the seed. */
  function folder(): string {
    const path = mkdtempSync(join(tmpdir(), 'firedrill-'));
    onTestFinished(() => rmSync(path, { recursive: true }));
    writeFileSync(join(path, 'scenario.yaml'), LOSSY);
    return path;
  }

  function simulate(...args: string[]) {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [BIN, 'simulate', folder(), '--seed', '7', ...args],
      { encoding: 'utf8' },
    );
    return { status, stdout, stderr: stderr.replace(/\r.*/, '') };
  }
});

const LOSSY = SMALL.replace('probes:', '  door: { image: "door:1", at: outside, needs: [web] }\nprobes:')
  .replace('http://web-seoul', 'http://door')
  .replace('timeline:', 'timeline:\n  - { at: "+1s", link: { between: [door, web], loss: 70% } }')
  .replace('recover: 5s', 'recover: 1s');
