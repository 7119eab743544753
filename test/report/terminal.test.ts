import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Entry } from '../../src/journal/journal.js';
import { judge } from '../../src/judge/judge.js';
import { terminalReport } from '../../src/report/report.js';
import { downBetween, makeJournal, RECOVERY, type Told } from '../judge/histories.js';
import { powerLossJournal } from './power-loss.js';

function reportOf(entries: Entry[], width = 100, colour = false): string[] {
  return terminalReport(judge(entries), entries, { colour, width }).split('\n');
}

function drillWith(told: Partial<Told>): Entry[] {
  return makeJournal({
    faults: [{ title: 'power-loss pangyo', atMs: 30_000, curedMs: 150_000 }],
    objectives: [{ probe: 'write', measure: 'recover', limitMs: 45_000 }],
    probes: [{ name: 'write', tell: downBetween([30_000, 54_350]) }],
    ...told,
  });
}

const strip = (lines: string[], label: string) => lines.find((line) => line.startsWith(label))?.slice(label.length);

describe('the terminal report', () => {
  test('a drill with a line of everything reads like this', () => {
    const golden = readFileSync(new URL('power-loss.txt', import.meta.url), 'utf8');
    expect(reportOf(powerLossJournal()).join('\n')).toBe(golden);
  });

  test('its first line names the engine and whether anything was measured', () => {
    expect(reportOf(drillWith({}))[0]).toBe('firedrill · Datacenter power loss at 15:30 · docker 20.10.24 · measured');
    const simulated = reportOf(drillWith({ engine: 'sim', measured: false }));
    expect(simulated[0]).toBe('firedrill · Datacenter power loss at 15:30 · sim · SIMULATED, not measured');
    expect(simulated.at(-2)).toBe(
      'MET: 1 met, 0 missed, 0 unknown. Simulated, not measured. Exit code 0: every objective met.',
    );
  });

  test('its last line is the outcome and the exit code', () => {
    const lastOf = (told: Partial<Told>) => reportOf(drillWith(told)).at(-2);
    expect(lastOf({})).toBe('MET: 1 met, 0 missed, 0 unknown. Exit code 0: every objective met.');
    expect(lastOf({ objectives: [] })).toBe(
      'UNKNOWN: there was no objective. Exit code 2: unknown: something could not be measured.',
    );
    expect(lastOf({ end: { left: ['web-pangyo'] } })).toBe(
      'MET: 1 met, 0 missed, 0 unknown. Exit code 4: something of the drill is left, or something it touched is not as before: run `firedrill recover`.',
    );
  });

  test('the verdicts come first, a mark and the reason where the numbers do not speak for themselves', () => {
    expect(reportOf(drillWith({}))[2]).toBe(
      '✓ write  recover  24.35 s (24.30 – 24.41 s)  ≤ 45 s   after power-loss pangyo @15:30:00',
    );
    const missed = drillWith({ objectives: [{ probe: 'write', measure: 'recover', limitMs: 10_000 }] });
    expect(reportOf(missed)[2]?.startsWith('✗ write  recover  24.35 s (24.30 – 24.41 s)  ≤ 10 s')).toBe(true);
    const censored = reportOf(drillWith({ probes: [{ name: 'write', tell: downBetween([30_000, 999_000]) }] }), 92);
    expect(censored.slice(2, 5)).toEqual([
      '✗ write  recover  > 2 min 59.9 s  ≤ 45 s',
      '    after power-loss pangyo @15:30:00: more than 2 min 59.9 s: it was not back when the',
      '    drill ended',
    ]);
  });

  test('an unknown and a relapse are explained below their numbers', () => {
    const unknown = reportOf(drillWith({ objectives: [{ probe: 'write', measure: 'recover', limitMs: 24_350 }] }), 200);
    expect(unknown[2]).toContain('? write  recover  24.35 s (24.30 – 24.41 s)  ≤ 24.35 s');
    expect(unknown[2]).toContain('15:30:00: the limit lies inside the interval');
    const probes = [{ name: 'write', tell: downBetween([30_000, 54_350], [70_000, 82_000]) }];
    const relapsed = reportOf(drillWith({ probes }), 200);
    expect(relapsed[2]).toContain('came back after 24.35 s and failed again; 2 outages, the longest 24.41 s');
    const figures = reportOf(drillWith({ probes, objectives: [] }));
    expect(figures).toContain('  write                            1 ms    24.35 s (24.30 – 24.41 s), 2 outages');
  });

  test('the probes of the latency table are in the order of the scenario, whichever was heard of first', () => {
    const entries = powerLossJournal();
    const others = entries.filter(({ entry }) => entry !== 'samples');
    const samples = entries.filter(({ entry }) => entry === 'samples').reverse();
    expect(reportOf(others.toSpliced(-1, 0, ...samples))).toEqual(reportOf(entries));
  });

  test('of a drill that never began the objectives are one line, and why is said once', () => {
    const objectives = [
      { probe: 'write', measure: 'recover', limitMs: 45_000 },
      { probe: 'write', measure: 'lose', limitWrites: 0 },
    ] as const;
    const end = {
      why: 'unsteady',
      because: 'these probes were not good for 2 s within 1 min: write (refused)',
    } as const;
    const entries = drillWith({ objectives, end }).filter(({ entry }) => entry === 'drill' || entry === 'end');
    const lines = reportOf(entries);
    expect(lines.filter((line) => line.includes('?'))).toEqual([
      '? not judged, since no story was told: write recover ≤ 45 s, write lose ≤ 0 writes',
    ]);
    expect(lines.join(' ').split('were not good for 2 s')).toHaveLength(2);
  });

  test('notes follow the verdicts', () => {
    const lines = reportOf(drillWith({ end: null }));
    expect(lines).toContain('! the journal ends abruptly');
  });

  test('no line is longer than the width, and no width is too small', () => {
    const longest = (width: number) => Math.max(...reportOf(powerLossJournal(), width).map((line) => line.length));
    expect(longest(100)).toBeLessThanOrEqual(100);
    expect(longest(250)).toBeGreaterThan(150);
    expect(reportOf(powerLossJournal(), 1).length).toBeGreaterThan(10);
  });

  test('colour adds nothing but colour', () => {
    const coloured = reportOf(powerLossJournal(), 100, true).join('\n');
    const esc = String.fromCharCode(27);
    expect(coloured).toContain(`${esc}[31m`);
    const bare = coloured.replaceAll(new RegExp(`${esc}\\[\\d+m`, 'g'), '');
    expect(bare).toBe(reportOf(powerLossJournal()).join('\n'));
  });
});

