import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Calibration, calibrate } from '../../src/calibration/calibration.js';
import { playSimulated } from '../../src/cli/play-simulated.js';
import type { Entry } from '../../src/journal/journal.js';
import { planDrill } from '../../src/plan/plan.js';
import { calibrationSnippet, jsonCalibration } from '../../src/report/report.js';
import { readScenario } from '../../src/scenario/scenario.js';
import { downBetween, makeJournal, type Told } from '../judge/histories.js';

const root = join(import.meta.dirname, '../..');

/** The journal of a published scenario as Docker would have written it, if Docker did what the models say. */
async function journalOf(name: string, seed: number, change = (text: string) => text): Promise<Entry[]> {
  const text = change(readFileSync(join(root, 'scenarios', name, 'scenario.yaml'), 'utf8'));
  const source = new TextEncoder().encode(text);
  const entries = await playSimulated(planDrill(readScenario(source, name, { exists: () => true, depth: 9 })), seed);
  return entries.map((entry) =>
    entry.entry === 'drill' ? { ...entry, measured: true, engine: 'docker 20.10.24', drill: `d${seed}` } : entry,
  );
}

const figuresOf = ({ figures }: Calibration) =>
  Object.fromEntries(figures.map(({ service, key, median }) => [`${service} ${key}`, median]));

describe('what a drill measured', () => {
  test('gives a model back that played it: a boot, a notice, a takeover, each within what its probe can see', async () => {
    const hello = figuresOf(calibrate([await journalOf('hello-sites', 7)]));
    expect(Object.keys(hello)).toEqual(['web boot', 'web notice']);
    expect(Math.abs((hello['web boot'] ?? 0) - 0.5)).toBeLessThan(0.25);
    expect(Math.abs((hello['web notice'] ?? 0) - 3)).toBeLessThan(0.3);
    const power = figuresOf(calibrate([await journalOf('datacenter-power-loss', 7)]));
    expect(Math.abs((power['db takeover'] ?? 0) - 24)).toBeLessThan(0.2);
    expect(Math.abs((power['app boot'] ?? 0) - 1)).toBeLessThan(0.5);
    expect(power).not.toHaveProperty('etcd takeover');
  });

  test('of a site without the leader is no takeover: the writes waited no longer than the reads', async () => {
    const elsewhere = (text: string) => text.replace(/(power-loss|site): pangyo/g, '$1: ansan');
    const power = figuresOf(calibrate([await journalOf('datacenter-power-loss', 7, elsewhere)]));
    expect(power).not.toHaveProperty('db takeover');
    expect(Math.abs((power['app notice'] ?? 0) - 1)).toBeLessThan(0.5);
  });

  const outage: Told = {
    faults: [{ title: 'power-loss pangyo', atMs: 30_000, curedMs: 60_000 }],
    probes: [{ name: 'web', tell: downBetween([30_000, 62_000]) }],
  };

  test.each<[string, Told]>([
    ['that a probe never met', { ...outage, probes: [{ name: 'web', tell: () => [0, 5] }] }],
    ['that never came back', { ...outage, probes: [{ name: 'web', tell: downBetween([30_000, 999_000]) }] }],
    [
      'of a unit that was only frozen',
      { ...outage, faults: [{ title: 'freeze web', atMs: 30_000, action: { verb: 'freeze' }, curedMs: 60_000 }] },
    ],
    ['that was over before its cure', { ...outage, probes: [{ name: 'web', tell: downBetween([30_000, 40_000]) }] }],
  ])('an outage %s tells of no boot', (_, told) => {
    expect(calibrate([makeJournal(told)]).figures).toEqual([]);
  });

  test('a boot begins with the cure, and where a restart policy applies with the death', () => {
    expect(calibrate([makeJournal(outage)]).figures).toMatchObject([
      { service: 'web', key: 'boot', n: 1, median: 1.9525 },
    ]);
    const killed = makeJournal({
      ...outage,
      restart: 'always',
      faults: [{ title: 'crash web', atMs: 30_000, action: { verb: 'kill' } }],
      probes: [{ name: 'web', tell: downBetween([30_000, 31_000]) }],
    });
    expect(calibrate([killed]).figures).toMatchObject([{ key: 'boot', median: 0.9525 }]);
  });

  test('of several drills gives the median and what one in twenty exceeds; of equal ones a fixed time', () => {
    const after = (bootMs: number) =>
      makeJournal({ ...outage, probes: [{ name: 'web', tell: downBetween([30_000, 60_000 + bootMs]) }] });
    const { figures } = calibrate([1000, 2000, 6000].map(after));
    expect(figures).toMatchObject([{ n: 3, median: 1.9525, least: 0.9525, most: 5.9525 }]);
    expect(figures[0]?.suggested).toEqual({ p50: 1.95, p95: 5.55 });
    expect(calibrate([2000, 2000].map(after)).figures[0]?.suggested).toEqual({ fixed: 1.95 });
    // A tenth of a second is all that a look each 100 ms can tell.
    expect(calibrate([2000, 2050].map(after)).figures[0]?.suggested).toEqual({ fixed: 2 });
  });
});

describe('the snippet', () => {
  test('is read by the scenario language, and says n, median, spread and how exact each value is', async () => {
    const journals = await Promise.all([7, 8, 9].map((seed) => journalOf('datacenter-power-loss', seed)));
    const snippet = calibrationSnippet(calibrate(journals));
    expect(snippet).toMatch(
      /^# measured: 3 drills of "Datacenter power loss at 15:30" on docker 20.10.24 \(d7, d8, d9\)\n/,
    );
    expect(snippet).toMatch(
      / {4}# takeover: n 3, median 2[34](\.\d+)? s, from 2[34](\.\d+)? s to 2[34](\.\d+)? s, each within \d+ m?s\n/,
    );
    const models = snippet.match(/model: .*/g) ?? [];
    expect(models.length).toBeGreaterThan(1);
    const scenario = readFileSync(join(root, 'scenarios/datacenter-power-loss/scenario.yaml'), 'utf8');
    for (const model of models) {
      const changed = scenario.replace(/model: \{ boot: 8s.*/, model.replace('{ ', '{ role: leader, '));
      expect(() =>
        readScenario(new TextEncoder().encode(changed), 'x', { exists: () => true, depth: 9 }),
      ).not.toThrow();
    }
  });

  test('of drills that tell nothing says so', () => {
    const snippet = calibrationSnippet(calibrate([makeJournal({ probes: [] })]));
    expect(snippet).toContain('# nothing in it tells how long a boot, a notice or a takeover takes\n');
  });
});

test('the JSON is as the published schema says', async () => {
  const schema = z.fromJSONSchema(JSON.parse(readFileSync(join(root, 'schema/calibration.json'), 'utf8')));
  const calibration = calibrate([await journalOf('hello-sites', 7), await journalOf('hello-sites', 8)]);
  expect(JSON.parse(jsonCalibration(calibration))).toEqual(calibration);
  expect(schema.safeParse(calibration).error).toBeUndefined();
  expect(schema.safeParse({ ...calibration, guess: 1 }).success).toBe(false);
});
