import { describe, expect, test } from 'vitest';
import { captureIo, firedrill } from '../cli/captured.js';
import { published } from './published.js';

test('the scenarios that the README names are there', () => {
  expect(published.map(({ name }) => name)).toEqual(expect.arrayContaining(['datacenter-power-loss', 'hello-sites']));
});

describe.each(published)('scenarios/$name', ({ name, folder, hasImages, isMeantToMiss }) => {
  test('has nothing wrong with it', async () => {
    const { code, out, err } = await firedrill(captureIo(), 'check', folder);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^ok /);
  });

  test('runs on the simulator, which says that it measured nothing', async () => {
    const { code, out } = await firedrill(captureIo(), 'run', folder, '--engine', 'sim', '--seed', '7');
    expect(out.split('\n')[0]).toContain('SIMULATED, not measured');
    if (hasImages && !isMeantToMiss) expect(`${name} ends with ${code}`).toBe(`${name} ends with 0`);
    else expect([0, 1, 2]).toContain(code);
  });
});
