import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connect } from '../../src/engine/docker/connect.js';
import { unfoldSamples } from '../../src/journal/journal.js';
import { judge } from '../../src/judge/judge.js';
import { BIN, buildWhereStale } from '../cli/built.js';
import { IMAGES } from '../engine/docker/drills.js';
import { dockerHost } from '../engine/docker/engine-here.js';
import { describeOnDocker } from '../engine/docker/engine-or-skip.js';
import { runTroubled } from '../engine/docker/troubled.js';

/** A command in a unit that nobody touches, while another one crashes. */
const LOOKS = `probes:
  inside: { exec: { in: web-b, command: "true" }, every: 200ms, timeout: 500ms }
  web: { http: "http://web-a:8080/", every: 200ms, timeout: 500ms }
slo: { inside: { recover: 1s } }
`;
const SCENARIO = `timeline:
  - { at: "12:00:02", crash: web-a }
`;
const SILENT_MS = 4000;

describeOnDocker('a Docker that falls silent in the middle of a drill', () => {
  test.each(['hang', '500', 'drop request'] as const)(
    '(%s) is no outage of a unit in which commands are looks',
    async (fate) => {
      buildWhereStale();
      const { docker } = await connect(dockerHost, false);
      const folder = mkdtempSync(join(tmpdir(), 'firedrill-unmade-'));
      cpSync(IMAGES, join(folder, 'images'), { recursive: true });
      let looks = 0;
      let sinceMs = Number.POSITIVE_INFINITY;
      const decide = ({ path }: { path: string }) => {
        if (/\/exec$/.test(path)) looks += 1;
        if (looks === 45 && sinceMs === Number.POSITIVE_INFINITY) sinceMs = performance.now();
        const forMs = performance.now() - sinceMs;
        return forMs >= 0 && forMs < SILENT_MS ? fate : 'pass';
      };
      const troubled = { docker, cli: BIN, folder, number: 1, seed: 1 };
      const { entries, told, left } = await runTroubled(troubled, { decide, scenario: SCENARIO, looks: LOOKS });
      rmSync(folder, { recursive: true, force: true });
      const samples = entries
        .flatMap((entry) => (entry.entry === 'samples' && entry.probe === 'inside' ? [entry] : []))
        .flatMap(unfoldSamples);
      expect(samples.length, told).toBeGreaterThan(40);
      expect(samples.filter(({ hole }) => hole === true).length, told).toBeGreaterThan(5);
      expect(samples.filter(({ ok, hole }) => !ok && hole !== true)).toEqual([]);
      const recover = judge(entries).findings.find(({ probe, measure }) => probe === 'inside' && measure === 'recover');
      expect(recover).toMatchObject({ outages: 0 });
      expect(recover?.outcome).not.toBe('missed');
      expect(entries.flatMap((entry) => (entry.entry === 'warning' ? [entry.message] : []))).toContainEqual(
        expect.stringMatching(/^inside: \d+ looks could not be made: /),
      );
      expect(left).toEqual([]);
    },
    240_000,
  );
});