describe('the strip', () => {
  test('a column tells good from some and all failed, and from no sample', () => {
    const probes = [{ name: 'write', tell: downBetween([10_000, 20_000], [30_000, 31_000]), untilMs: 40_000 }];
    const lines = reportOf(drillWith({ probes, durationMs: 60_000, faults: [] }), 76);
    // 66 columns for 60 s: a column is a second.
    expect(strip(lines, '  write  ')).toBe(`${'·'.repeat(10)}${'█'.repeat(10)}${'·'.repeat(10)}█${'·'.repeat(9)}`);
  });

  test('a probe that looks more seldom than a column lasts leaves no holes', () => {
    const probes = [{ name: 'write', everyMs: 5000, tell: downBetween([30_000, 40_000]) }];
    const lines = reportOf(drillWith({ probes, durationMs: 60_000, faults: [] }), 76);
    expect(strip(lines, '  write  ')).toBe(`${'·'.repeat(30)}${'█'.repeat(10)}${'·'.repeat(20)}`);
  });

  test('a sample from far outside of the story costs no memory', () => {
    const far = { atMs: 0, monoMs: 0, entry: 'samples', probe: 'write', everyMs: 1e15, samples: [[0, 5]] } as const;
    for (const dueMs of [-1e15, 0, 1e15]) {
      const lines = reportOf([...drillWith({ durationMs: 60_000 }), { ...far, dueMs }], 76);
      expect(strip(lines, '  write  ')).toBeDefined();
    }
  });

  test('a sample stands in the column in which it was due', () => {
    const probes = [{ name: 'write', everyMs: 1000, fromMs: 500, tell: downBetween([10_500, 10_600]) }];
    const lines = reportOf(drillWith({ probes, durationMs: 60_000, faults: [] }), 76);
    expect(strip(lines, '  write  ')).toBe(`${'·'.repeat(10)}█${'·'.repeat(49)}`);
  });

  test('a site shows what was done to it for as long as it held, each verb in its own character', () => {
    const verbs = [
      { verb: 'power-off', volumes: 'kept' },
      { verb: 'kill' },
      { verb: 'stop', graceMs: 0 },
      { verb: 'freeze' },
      { verb: 'isolate', from: [], direction: 'both' },
      { verb: 'shape', to: [], latencyMs: 1, jitterMs: 0, loss: 0, bandwidthBps: null },
    ] as const;
    const rows = verbs.map((action) => {
      const fault = { title: 'a fault', atMs: 10_000, curedMs: 15_000, action };
      const lines = reportOf(drillWith({ faults: [fault], durationMs: 60_000 }), 76);
      return strip(lines, 'pangyo   ')?.slice(9, 16);
    });
    expect(rows).toEqual(['─▓▓▓▓▓─', '─xxxxx─', '─ooooo─', '─*****─', '─/////─', '─~~~~~─']);
  });

  test('a site is not drawn as dark before its fault, though what is known of its instant begins a hair earlier', () => {
    const fault = { title: 'power-loss pangyo', atMs: 10_000, curedMs: 15_000 };
    const entries = drillWith({ faults: [fault], durationMs: 60_000 }).map((entry) => {
      if (entry.entry !== 'effect' || entry.does !== 'fault') return entry;
      return { ...entry, effects: entry.effects.map((one) => ({ ...one, fromMs: 9999.8, toMs: 10_000.2 })) };
    });
    expect(strip(reportOf(entries, 76), 'pangyo   ')?.slice(8, 16)).toBe('──▓▓▓▓▓─');
  });

  test('a site whose runner died is drawn as it was to the end, whenever it was recovered', () => {
    const fault = { title: 'power-loss pangyo', atMs: 10_000 };
    const lines = reportOf([...drillWith({ faults: [fault], durationMs: 60_000, end: null }), RECOVERY], 76);
    expect(strip(lines, 'pangyo   ')?.slice(9)).toBe(`─${'▓'.repeat(50)}`);
  });

  test('where several verbs hold a site, the gravest is shown, in whatever order they came', () => {
    const off = { title: 'power-loss pangyo', atMs: 10_000, curedMs: 15_000 };
    const slow = {
      ...{ title: 'link pangyo', atMs: 12_000, curedMs: 20_000 },
      action: { verb: 'shape', to: [], latencyMs: 1, jitterMs: 0, loss: 0, bandwidthBps: null } as const,
    };
    const lines = reportOf(drillWith({ faults: [off, slow], durationMs: 60_000 }), 76);
    expect(strip(lines, 'pangyo   ')?.slice(9, 22)).toBe('─▓▓▓▓▓~~~~~──');
  });

  test('a crashed unit that its restart policy revives is not drawn as down until it is cured', () => {
    const fault = { title: 'crash web@pangyo', atMs: 10_000, curedMs: 15_000, action: { verb: 'kill' } as const };
    const lines = reportOf(drillWith({ faults: [fault], restart: 'always', durationMs: 60_000 }), 76);
    expect(strip(lines, 'pangyo   ')?.slice(9, 16)).toBe('─x─────');
  });

  test('a moment that came late says how late', () => {
    const entries = drillWith({}).map((entry) =>
      entry.entry === 'effect' && entry.does === 'fault' ? { ...entry, lateMs: 1200 } : entry,
    );
    expect(reportOf(entries)).toContain('A 15:30:00 power-loss pangyo (1.2 s late)');
  });

  test('a time of day that would not fit at the end of the strip is left out', () => {
    const lines = reportOf(drillWith({ durationMs: 65_000 }), 74);
    const clock = lines.find((line) => /^ +\d\d:\d\d:\d\d/.test(line)) ?? '';
    expect(clock.length).toBeLessThanOrEqual(74);
    expect(clock.trim().split(/ +/).at(-1)).toBe('15:30:20');
    const ruler = lines[lines.indexOf(clock) + 1] ?? '';
    expect(ruler.lastIndexOf('|')).toBe('  write  '.length + 60);
  });

  test('the times on the ruler are round ones, wherever the story begins', () => {
    const clock = reportOf(drillWith({}), 60).find((line) => /^ +\d\d:\d\d:\d\d/.test(line)) ?? '';
    expect(clock.trim().split(/ +/)).toEqual(['15:30:00', '15:31:00', '15:32:00']);
  });

  test('faults and cures have letters on the ruler and a line each, side by side where they share a column', () => {
    const faults = [
      { title: 'power-loss pangyo', atMs: 30_000, curedMs: 30_400 },
      { title: 'freeze web@anyang', atMs: 30_700, site: 'anyang' },
    ];
    const lines = reportOf(drillWith({ faults, durationMs: 60_000 }), 76);
    expect(lines.find((line) => line.includes('ABC'))?.indexOf('A')).toBe('  write  '.length + 30);
    expect(lines.filter((line) => /^[A-Z] \d/.test(line))).toEqual([
      'A 15:30:00 power-loss pangyo',
      'B 15:30:00.400 restore pangyo',
      'C 15:30:00.700 freeze web@anyang',
    ]);
  });

  test('letters follow the order of time, and the cures that close the drill have none', () => {
    const faults = [
      { title: 'power-loss pangyo', atMs: 30_000, curedMs: 50_000 },
      { title: 'freeze web@anyang', atMs: 40_000, site: 'anyang' },
    ];
    const lines = reportOf(drillWith({ faults, durationMs: 60_000, failedCure: 'gone' }));
    expect(lines.filter((line) => /^[A-Z] \d/.test(line))).toEqual([
      'A 15:30:00 power-loss pangyo',
      'B 15:30:10 freeze web@anyang',
      'C 15:30:20 restore pangyo',
    ]);
  });

  test('a fault that failed is marked as failed, and its site stays as it was', () => {
    const faults = [{ title: 'power-loss pangyo', atMs: 30_000, effects: [{ error: 'gone' }] }];
    const lines = reportOf(drillWith({ faults }));
    expect(lines).toContain('A 15:30:00 power-loss pangyo (1 step failed)');
    expect(strip(lines, 'pangyo   ')).toMatch(/^─+$/);
  });

  test('a drill that took no sample has no strip', () => {
    const lines = reportOf(
      drillWith({ probes: [{ name: 'write', tell: downBetween() }] }).filter(({ entry }) => entry !== 'samples'),
    );
    expect(lines.some((line) => line.startsWith('pangyo'))).toBe(false);
  });

  test('a jump takes no room on the strip, has its place and its line, and its measures say so', () => {
    const lines = reportOf(
      drillWith({
        durationMs: 3_660_000,
        faults: [{ title: 'power-loss pangyo', atMs: 30_000, curedMs: 3_600_000 }],
        probes: [{ name: 'write', tell: downBetween([30_000, 3_604_000]) }],
        jumps: [[90_000, 3_595_000]],
      }),
    );
    const at = lines.findIndex((line) => line.includes('≈'));
    expect(lines.slice(at - 1, at + 5)).toEqual([
      '              15:29:40  15:30:00  15:30:20  15:30:40  15:31:00         16:30:00',
      '              |         A         |         |         ≈ B    |         |         |',
      'pangyo   ───────────────▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓──────────────────────────────',
      'anyang   ──────────────────────────────────────────────────────────────────────────────',
      'users',
      '  write  ···············██████████████████████████████████▄····························',
    ]);
    expect(lines).toContain('≈ 15:31:00 to 16:29:25: nothing changed, 58 min 25 s skipped');
    expect(lines.join(' ').replaceAll(/ +/g, ' ')).toContain('of which 58 min 25 s skipped while nothing changed');
  });
});
