import { describe, expect, test } from 'vitest';
import { formatProblem, InputError } from '../../src/errors.js';
import { readScenario } from '../../src/scenario/scenario.js';
import { runbooks } from './broken-runbooks.js';
import { objectives, probes, timeline, yaml } from './broken-story.js';
import { services, sites, whole } from './broken-topology.js';
import { problemsOf, read, sample, sampleWith } from './samples.js';

const tables = { whole, sites, services, probes, objectives, timeline, runbooks, yaml };

for (const [section, table] of Object.entries(tables)) {
  describe(`${section}: a mistake is told once, at its place, with what to write instead`, () => {
    test.each(table)('%s', (_, passage, replacement, path, remedy) => {
      const marked = sampleWith(passage, replacement);
      const problems = problemsOf(marked.replace('»', ''));
      expect(problems.map(formatProblem)).toEqual([expect.anything()]);
      const [problem] = problems;
      expect(problem?.path).toBe(path);
      expect(problem?.message).toContain(remedy);
      const at = marked.indexOf('»');
      if (at < 0) return expect(problem?.line).toBeGreaterThan(0);
      const before = marked.slice(0, at).split('\n');
      expect([problem?.line, problem?.col]).toEqual([before.length, (before.at(-1)?.length ?? 0) + 1]);
    });
  });
}

describe('all mistakes of a file', () => {
  test('in five sections are told at once, in the order of the file', () => {
    const text = sample
      .replace('10.77.3.0/24', '10.77.3.0/30')
      .replace('needs: [etcd]', 'needs: [etdc]')
      .replace('every: 500ms', 'evry: 500ms')
      .replace('recover: 45s', 'recover: 45')
      .replace('power-loss: pangyo', 'power-loss: pangio');
    expect(problemsOf(text).map((problem) => problem.path)).toEqual([
      'sites.ansan.addresses',
      'services.db.needs[0]',
      'probes.site',
      'slo.write.recover',
      'timeline[0].power-loss',
    ]);
  });

  test('are told even where one of them hides where a service runs', () => {
    const text = sample.replace('at: { pangyo: 2, anyang: 1 }', 'at: 7').replace('freeze: etcd', 'freeze: ectd');
    expect(problemsOf(text).map((problem) => problem.path)).toEqual(['services.db.at', 'timeline[4].freeze']);
  });

  test('in one happening are told beside each other', () => {
    const text = sampleWith('[pangyo, [anyang, ansan]], latency: 80ms', '[pangio, [anyang, anson]], latency: 80');
    expect(problemsOf(text).map((problem) => problem.path)).toEqual([
      'timeline[8].link.between[0]',
      'timeline[8].link.between[1][1]',
      'timeline[8].link.latency',
    ]);
  });

  test('are not all told of a Compose file: one sentence says what it is, and what is needed', () => {
    const compose = 'version: "3.8"\nservices:\n  web: { image: nginx, ports: ["80:80"] }\nvolumes: { data: {} }\n';
    const [problem, ...others] = problemsOf(compose);
    expect(problem?.message).toMatch(/^this is a Compose file, .* firedrill needs a scenario/);
    expect(others).toEqual([]);
    expect(problemsOf(compose.replace('version: "3.8"\n', ''))).toHaveLength(1);
    expect(problemsOf(compose.replace('"3.8"', '1')).length).toBeGreaterThan(1);
  });

  test('are where they are in a file whose lines end with a carriage return', () => {
    for (const end of ['\r', '\r\n']) {
      expect(problemsOf(sample.replaceAll('\n', end))).toEqual([]);
      const wrong = `${sample}sights: 7\n`;
      expect(problemsOf(wrong.replaceAll('\n', end))).toEqual(problemsOf(wrong));
    }
  });

  test('are at most fifty, and the rest is counted', () => {
    const keys = Array.from({ length: 1000 }, (_, index) => `x${index}: 1\n`).join('');
    expect(problemsOf(sample + keys)).toHaveLength(50);
    expect(() => read(sample + keys)).toThrow(/\nand 950 more problems; mend the first ones and check again$/);
  });
});

