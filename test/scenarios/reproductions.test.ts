import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { captureIo, firedrill, unsealed } from '../cli/captured.js';
import { published } from './published.js';

const folderOf = (name: string) => join(import.meta.dirname, '../../scenarios', name);

/** Seconds from the fault to the return of each probe, as `run --engine sim --seed 7` has it; null: not back. */
async function recoveriesOf(name: string): Promise<Record<string, number | null>> {
  const io = captureIo();
  await firedrill(io, 'run', folderOf(name), '--engine', 'sim', '--seed', '7', '--json', 'verdict.json');
  const { findings } = JSON.parse(readFileSync(join(io.cwd, 'verdict.json'), 'utf8'));
  const told = findings.filter(({ measure }: { measure: string }) => measure === 'recover');
  return Object.fromEntries(
    told.map(({ probe, value, censored }: { probe: string; value: number; censored: boolean }) => [
      probe,
      censored ? null : value,
    ]),
  );
}

describe('a scenario that only the simulator can play', () => {
  test.each(published.filter(({ hasImages }) => !hasImages))(
    '$name gives its golden journal; `npx vitest run test/scenarios/reproductions.test.ts -u` when it is meant to change',
    async ({ name, folder }) => {
      const io = captureIo();
      await firedrill(io, 'run', folder, '--engine', 'sim', '--seed', '7', '--journal', 'journal');
      // The first line is the plan and the version of firedrill.
      const [, ...lines] = unsealed(readFileSync(join(io.cwd, 'journal'), 'utf8')).split('\n');
      await expect(lines.join('\n')).toMatchFileSnapshot(`golden/${name}.jsonl`);
    },
  );
});

describe('what was documented and not put in', () => {
  const HOUR = 3600;
  test.each([
    ['cloudflare-2023', 'analytics', 40.68 * HOUR, -14],
    ['github-2018', 'site', 12.33 * HOUR, 9],
    ['github-2018', 'hooks', 24.18 * HOUR, -3],
    ['nirs-2025', 'half', 22 * 24 * HOUR, -6],
    ['nirs-2025', 'all', 95 * 24 * HOUR, -63],
  ])('%s is off by as much for %s as its file says', async (name, probe, documented, percent) => {
    const simulated = (await recoveriesOf(name))[probe] ?? Number.NaN;
    expect(Math.round((100 * (simulated - documented)) / documented)).toBe(percent);
    expect(readFileSync(join(folderOf(name), 'scenario.yaml'), 'utf8').replaceAll('\n# ', ' ')).toMatch(
      new RegExp(`How far it is off[^]*${probe} [^;.]*${Math.abs(percent)} % too ${percent > 0 ? 'long' : 'short'}`),
    );
  });
});

test('the site that was drilled is back in a hundredth of the time', async () => {
  const [before, after] = await Promise.all(['cloudflare-2023', 'cloudflare-2024'].map(recoveriesOf));
  expect(after?.['control-plane']).toBeLessThan((before?.['control-plane'] ?? 0) / 100);
});

test('what had no copy off its site is never back', async () => {
  expect(await recoveriesOf('nirs-2025')).toMatchObject({ 'g-drive': null });
});

test.each(['cloudflare-2023', 'cloudflare-2024', 'github-2018', 'roblox-2021', 'nirs-2025'])(
  '%s says of each figure whether it is documented or assumed',
  (name) => {
    const lines = readFileSync(join(folderOf(name), 'scenario.yaml'), 'utf8').split('\n');
    const marked = /#.*(documented|assumed|used|\b2023\b)/i;
    // A figure's mark stands in its own line, or in the comment above it.
    const bare = lines.filter((line, index) => {
      const figures = line.replace(/#.*/, '').match(/: \d|\[\d| \d+[smhd%]/g);
      if (figures === null || /^(version|begins|#)|every:|source:/.test(line)) return false;
      return !marked.test(line) && !/^\s*#.*(documented|assumed|used)/i.test(lines[index - 1] ?? '');
    });
    expect(bare).toEqual([]);
  },
);
