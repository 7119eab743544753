import { spawn, spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { isHere, ownRunner, stateOfRunner } from '../../src/cli/runner.js';

const [HOST = '', PID = '', STARTED = '', KERNEL = '', SPACE = '', MACHINE = ''] = ownRunner().split(' ');
const ELSEWHERE = [KERNEL, '4026530000', MACHINE].join(' ');
const HERE = [KERNEL, SPACE, MACHINE].join(' ');

test('a runner is alive as long as its process is, whatever its lock says', () => {
  for (const held of [null, true, false]) {
    expect(stateOfRunner(ownRunner(), held)).toBe('alive');
    const { pid } = spawnSync(process.execPath, ['--version']);
    expect(stateOfRunner(`${HOST} ${pid} ${STARTED} ${HERE}`, held)).toBe('gone');
  }
});

test('a runner whose number another process has now is gone', () => {
  expect(stateOfRunner(`${HOST} ${PID} ${Number(STARTED) - 1} ${HERE}`)).toBe('gone');
});

test('a runner that has ended and was not yet waited for is gone', async () => {
  const child = spawn('sh', ['-c', 'sleep 0.3 & echo $! $(cut -d " " -f 22 /proc/$!/stat); exec sleep 60']);
  try {
    const told = await new Promise<string>((resolve) => child.stdout.on('data', (chunk) => resolve(String(chunk))));
    const state = () => stateOfRunner(`${HOST} ${told.trim()} ${HERE}`);
    expect(state()).toBe('alive');
    await expect.poll(state).toBe('gone');
  } finally {
    child.kill('SIGKILL');
  }
});

test('the number of a process of another namespace means nothing, whether a process here has it or none: the lock tells', () => {
  for (const pid of [PID, '4194304']) {
    const runner = `${HOST} ${pid} ${STARTED} ${ELSEWHERE}`;
    expect(isHere(runner)).toBe(false);
    expect(stateOfRunner(runner, true)).toBe('alive');
    expect(stateOfRunner(runner, false)).toBe('gone');
    expect(stateOfRunner(runner, null)).toBe('unknown');
  }
});

test('a runner of this machine before it was started again is gone', () => {
  const before = ['11111111-2222-3333-4444-555555555555', SPACE, MACHINE].join(' ');
  const state = MACHINE === '-' ? 'unknown' : 'gone';
  expect(stateOfRunner(`${HOST} ${PID} ${STARTED} ${before}`)).toBe(state);
  expect(stateOfRunner(`another-host ${PID} ${STARTED} ${before}`)).toBe('unknown');
});

test('of a runner on another host, or of nobody, or told as it once was, it is not known', () => {
  expect(stateOfRunner('another-host 1 1')).toBe('unknown');
  expect(stateOfRunner(undefined)).toBe('unknown');
  expect(stateOfRunner(`${HOST} ${PID} ${STARTED}`)).toBe('unknown');
});
