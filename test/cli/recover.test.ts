import { expect, test } from 'vitest';
import { tellWaiting } from '../../src/cli/waiting.js';
import { virtualClock } from '../../src/clock.js';
import { captureIo, firedrill } from './captured.js';

test.each(['recover', 'status'])(
  '`%s` without an engine ends with 69 and advises nothing that it does not have',
  async (command) => {
    const { code, err } = await firedrill(captureIo(), command);
    expect(code).toBe(69);
    expect(err).toMatch(/no Docker engine answers at .*\nStart Docker/);
    expect(err).not.toContain('--engine');
  },
);

test('who waits for longer than three seconds is told for what, once, and who does not is told nothing', async () => {
  const clock = virtualClock();
  const io = captureIo();
  await clock.run(() => tellWaiting(io, clock, 'the Docker engine', clock.sleepUntil(2900)));
  expect(io.output.err).toBe('');
  await clock.run(() => tellWaiting(io, clock, 'the Docker engine', clock.sleepUntil(clock.now() + 21_000)));
  expect(io.output.err).toBe('waiting for the Docker engine …\n');
});
