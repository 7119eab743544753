import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { playSimulated } from '../../src/cli/play-simulated.js';
import { judge } from '../../src/judge/judge.js';
import { type Plan, planDrill } from '../../src/plan/plan.js';
import { readScenario } from '../../src/scenario/scenario.js';
import { published } from './published.js';

/** What is for the simulator alone; its golden journals are in `reproductions.test.ts`. */
const simulated = published.filter(({ hasImages }) => !hasImages);

function planOf(folder: string): Plan {
  const text = readFileSync(join(folder, 'scenario.yaml'));
  return planDrill(readScenario(text, 'scenario.yaml', { exists: () => true, depth: 9 }));
}

describe.each(simulated)('scenarios/$name', ({ folder }) => {
  test('has a journal of less than 50 kB for all its days', async () => {
    const lines = (await playSimulated(planOf(folder), 7)).map((entry) => JSON.stringify(entry));
    expect(lines.join('\n').length).toBeLessThan(50_000);
  });
});

describe('what the outages of October 2022 must show', () => {
  const root = join(import.meta.dirname, '../../scenarios');

  async function recoverIn(name: string, probe: string): Promise<number> {
    const findings = judge(await playSimulated(planOf(join(root, name)), 7)).findings;
    return findings.find((finding) => finding.measure === 'recover' && finding.probe === probe)?.value ?? Number.NaN;
  }
  const hours = (count: number, minutes = 0) => count * 3600 + minutes * 60;

  test('Kakao is back within a tenth of the documented 127 h 33 min, its text within a tenth of 10 h 4 min', async () => {
    const [all, text] = [await recoverIn('kakao-2022', 'everything'), await recoverIn('kakao-2022', 'text')];
    expect(Math.abs(all / hours(127, 33) - 1)).toBeLessThan(0.1);
    expect(Math.abs(text / hours(10, 4) - 1)).toBeLessThan(0.1);
  });

  test('Naver has its functions back within 20 min to 12 h, and its main services never lost them for longer', async () => {
    for (const probe of ['moved', 'in-building']) {
      const seconds = await recoverIn('naver-2022', probe);
      expect(seconds).toBeGreaterThanOrEqual(hours(0, 20));
      expect(seconds).toBeLessThanOrEqual(hours(12));
    }
    expect(await recoverIn('naver-2022', 'main')).toBeLessThan(hours(0, 20));
  });

  test('after the remedy text is back within minutes', async () => {
    expect(await recoverIn('kakao-three-sites', 'text')).toBeLessThan(hours(0, 10));
  });
});