test('a time of day that comes after a drill that goes over midnight is told as after it, not as before it', () => {
  const text = sample
    .replace('begins: "15:29:30"', 'begins: "23:59:30"')
    .replace('ends: "15:40"', 'ends: "00:00:30"')
    .replace(/timeline:[\s\S]*/, 'timeline:\n  - { at: "00:10", power-loss: pangyo }\n');
  expect(problemsOf(text).map((problem) => problem.message)).toEqual([
    '00:10 is after the drill ends at +1d 00:00:30; write an earlier time, or let it end later',
  ]);
});

describe('a scenario in which nothing would', () => {
  test.each([
    [
      'run',
      '{ version: 1, name: x, begins: "15:00", ends: +1m, services: {}, probes: { p: { tcp: "a:1" } }, timeline: [] }',
      'nothing would run',
    ],
    ['be measured', 'probes: {}', 'nothing would be measured'],
    ['be measured, for want of the section,', 'name: x', 'nothing would be measured'],
    ['happen', 'timeline: []', 'nothing would happen'],
    ['happen, for want of the section,', 'name: x', 'nothing would happen'],
  ])('%s is refused', (_, text, message) => {
    expect(problemsOf(text).map((problem) => problem.message)).toContainEqual(expect.stringContaining(message));
  });
});

describe('a file that is no scenario', () => {
  const bytes = (...values: number[]) => new Uint8Array(values);

  test.each<[string, string | Uint8Array, number, number, string]>([
    ['empty', '', 1, 1, 'the file is empty; begin with `version: 1`'],
    ['only a comment', '# nothing\n', 1, 1, 'the file is empty'],
    ['a list', '- a\n', 1, 1, 'write a map with `version`'],
    ['a text', 'hello', 1, 1, 'write a map with `version`'],
    ['of 10 MB', 'a'.repeat(10_000_000), 0, 0, 'at most 1048576 bytes (1 MiB)'],
    ['of 10 MB of bytes', new Uint8Array(10_000_000), 0, 0, 'at most 1048576 bytes (1 MiB)'],
    ['not UTF-8', bytes(0x61, 0x3a, 0x0a, 0x62, 0xff, 0x20), 2, 2, 'save the file with the encoding UTF-8'],
    ['cut in the middle of a letter', bytes(0x61, 0xc3), 1, 2, 'save the file with the encoding UTF-8'],
    ['YAML 1.1', '%YAML 1.1\n---\nname: x\n', 1, 1, 'remove the line `%YAML 1.1`'],
    ['nested too deep', '['.repeat(3000), 1, 42, 'write it flatter'],
    ['nested far too deep', `a: ${'['.repeat(300_000)}`, 1, 44, 'write it flatter'],
    ['of too many values', '- a\n'.repeat(200_000), 1, 1, 'write a smaller scenario'],
    ['an alias bomb', aliasBomb(), 5, 10, 'aliases unfold to more than 20000 values'],
  ])('%s is refused with one sentence', (_, source, line, col, message) => {
    const problems = problemsOf(source);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ line, col, message: expect.stringContaining(message) });
  });

  test('with an alias inside of its own anchor is refused', () => {
    const problems = problemsOf(sampleWith('freeze: etcd', 'freeze: &a [*a]'));
    expect(problems[0]).toMatchObject({ message: expect.stringContaining('inside of its own anchor') });
  });
});

function aliasBomb(): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 9; level++) {
    lines.push(
      `a${level}: &a${level} [${Array(10)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
    );
  }
  return lines.join('\n');
}

describe('a folder to build', () => {
  const buildOf = (build: string, depth: number) => {
    const text = sampleWith('build: images/postgres', `build: ${build}`);
    try {
      readScenario(text, 'scenario.yaml', { exists: () => true, depth });
      return null;
    } catch (error) {
      return error instanceof InputError ? (error.problems[0]?.message ?? '') : String(error);
    }
  };

  test('may stand beside the scenario in a folder `scenarios` around it, and not outside of that', () => {
    expect(buildOf('../../other/images/db', 2)).toBeNull();
    expect(buildOf('../../../images/db', 2)).toContain('at most 2 `..`');
    expect(buildOf('a/../../../images/../../../db', 2)).toContain('leaves the scenario');
    expect(buildOf('/images/db', 2)).toContain('leaves the scenario');
    expect(buildOf('../images/db', 0)).toContain('write a path inside of it');
  });
});
