import { expect, test } from 'vitest';
import { lockNameOf } from '../../../src/engine/docker/lock.js';

test('every scenario has a lock of its own, whatever its name is written in', () => {
  const names = ['데이터센터 화재', '통신망 단절', 'Hello, two sites', 'Hello, two sites!', '—'];
  const locks = names.map(lockNameOf);
  expect(new Set(locks).size).toBe(names.length);
  // What Docker takes as a name.
  for (const lock of locks) expect(lock).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/);
  expect(lockNameOf('Hello, two sites')).toBe(locks[2]);
});
