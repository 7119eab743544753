import { describe, expect, test } from 'vitest';
import { judge } from '../../src/judge/judge.js';
import { downBetween, makeJournal, type Told } from './histories.js';

const HOUR_MS = 3_600_000;
const JUMP = [90_000, HOUR_MS - 5000] as const;
const LONG: Told = {
  durationMs: HOUR_MS + 60_000,
  faults: [{ title: 'power-loss pangyo', atMs: 30_000, curedMs: HOUR_MS }],
  probes: [{ name: 'write', tell: downBetween([30_000, HOUR_MS + 4000]) }],
  jumps: [JUMP],
};

function findingOf(told: Partial<Told>, measure: string) {
  return judge(makeJournal({ ...LONG, ...told })).findings.find((finding) => finding.measure === measure);
}

describe('a measure over a jump', () => {
  test('recover counts the skipped time and says how much of it there is', () => {
    expect(findingOf({}, 'recover')).toMatchObject({
      value: 3573.9525,
      low: 3573.9,
      high: 3574.005,
      skipped: 3505,
      outages: 1,
      because: 'came back after 59 min 34 s, of which 58 min 25 s skipped while nothing changed',
    });
  });

  test('a recovery before the jump contains nothing that was skipped', () => {
    const probes = [{ name: 'write', tell: downBetween([30_000, 54_000]) }];
    expect(findingOf({ probes }, 'recover')).toMatchObject({ skipped: 0, because: 'came back after 23.95 s' });
  });

  test('one that does not come is more than what was lived through and skipped', () => {
    const probes = [{ name: 'write', tell: downBetween([30_000, 9 * HOUR_MS]) }];
    const found = findingOf({ probes }, 'recover');
    expect(found).toMatchObject({ censored: true, skipped: 3505 });
    expect(found?.because).toContain('of which 58 min 25 s skipped while nothing changed: it was not back');
  });

  test('detect of a fault that is seen only after a jump says so too', () => {
    const probes = [{ name: 'write', tell: downBetween([HOUR_MS - 5000, HOUR_MS]) }];
    expect(findingOf({ probes }, 'detect')).toMatchObject({ skipped: 3505 });
  });

  test('availability and budget take the skipped time as it was when it was skipped', () => {
    const objectives = [
      { probe: 'write', measure: 'availability', limitPercent: 99 } as const,
      { probe: 'write', measure: 'budget', targetPercent: 99.9, windowMs: 30 * 86_400_000 } as const,
    ];
    const down = (100 * 86) / (HOUR_MS / 1000 + 60);
    expect(findingOf({ objectives }, 'availability')?.value).toBeCloseTo(down, 3);
    expect(findingOf({ objectives }, 'availability')).toMatchObject({ outcome: 'missed', skipped: 3505 });
    expect(findingOf({ objectives }, 'budget')?.because).toBe(
      'burnt 59 min 34 s of 43 min 12 s; 58 min 25 s of the story were skipped while nothing changed',
    );
    const up = [{ name: 'write', tell: downBetween([30_000, 54_000]) }];
    expect(findingOf({ objectives, probes: up }, 'availability')).toMatchObject({ outcome: 'met', skipped: 3505 });
    expect(findingOf({ objectives, probes: up }, 'availability')?.value).toBeCloseTo(100 - 2400 / 3660, 3);
  });

  test('what was skipped is no hole in the samples, and a hole beside it is one', () => {
    const objectives = [{ probe: 'write', measure: 'availability', limitPercent: 1 } as const];
    expect(findingOf({ objectives }, 'availability')).toMatchObject({ outcome: 'met' });
    const jumps = [[JUMP[0], JUMP[1] - 1000]] as const;
    const found = makeJournal({ ...LONG, objectives });
    const told = found.map((entry) => (entry.entry === 'jump' ? { ...entry, toMs: jumps[0][1] } : entry));
    const finding = judge(told).findings.find(({ measure }) => measure === 'availability');
    expect(finding?.because).toContain('; 10 more looks were due and not made');
  });

  test('good samples on both sides of a jump are stable only by what was measured of them', () => {
    const probes = [{ name: 'write', tell: downBetween([30_000, 89_000], [HOUR_MS - 4000, HOUR_MS + 4000]) }];
    expect(findingOf({ probes }, 'recover')).toMatchObject({ outages: 1, value: 3573.9525 });
  });
});
