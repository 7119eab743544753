import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { BIN, buildWhereStale } from './built.js';

const HELLO = join(import.meta.dirname, '../../scenarios/hello-sites');

beforeAll(buildWhereStale, 180_000);

test('a journal for which there is no more room ends with a whole line, so that what comes later is not joined to a half', () => {
  const folder = mkdtempSync(join(tmpdir(), 'firedrill-full-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'journal');
  // As a full disk does, the limit takes the part of a line for which there is room.
  const drill = ['-c', 'ulimit -f 8; exec "$0" "$@"', process.execPath, BIN, 'run', HELLO];
  const ran = spawnSync('sh', [...drill, '--engine', 'sim', '--journal', path], { encoding: 'utf8' });
  expect(ran.status, ran.stderr).toBe(69);
  expect(ran.stderr).toContain(`${path} cannot be written (EFBIG)\nMake room`);
  const text = readFileSync(path, 'utf8');
  expect(text.length).toBeGreaterThan(0);
  expect(text.endsWith('\n')).toBe(true);
});

test('a drill whose journal is full in the middle says that all is restored and what was seen until then, and ends with 69', () => {
  const folder = mkdtempSync(join(tmpdir(), 'firedrill-full-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const ran = (blocks: number) => {
    const limited = ['-c', `ulimit -f ${blocks}; exec "$0" "$@"`, process.execPath, BIN, 'run', HELLO];
    const path = join(folder, 'journal');
    return spawnSync('sh', [...limited, '--engine', 'sim', '--journal', path, '--json', '-'], { encoding: 'utf8' });
  };
  // The greatest of these sizes in which not all of it finds room.
  const sizes = Array.from({ length: 12 }, (_, index) => 4 * index + 4);
  const seen = sizes.map(ran).findLast(({ status, stdout }) => status === 69 && stdout !== '');
  expect(seen?.stderr).toMatch(/drill failed; everything is restored/);
  expect(seen?.stderr).toMatch(/firedrill: .* cannot be written \(EFBIG\)/);
  const verdict = JSON.parse(seen?.stdout ?? '');
  expect(verdict).toMatchObject({ outcome: 'unknown', exitCode: 69 });
  expect(verdict.findings.length).toBeGreaterThan(0);
  expect(seen?.stderr).toContain('power-loss seoul took hold');
}, 60_000);

test.skipIf(!existsSync('/proc'))(
  'a journal in a place where no folder can be made ends with 69, and it does end',
  () => {
    const drill = [BIN, 'run', HELLO, '--engine', 'sim', '--journal', '/proc/no/journal'];
    const { status, stderr } = spawnSync(process.execPath, drill, { encoding: 'utf8', timeout: 30_000, killSignal: 9 });
    expect(status, stderr).toBe(69);
    expect(stderr).toContain('/proc/no/journal cannot be written (ENOENT)');
  },
);
