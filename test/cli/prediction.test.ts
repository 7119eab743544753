import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Captured, captureIo, firedrill, SMALL, unsealed } from './captured.js';

const schema = z.fromJSONSchema(
  JSON.parse(readFileSync(new URL('../../schema/verdict.json', import.meta.url), 'utf8')),
);

/** The journal of a simulated drill, changed, and made to look as if it had been measured. */
async function measured(change: (text: string) => string = (text) => text, scenario = SMALL): Promise<Captured> {
  const io = captureIo();
  io.write('small.yaml', scenario);
  await firedrill(io, 'run', 'small.yaml', '--engine', 'sim', '--seed', '5', '--journal', 'journal');
  const text = readFileSync(join(io.cwd, 'journal'), 'utf8');
  io.write(
    'journal',
    change(unsealed(text).replace('"engine":"sim","measured":false', '"engine":"docker 20.10.24","measured":true')),
  );
  return io;
}

describe('a measured drill whose scenario has models', () => {
  test('is judged with the prediction of its models beside it, SIMULATED in the same line', async () => {
    const { code, out, err } = await firedrill(await measured(), 'judge', 'journal');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.split('\n')[0]).toContain('measured');
    const line = out.split('\n').find((text) => text.includes('read recover'));
    expect(line).toMatch(
      /^SIMULATED, not measured: read recover 2\.\d+ s; measured 2\.\d+ s, as predicted after power-loss seoul/,
    );
  });

  test('has the same outcome and exit code whatever was predicted', async () => {
    const slower = await measured((text) => text.replace('"bootMs":500', '"bootMs":1500'));
    const { code, out } = await firedrill(slower, 'judge', 'journal', '--json', 'verdict.json');
    expect(code).toBe(0);
    expect(out).toMatch(
      /\nSIMULATED, not measured: read recover 3\.\d+ s; measured 2\.\d+ s, 1 s too much \(\+4\d %\) after/,
    );
    const verdict = JSON.parse(readFileSync(join(slower.cwd, 'verdict.json'), 'utf8'));
    expect(verdict).toMatchObject({
      measured: true,
      outcome: 'met',
      predicted: { measured: false, engine: 'sim', seed: 5 },
    });
    expect(schema.safeParse(verdict).error).toBeUndefined();
    expect(schema.safeParse({ ...verdict, predicted: { ...verdict.predicted, measured: true } }).success).toBe(false);
  });

  test('whose journal cannot be simulated any more is judged without, and says why', async () => {
    const broken = await measured((text) => text.replace('"needs":[]', '"needs":["web"]'));
    const { code, out, err } = await firedrill(broken, 'judge', 'journal');
    expect(code).toBe(0);
    expect(out).not.toContain('SIMULATED');
    expect(err).toMatch(/^nothing is predicted: the plan in this journal cannot be simulated\n$/);
  });

  test('that claims to have lasted for thousands of years is judged without', async () => {
    const endless = await measured((text) => text.replace('"durationMs":12000', '"durationMs":1e14'));
    expect((await firedrill(endless, 'judge', 'journal')).out).not.toContain('SIMULATED');
  });
});

test('nothing is predicted for a simulated drill, nor where no model was written', async () => {
  const io = captureIo();
  io.write('small.yaml', SMALL);
  const { out } = await firedrill(io, 'run', 'small.yaml', '--engine', 'sim');
  expect(out).not.toContain('SIMULATED, not measured: read');
  const plain = await measured(undefined, SMALL.replace(/, model: \{.*?\}/, ''));
  expect((await firedrill(plain, 'judge', 'journal')).out).not.toContain('SIMULATED');
});
