import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { firedrill, captureSmall as small } from './captured.js';

// In this thread, because the source cannot run in another one without being built.
const HERE = ['--workers', '1', '--trials', '1', '--seed', '7'];

describe('what-if', () => {
  test('prints what changes would have done to standard output, and leaves no journal', async () => {
    const io = small();
    const set = ['--set', 'services.web.model.boot=4s'];
    const { code, out, err } = await firedrill(io, 'what-if', 'small.yaml', ...HERE, ...set);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe(`firedrill · A small outage · sim · SIMULATED, not measured

as it is: recover 2.5 s (read), 1 trial from seed 7, 2 servers

 saved  recover        servers  change
  40 %  2.5 s → 1.5 s        0  power back in half the time (1 s)
-140 %  2.5 s → > 6 s        0  services.web.model.boot=4s

of 1 pair in which one change alone does not help, none saves clearly more than its better change

Most is saved by power back in half the time (1 s): 40 % (2.5 s → 1.5 s).

Simulated, not measured: 4 drills of at most 1000.
`);
    expect(readdirSync(io.cwd)).toEqual(['small.yaml']);
  });

  test('gives the same as JSON, which has standard output to itself', async () => {
    const { out, err } = await firedrill(small(), 'what-if', 'small.yaml', ...HERE, '--json', '-');
    expect(JSON.parse(out)).toMatchObject({
      format: 1,
      measured: false,
      engine: 'sim',
      by: 'recover',
      seed: 7,
      trials: 1,
    });
    expect(err).toContain('SIMULATED, not measured');
  });

  test('ends with 2 when there is nothing by which to compare', async () => {
    const { code, out } = await firedrill(small(), 'what-if', 'small.yaml', ...HERE, '--by', 'lose');
    expect(code).toBe(2);
    expect(out).toContain('Nothing could be compared: no probe has a number for lose.');
  });

  test.each([
    [['--set', 'boot'], 'command line boot: write a path and a value, such as `services.text.model.boot=2m`'],
    [['--set', 'services.wbe.model.boot=1s'], 'unknown service `wbe`; did you mean `web`?'],
    [['--set', 'services.web.model.boot=1s + services.web.model.bot=1s'], 'unknown key `bot`; did you mean `boot`?'],
    [['--budget', '1'], 'The number of drills is whole, from 2 to 10000000.'],
    [['--trials', '10', '--budget', '19'], '--budget 19 has no room for a change beside what is: write at least 20'],
    [['--by', 'recovery'], 'Allowed choices are recover, availability, lose.'],
    [['--json', 'small.yaml'], '--json would take the place of small.yaml'],
  ])('with %j is refused with 64 before anything is played', async (args, message) => {
    const { code, out, err } = await firedrill(small(), 'what-if', 'small.yaml', '--workers', '1', ...args);
    expect({ code, out }).toEqual({ code: 64, out: '' });
    expect(err).toContain(message);
    expect(err).not.toContain('    at ');
  });

  test('of a scenario that is wrong says so with its place in the file', async () => {
    const io = small((text) => text.replace('boot: 500ms', 'boots: 500ms'));
    const { code, err } = await firedrill(io, 'what-if', 'small.yaml');
    expect(code).toBe(64);
    expect(err).toMatch(/^small\.yaml:8:\d+ services\.web\.model: unknown key `boots`/);
  });

  test('that is stopped says how many drills it has played, and ends with 3 and without a report', async () => {
    const io = small(undefined, 80);
    const answer = io.draw;
    Object.assign(io, {
      draw(text: string) {
        answer(text);
        if (text.startsWith('\r1 of')) io.stops[0]?.('SIGINT');
      },
    });
    const args = ['--workers', '1', '--trials', '20', '--budget', '40'];
    const { code, out, err } = await firedrill(io, 'what-if', 'small.yaml', ...args);
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toContain('SIGINT: stopped after 1 of at most 40 drills; nothing was broken\n');
    expect(io.stops).toEqual([]);
  });
});
