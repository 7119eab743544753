import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { printVerdict } from '../../src/cli/output.js';
import { readJournal } from '../../src/journal/journal.js';
import type { Verdict } from '../../src/judge/judge.js';
import { redactionOf } from '../../src/scenario/scenario.js';
import { type Captured, captureIo, firedrill, SMALL } from './captured.js';

const VALUE = 'swordfish 4711';

const SMALL_WITH_SECRET = SMALL.replace(
  'image: "web:1",',
  'image: "web:1", environment: { PASSWORD: { secret: WEB_PASSWORD } },',
);
/** Nothing outside speaks in a simulation: here the scenario itself says, in plain words, what nobody may read. */
const LOOSE = SMALL.replace('name: A small outage', `name: "A ${VALUE} outage"\nabout: "it is ${VALUE}"`).replace(
  'image: "web:1",',
  `image: "web:1", command: "echo ${VALUE}", environment: { PASSWORD: { secret: WEB_PASSWORD } },`,
);

describe('what the environment holds for a secret', () => {
  test('is on neither output, nor in the journal, nor in the verdict', async () => {
    const io = captureIo({ env: { WEB_PASSWORD: VALUE } });
    io.write('loose.yaml', LOOSE);
    const argv = ['run', 'loose.yaml', '--engine', 'sim', '--journal', 'journal', '--json', 'verdict.json'];
    const { code, out, err } = await firedrill(io, ...argv);
    expect(code).toBe(0);
    const [journal, verdict] = ['journal', 'verdict.json'].map((name) => readFileSync(join(io.cwd, name), 'utf8'));
    expect(out).toContain('A *** outage');
    expect(JSON.stringify([out, err, JSON.parse(String(journal?.split('\n')[0])).plan.about, verdict])).not.toContain(
      'swordfish',
    );
    const [head] = readJournal(String(journal), 'journal');
    expect(head).toMatchObject({
      plan: {
        about: 'it is ***',
        services: [{ command: ['sh', '-c', 'echo ***'], environment: { PASSWORD: { secret: 'WEB_PASSWORD' } } }],
      },
    });
  });

  test('is not on standard output where that has the journal or the verdict, which can be read all the same', async () => {
    const io = captureIo({ input: LOOSE, env: { WEB_PASSWORD: VALUE } });
    const { out } = await firedrill(io, 'run', '-', '--engine', 'sim', '--json', '-', '--journal', 'journal');
    expect(JSON.parse(out)).toMatchObject({ format: 1, exitCode: 0 });
    const again = await firedrill(io, 'judge', 'journal', '--json', '-');
    expect(again.out).toBe(out);
    expect(again.err + out).not.toContain('swordfish');
  });

  test('is not in a report that breaks its lines between any two words', async () => {
    const io: { -readonly [K in keyof Captured]: Captured[K] } = captureIo({
      input: SMALL_WITH_SECRET,
      env: { WEB_PASSWORD: VALUE },
    });
    const reason = Array.from({ length: 14 }, (_, length) => `${'x'.repeat(length)} ${VALUE}`).join(' ');
    const err = io.err;
    io.err = (text) => {
      err(text);
      if (text.includes('took hold')) io.stops[0]?.(reason);
    };
    const { code, out } = await firedrill(io, 'run', '-', '--engine', 'sim', '--journal', 'journal');
    expect(code).toBe(3);
    expect(out).toContain('x ***');
    for (const text of [out, io.output.err, readFileSync(join(io.cwd, 'journal'), 'utf8')]) {
      expect(text).not.toMatch(/swordfish|4711/);
    }
  });

  test('is not in a verdict that is written to a file, even where it was not kept out before', async () => {
    const io = captureIo();
    io.conceal(redactionOf([VALUE]));
    const verdict = {
      findings: [],
      notes: [`it said ${VALUE}`],
      outcome: 'unknown',
      exitCode: 2,
    } as unknown as Verdict;
    await printVerdict(io, verdict, [], { json: 'verdict.json' });
    expect(JSON.parse(readFileSync(join(io.cwd, 'verdict.json'), 'utf8')).notes).toEqual(['it said ***']);
    expect(io.output.out).toContain('it said ***');
  });

  test('is not in an error', async () => {
    const io = captureIo({ input: LOOSE, env: { WEB_PASSWORD: VALUE, DOCKER_HOST: `unix:///${VALUE}.sock` } });
    const { code, err } = await firedrill(io, 'run', '-', '--engine', 'docker');
    expect(code).toBe(69);
    expect(err).toContain('***');
    expect(err).not.toContain('swordfish');
  });
});

test('a simulation needs no secret', async () => {
  const io = captureIo({ input: LOOSE });
  expect((await firedrill(io, 'run', '-', '--engine', 'sim')).code).toBe(0);
});
