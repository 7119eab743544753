import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ownRunner } from '../../src/cli/runner.js';
import { readJournal } from '../../src/journal/journal.js';
import { type Captured, captureIo, firedrill, SMALL } from './captured.js';

describe('a simulated drill', () => {
  test('prints its report to standard output and everything else to standard error', async () => {
    const { code, out, err } = await firedrill(small(), 'run', 'small.yaml', '--engine', 'sim');
    expect(code).toBe(0);
    expect(out).toContain('A small outage');
    expect(out.split('\n')[0]).toContain('sim');
    expect(err).toMatch(/^drill d-[0-9a-f]{6} on sim, seed \d+\n/);
    expect(err).toMatch(/10:00:02 power-loss seoul took hold \(1 unit, simulated\)\n/);
    expect(err).toMatch(/10:00:02\.\d read fails: /);
    expect(err).toMatch(/10:00:04\.\d read answers again\n/);
    expect(out + err).not.toContain('\u001b');
  });

  test('leaves its journal in .firedrill of the current folder and says so', async () => {
    const io = small();
    const { err } = await firedrill(io, 'run', 'small.yaml', '--engine', 'sim');
    const [name] = readdirSync(join(io.cwd, '.firedrill'));
    expect(err.trimEnd().split('\n').at(-1)).toBe(`journal: .firedrill/${name}`);
    const entries = readJournal(readFileSync(join(io.cwd, '.firedrill', String(name)), 'utf8'), 'journal');
    expect(entries.at(-1)).toMatchObject({ entry: 'end', why: 'completed' });
  });

  test('gives the same journal byte for byte for the same seed, and another for another', async () => {
    const io = small();
    for (const [file, seed] of [
      ['a', '5'],
      ['b', '5'],
      ['c', '6'],
    ] as const) {
      await firedrill(io, 'run', 'small.yaml', '--engine', 'sim', '--seed', seed, '--journal', file);
    }
    const [a, b, c] = ['a', 'b', 'c'].map((file) => readFileSync(join(io.cwd, file), 'utf8'));
    expect(a).toBe(b);
    expect(a).not.toBe(c);
  });

  test('draws a seed of its own when none is given', async () => {
    const io = small();
    const seeds = [];
    for (const _ of [1, 2, 3]) {
      const { err } = await firedrill(io, 'run', 'small.yaml', '--engine', 'sim');
      seeds.push(/seed (\d+)/.exec(err)?.[1]);
    }
    expect(new Set(seeds).size).toBe(3);
  });

  test('writes the verdict as JSON where it is told to, in a folder that it makes', async () => {
    const io = small();
    await firedrill(io, 'run', 'small.yaml', '--engine', 'sim', '--json', 'reports/verdict.json');
    const verdict = JSON.parse(readFileSync(join(io.cwd, 'reports/verdict.json'), 'utf8'));
    expect(verdict).toMatchObject({ format: 1, engine: 'sim', measured: false, exitCode: 0 });
  });

  test('--json - leaves standard output to the JSON alone', async () => {
    const { out, err } = await firedrill(small(), 'run', 'small.yaml', '--engine', 'sim', '--json', '-');
    expect(JSON.parse(out)).toMatchObject({ scenario: 'A small outage' });
    expect(err).toContain('recover');
  });

  test('--journal - leaves standard output to the journal alone, so that it can be judged', async () => {
    const { out, err } = await firedrill(small(), 'run', 'small.yaml', '--engine', 'sim', '--journal', '-');
    expect(readJournal(out, 'standard output').at(-1)).toMatchObject({ entry: 'end', why: 'completed' });
    expect(err).toContain('recover');
    const again = await firedrill(captureIo({ input: out }), 'judge', '-');
    expect(again).toMatchObject({ code: 0, err: '' });
  });

  test('ends with the exit code of its verdict', async () => {
    const io = small((text) => text.replace('recover: 5s', 'recover: 1s'));
    const { code } = await firedrill(io, 'run', 'small.yaml', '--engine', 'sim');
    expect(code).toBe(1);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'])(
    'that is stopped by %s cures, removes, says so, and ends with 3',
    async (signal) => {
      const { code, err } = await stoppedBy(signal);
      expect(code).toBe(3);
      expect(err).toContain(`${signal}: stopping; what was broken is cured`);
      expect(err).toMatch(/cure power-loss seoul done/);
      expect(err).toContain(`drill interrupted: stopped by ${signal}; everything is restored`);
      expect(err).not.toContain('still curing');
    },
  );

  test('that is stopped twice says that cures are never skipped, cures, and ends with 3', async () => {
    const { code, err, io } = await stoppedBy('SIGINT', 'SIGINT');
    expect(code).toBe(3);
    expect(err).toContain('SIGINT: stopping; what was broken is cured');
    expect(err).toContain('SIGINT: still curing and removing, which is never skipped');
    expect(err).toMatch(/cure power-loss seoul done/);
    expect(err).toContain('drill interrupted: stopped by SIGINT; everything is restored');
    expect(io.stops).toEqual([]);
  });

  test('in which something is thrown that nobody catches cures all the same, and ends with 70', async () => {
    const io = small();
    const answer = io.err;
    io.err = (text) => {
      answer(text);
      if (text.includes('took hold')) io.stops[0]?.('a bug in firedrill', new Error('socket hang up'));
    };
    const { code, err } = await firedrill(io, 'run', 'small.yaml', '--engine', 'sim');
    expect(code).toBe(70);
    expect(err).toMatch(/cure power-loss seoul done/);
    expect(err).toMatch(/report it: socket hang up\n/);
  });
});

describe('the engine', () => {
  test('is the simulator when no Docker answers, which is said first', async () => {
    const { code, out, err } = await firedrill(small(), 'run', 'small.yaml');
    expect(code).toBe(0);
    expect(err.split('\n')[0]).toMatch(/no Docker engine answers.*this drill is simulated/);
    expect(out.split('\n')[0]).toContain('sim');
  });

  test('is the simulator, without a question to Docker, for what has no image to run', async () => {
    const io = captureIo({ env: { DOCKER_HOST: 'tcp://192.0.2.1:2375' } });
    io.write('small.yaml', SMALL.replace('image: "web:1", ', ''));
    const { code, err } = await firedrill(io, 'run', 'small.yaml');
    expect(code).toBe(0);
    expect(err.split('\n')[0]).toBe(
      'this scenario has services without an image: this drill is simulated, nothing in it is measured',
    );
  });

  test('is never the simulator when Docker was asked for by name', async () => {
    const io = small();
    const { code, err } = await firedrill(io, 'run', 'small.yaml', '--engine', 'docker');
    expect(code).toBe(69);
    expect(err).toMatch(/^firedrill: no Docker engine answers at .*\n.*sim.*\n$/);
    expect(existsSync(join(io.cwd, '.firedrill'))).toBe(false);
  });

  test('is not one on another machine, unless it was allowed', async () => {
    const io = small(undefined, { DOCKER_HOST: 'tcp://192.0.2.1:2375' });
    const { code, err } = await firedrill(io, 'run', 'small.yaml', '--engine', 'docker');
    expect(code).toBe(69);
    expect(err).toContain('--allow-remote');
  });
});

test.each(['file/verdict.json', '.', '/proc/verdict.json'])(
  'a report that could not be written to %s is refused before anything runs',
  async (path) => {
    const io = small();
    io.write('file', '');
    const { code, err } = await firedrill(io, 'run', 'small.yaml', '--engine', 'sim', '--json', path);
    expect(code).toBe(69);
    expect(err).toContain('cannot be written');
    expect(err).not.toContain('drill d-');
  },
);

test('looking whether a report can be written leaves nothing behind and changes nothing', async () => {
  const io = small((text) => text.replace('version: 1', 'version: 9'));
  io.write('old.json', 'old');
  for (const file of ['old.json', 'new.json']) {
    expect((await firedrill(io, 'run', 'small.yaml', '--engine', 'sim', '--json', file)).code).toBe(64);
  }
  expect(readFileSync(join(io.cwd, 'old.json'), 'utf8')).toBe('old');
  expect(existsSync(join(io.cwd, 'new.json'))).toBe(false);
});

test.each([
  ['run small.yaml --json small.yaml', '--json would take the place of small.yaml'],
  ['run small.yaml --journal ./small.yaml', '--journal would take the place of small.yaml'],
  ['run small.yaml --json x --journal ./x', '--json and --journal both name x'],
  ['judge small.yaml --json small.yaml', '--json would take the place of small.yaml'],
])('`%s` is refused, because one file would take the place of another', async (line, message) => {
  const io = small();
  const { code, err } = await firedrill(io, ...line.split(' '));
  expect(code).toBe(64);
  expect(err).toContain(message);
  expect(readFileSync(join(io.cwd, 'small.yaml'), 'utf8')).toBe(SMALL);
});

test('a journal of a drill that is running is not written over: it ends with 64 and names the drill', async () => {
  const io = small();
  await firedrill(io, 'run', 'small.yaml', '--engine', 'sim', '--journal', 'journal');
  const [head = ''] = readFileSync(join(io.cwd, 'journal'), 'utf8').split('\n', 1);
  const running = `${JSON.stringify({ ...JSON.parse(head), drill: 'd-other', runner: ownRunner() })}\n`;
  io.write('journal', running);
  const { code, err } = await firedrill(io, 'run', 'small.yaml', '--engine', 'sim', '--journal', 'journal');
  expect(code, err).toBe(64);
  expect(err).toContain('--journal names the journal of d-other, which is running; name another file');
  expect(readFileSync(join(io.cwd, 'journal'), 'utf8')).toBe(running);
  // One whose runner is gone, as after a reboot, keeps nobody out.
  io.write('journal', running.replace(/ \d+ (\S+ \S+ \S+)"/, ' 1 $1"'));
  expect((await firedrill(io, 'run', 'small.yaml', '--engine', 'sim', '--journal', 'journal')).code).toBe(0);
});

test('Ctrl-C before there is a drill ends with 3, says that nothing was made, and makes nothing', async () => {
  const io = small();
  const ran = firedrill(io, 'run', 'small.yaml', '--engine', 'sim');
  while (io.stops.length === 0) await new Promise(setImmediate);
  io.stops[0]?.('SIGINT');
  const { code, out, err } = await ran;
  expect([code, out]).toEqual([3, '']);
  expect(err).toContain('SIGINT: stopping; no drill has begun, and nothing of one was made');
  expect(existsSync(join(io.cwd, '.firedrill'))).toBe(false);
});

for (const [host, words] of [
  ['tcp://localhost:99999', 'tcp://localhost:99999, cannot be read'],
  ['unix:///no/such.sock', 'no Docker engine answers at unix:///no/such.sock'],
] as const) {
  test(`DOCKER_HOST=${host} ends with 69 and what to write instead`, async () => {
    const { code, err } = await firedrill(captureIo({ env: { DOCKER_HOST: host } }), 'status');
    expect(code, err).toBe(69);
    expect(err).toContain(words);
  });
}

test('judging the journal again gives the report and the exit code of the drill', async () => {
  const io = small((text) => text.replace('recover: 5s', 'recover: 1s'));
  const run = await firedrill(io, 'run', 'small.yaml', '--engine', 'sim', '--journal', 'journal');
  const again = await firedrill(io, 'judge', 'journal');
  expect(again).toEqual({ code: 1, out: run.out, err: '' });
});

test('a journal that is none ends with 64 and its name', async () => {
  const io = small();
  const { code, err } = await firedrill(io, 'judge', 'small.yaml');
  expect(code).toBe(64);
  expect(err).toMatch(/^small\.yaml:1:1/);
});

test('doctor says what is missing and what to do about it, and ends with 69 without an engine', async () => {
  const { code, out } = await firedrill(small(), 'doctor');
  expect(code).toBe(69);
  expect(out).toMatch(/^no {2}Docker engine {2}no Docker engine answers.*\n +Start Docker/m);
});

test.each([
  ['is a terminal', {}, [], true],
  ['is a terminal with NO_COLOR', { NO_COLOR: '1' }, [], false],
  ['is a terminal and --no-color is given', {}, ['--no-color'], false],
])('where standard output %s, colour is right', async (_, env, flags, colourful) => {
  const io = small(undefined, env, 80);
  const { out } = await firedrill(io, 'run', 'small.yaml', '--engine', 'sim', ...flags);
  expect(out.includes('\u001b[')).toBe(colourful);
});

/** A drill that is asked to stop as soon as its fault took hold, once for each of these. */
async function stoppedBy(...signals: string[]) {
  const io = small();
  const answer = io.err;
  io.err = (text) => {
    answer(text);
    if (text.includes('took hold')) for (const signal of signals) io.stops[0]?.(signal);
  };
  return { io, ...(await firedrill(io, 'run', 'small.yaml', '--engine', 'sim')) };
}

function small(change: (text: string) => string = (text) => text, env: Record<string, string> = {}, columns?: number) {
  const io: Captured = captureIo({ env, columns: columns ?? null });
  io.write('small.yaml', change(SMALL));
  return io as { -readonly [K in keyof Captured]: Captured[K] };
}
