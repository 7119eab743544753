import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { jsonReport, terminalWhatIf } from '../../src/report/report.js';
import type { WhatIf } from '../../src/what-if/what-if.js';

const EXPECTED = readFileSync(new URL('./what-if.txt', import.meta.url), 'utf8');

const score = (text: number, mail: number, more = false) => ({
  value: (text + mail) / 2,
  more,
  probes: [
    { probe: 'text', value: text, more: false },
    { probe: 'mail', value: mail, more },
  ],
});
const HOUR = 3600;
const FOUND: WhatIf = {
  format: 1,
  scenario: 'Power loss',
  engine: 'sim',
  measured: false,
  by: 'recover',
  unit: 's',
  seed: 7,
  trials: 10,
  budget: 1000,
  drills: 345,
  servers: 32_000,
  baseline: score(10 * HOUR, 127 * HOUR, true),
  singles: [
    {
      ...{ key: 'boot', title: 'automatic boot of every server', about: 'boot', after: score(10 * HOUR, 60 * HOUR) },
      ...{ saved: 33.5 * HOUR, savedPercent: 48.9, servers: 0 },
    },
    {
      ...{ key: 'site mail', title: 'mail at anyang too', about: 'site', after: score(10 * HOUR, 120 * HOUR) },
      ...{ saved: 3.5 * HOUR, savedPercent: 5.11, servers: 12_000 },
    },
    {
      ...{ key: 'tools a', title: 'deploy at anyang instead', about: 'tools', after: score(10 * HOUR, 127 * HOUR) },
      ...{ saved: 0, savedPercent: 0, servers: 0 },
    },
    {
      ...{ key: 'site b', title: 'auth at anyang too', about: 'site', after: score(10 * HOUR, 127 * HOUR) },
      ...{ saved: 0, savedPercent: 0, servers: 40 },
    },
    {
      ...{ key: 'x', title: 'services.text.model.takeover=2h', about: 'yours', after: score(12 * HOUR, 127 * HOUR) },
      ...{ saved: -HOUR, savedPercent: -1.46, servers: 0 },
    },
  ],
  pairs: [
    {
      ...{ titles: ['deploy at anyang instead', 'automatic boot of every server'], abouts: ['tools', 'boot'] },
      ...{ alonePercent: 48.9, after: score(60, 120), saved: 68.4 * HOUR, savedPercent: 99.96, servers: 0 },
    },
  ],
  pairsTried: 10,
  untried: [{ title: 'votes at anyang too', because: 'services.votes: it cannot be' }],
  conclusion: 'Most is saved by automatic boot of every server: 49 % (68 h 30 min → 35 h).',
};
const report = (found: WhatIf, width: number, colour = false) => terminalWhatIf(found, { width, colour });

describe('what changes would have done, for people', () => {
  test('is this text', () => {
    expect(report(FOUND, 80)).toBe(EXPECTED);
  });

  test('fits its terminal', () => {
    for (const width of [80, 200]) {
      const longest = Math.max(
        ...report(FOUND, width)
          .split('\n')
          .map((line) => line.length),
      );
      expect(longest).toBeLessThanOrEqual(Math.min(110, width));
    }
  });

  test('has colours only where they are wanted, and says the same without them', () => {
    const painted = report(FOUND, 80, true);
    expect(painted).toContain('\u001b[');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    expect(painted.replaceAll(/\u001b\[\d+m/g, '')).toBe(EXPECTED);
  });

  test('says when no pair saves more, and when there was no number', () => {
    expect(report({ ...FOUND, pairs: [] }, 80)).toContain(
      'of 10 pairs in which one change alone does not help, none saves clearly more',
    );
    const nothing = { ...FOUND, baseline: null, singles: [], pairs: [], pairsTried: 0, untried: [] };
    expect(report(nothing, 80)).toContain('as it is: no number for recover; 10 trials from seed 7, 32,000 servers\n');
  });
});

test('what changes would have done as JSON is all of it, measured false', () => {
  expect(JSON.parse(jsonReport(FOUND))).toEqual(FOUND);
});

test('the published schema takes it, and refuses what it is not', () => {
  const schema = z.fromJSONSchema(
    JSON.parse(readFileSync(new URL('../../schema/what-if.json', import.meta.url), 'utf8')),
  );
  expect(schema.safeParse(JSON.parse(jsonReport(FOUND))).error).toBeUndefined();
  expect(schema.safeParse({ ...FOUND, measured: true }).success).toBe(false);
  expect(schema.safeParse({ ...FOUND, singles: [{}] }).success).toBe(false);
});
