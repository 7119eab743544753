import { spawn, spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { ownRunner, stateOfRunner } from '../../src/cli/runner.js';

test('a runner is alive as long as its process is', async () => {
  expect(stateOfRunner(ownRunner())).toBe('alive');
  const { pid } = spawnSync(process.execPath, ['--version']);
  const [host, , started] = ownRunner().split(' ');
  expect(stateOfRunner(`${host} ${pid} ${started}`)).toBe('gone');
});

test('a runner whose number another process has now, as after a reboot, is gone', () => {
  const [host, pid, started] = ownRunner().split(' ');
  expect(stateOfRunner(`${host} ${pid} ${Number(started) - 1}`)).toBe('gone');
});

test('a runner that has ended and was not yet waited for is gone', async () => {
  const child = spawn('sh', ['-c', 'sleep 0.3 & echo $! $(cut -d " " -f 22 /proc/$!/stat); exec sleep 60']);
  try {
    const told = await new Promise<string>((resolve) => child.stdout.on('data', (chunk) => resolve(String(chunk))));
    const [host] = ownRunner().split(' ');
    const state = () => stateOfRunner(`${host} ${told.trim()}`);
    expect(state()).toBe('alive');
    await expect.poll(state).toBe('gone');
  } finally {
    child.kill('SIGKILL');
  }
});

test('of a runner on another host, or of nobody, it is not known', () => {
  expect(stateOfRunner('another-host 1 1')).toBe('unknown');
  expect(stateOfRunner(undefined)).toBe('unknown');
});
