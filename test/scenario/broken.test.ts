import { describe, expect, test } from 'vitest';
import { formatProblem } from '../../src/errors.js';
import { problemsOf, sample, sampleWith } from './samples.js';

/** The passage of the sample, what is written instead with » where the problem is, and what the message must say. */
type Broken = [title: string, passage: string, replacement: string, path: string, remedy: string];

const whole: Broken[] = [
  ['a mistyped section', 'steady: {', '»staedy: {', '', 'did you mean `steady`?'],
  ['a mistyped section that others refer to', 'services:', '»serivces:', '', 'did you mean `services`?'],
  ['a section that is nothing like one', 'steady: {', '»zzzz: {', '', 'write one of `version`, `name`'],
  ['another version', 'version: 1', 'version: »2', 'version', 'write `version: 1`'],
  ['no name', 'name: Datacenter power loss at 15:30\n', '', 'name', 'is missing'],
  ['an empty name', 'name: Datacenter power loss at 15:30', '»name:', 'name', 'nothing is written here'],
  ['an impossible time of day', 'begins: "15:29:30"', 'begins: »"25:29"', 'begins', 'write a time of day in quotes'],
  ['a date that does not exist', 'begins: "15:29:30"', 'begins: »2022-02-30 15:29', 'begins', 'write a time of day'],
  ['an end that is no instant', 'ends: "15:40"', 'ends: »soon', 'ends', '`+10m`'],
  ['an end at the beginning', 'ends: "15:40"', 'ends: »+0s', 'ends', 'write a later time'],
  [
    'an end with a date where the beginning has none',
    'ends: "15:40"',
    'ends: »2022-10-15 15:40',
    'ends',
    'has no date',
  ],
  ['a steady time that cannot come', 'steady: {', 'steady: »{ for: 2h }\n#', 'steady', 'a shorter `for`'],
];

const sites: Broken[] = [
  ['a site with capitals', 'sites:\n', 'sites:\n  »Seoul: { addresses: 10.77.4.0/24 }\n', 'sites', 'small letters'],
  [
    'a site with a word of the language',
    'sites:\n',
    'sites:\n  »outside: { addresses: 10.77.4.0/24 }\n',
    'sites',
    'give the site another name',
  ],
  ['a network too small', 'network: 10.77.0.0/16', 'network: »10.77.0.0/25', 'network', 'between /8 and /24'],
  ['a network that is none', 'network: 10.77.0.0/16', 'network: »10.77.0.0', 'network', '`10.77.0.0/16`'],
  ['a network with an impossible number', 'network: 10.77.0.0/16', 'network: »10.777.0.0/16', 'network', 'IPv4 range'],
  ['a network from its middle', 'network: 10.77.0.0/16', 'network: »10.77.3.0/16', 'network', 'write `10.77.0.0/16`'],
  ['addresses without a network', 'network: 10.77.0.0/16\n', '', 'network', 'write the range around them'],
  ['a slice outside of the network', '10.77.3.0/24', '»10.78.3.0/24', 'sites.ansan.addresses', 'inside of the network'],
  [
    'a slice of another site',
    '10.77.3.0/24',
    '»10.77.2.0/25',
    'sites.ansan.addresses',
    'overlaps the slice of `anyang`',
  ],
  ['a slice too small', '10.77.3.0/24', '»10.77.3.0/29', 'sites.ansan.addresses', 'at least /28'],
  [
    'a site without a slice beside others',
    '  ansan: { addresses: 10.77.3.0/24 }',
    '  »ansan:',
    'sites.ansan.addresses',
    'or for none',
  ],
];

const services: Broken[] = [
  [
    'neither build nor image',
    '    image: quay.example/etcd:3.5\n',
    '',
    'services.etcd.build',
    'write one of `build`, `image`',
  ],
  [
    'build and image',
    '    build: images/app',
    '    build: images/app\n    »image: x',
    'services.app',
    'remove one of them',
  ],
  ['a mistyped key', '    image: quay', '    »imaeg: quay', 'services.etcd', 'did you mean `image`?'],
  ['a path out of the folder', 'images/app', '»../app', 'services.app.build', 'inside of it'],
  ['a hidden path out of the folder', 'images/app', '»images/../../app', 'services.app.build', 'inside of it'],
  ['an absolute path', 'images/app', '»/etc', 'services.app.build', 'inside of it'],
  ['a folder that is not there', 'images/app', '»missing/app', 'services.app.build', 'make it'],
  [
    'an unknown site',
    '[pangyo, anyang]\n    command: exec',
    '[pangyo, »anyan]\n    command: exec',
    'services.app.at[1]',
    '`anyang`?',
  ],
  [
    'an unknown site with a count',
    '{ pangyo: 2, anyang: 1 }',
    '{ pangyo: 2, anyang: 1, »seoul: 1 }',
    'services.db.at',
    '`pangyo`, `anyang`',
  ],
  [
    'no unit at a site',
    '{ pangyo: 2, anyang: 1 }',
    '{ pangyo: 2, anyang: »0 }',
    'services.db.at.anyang',
    'from 1 to 64',
  ],
  [
    'too many units at a site',
    '{ pangyo: 2, anyang: 1 }',
    '{ pangyo: 2, anyang: »65 }',
    'services.db.at.anyang',
    'from 1 to 64',
  ],
  [
    'a site twice',
    'at: [pangyo, anyang, ansan]',
    'at: [pangyo, anyang, ansan, »ansan]',
    'services.etcd.at[3]',
    '{ ansan: 2 }',
  ],
  ['no place', '    at: outside\n', '', 'services.proxy.at', 'is missing: write `outside`, a site'],
  ['an empty list of places', 'at: [pangyo, anyang, ansan]', 'at: »[]', 'services.etcd.at', 'write `outside`, a site'],
  ['a place of the wrong kind', 'at: outside', 'at: »7', 'services.proxy.at', 'write `outside`, a site'],
  [
    'a service with the name of a site',
    '  etcd:\n    image: quay',
    '  »ansan:\n    at: ansan\n    image: x\n  etcd:\n    image: quay',
    'services',
    'name of a site',
  ],
  [
    'a unit with the name of a service',
    '  etcd:\n    image: quay',
    '  etcd-ansan: { image: x, at: outside }\n  »etcd:\n    image: quay',
    'services',
    'its unit `etcd-ansan`',
  ],
  [
    'a variable of the wrong kind',
    'SCOPE: main',
    'SCOPE: »[main]',
    'services.db.environment.SCOPE',
    'write text, a number',
  ],
  ['a variable with a blank', 'SCOPE: main', '»"A B": main', 'services.db.environment', 'without blanks'],
  ['a restart that is none', 'restart: on-failure', 'restart: »true', 'services.db.restart', '`on-failure`, `always`'],
  ['a relative volume', '[/var/lib/postgresql]', '[»var/lib]', 'services.db.volumes[0]', 'absolute path'],
  ['an unknown need', 'needs: [etcd]', 'needs: [»ectd]', 'services.db.needs[0]', 'did you mean `etcd`?'],
  [
    'needs in a circle',
    '    ready: { tcp: ":2379" }',
    '    needs: »[proxy]',
    'services.etcd.needs',
    'etcd → proxy → app → db → etcd',
  ],
  ['a need of itself', '    ready: { tcp: ":2379" }', '    needs: »[etcd]', 'services.etcd.needs', 'etcd → etcd'],
  [
    'two ways of being ready',
    '{ tcp: ":2379" }',
    '{ tcp: ":2379", »health: true }',
    'services.etcd.ready',
    'remove one',
  ],
  [
    'no way of being ready',
    'ready: { tcp: ":2379" }',
    '»ready: { within: 5s }',
    'services.etcd.ready.http',
    '`http`, `tcp`, `exec`, `health`',
  ],
  ['a port that does not exist', '":2379"', '»":70000"', 'services.etcd.ready.tcp', 'such as ":5432"'],
  ['a duration that is none', 'within: 90s', 'within: »90', 'services.db.ready.within', '`500ms`, `30s`'],
  ['a role that is none', 'role: leader', 'role: »king', 'services.db.model.role', '`any` or `leader`'],
];

const probes: Broken[] = [
  ['two ways of asking', '{ tcp: "db', '{ http: "http://proxy/", »tcp: "db', 'probes.port', 'remove one of them'],
  [
    'no way of asking',
    'port: { tcp: "db-pangyo-2:5432" }',
    '»port: { every: 1s }',
    'probes.port.http',
    '`http`, `tcp`, `exec`',
  ],
  [
    'an address that is none',
    '"http://proxy:8080/messages" }',
    '»"https://proxy/" }',
    'probes.read.http',
    'such as "http://web:8080/"',
  ],
  ['an unknown host', '"db-pangyo-2:5432"', '»"db-pangyo-3:5432"', 'probes.port.tcp', 'did you mean `db-pangyo'],
  [
    'a service with several units',
    '"db-pangyo-2:5432"',
    '»"db:5432"',
    'probes.port.tcp',
    '`db` has 3 units; write one of them, such as `db-pangyo`',
  ],
  [
    'a host at no site',
    '"http://app-{site}:8080',
    '»"http://apq-{site}:8080',
    'probes.site.http',
    'did you mean `app-pangyo`?',
  ],
  ['a unit that is none', 'in: etcd-ansan', 'in: »etcd-ansna', 'probes.inside.exec.in', 'did you mean `etcd-ansan`?'],
  [
    'a key of another way of asking',
    'tcp: "db-pangyo-2:5432"',
    'tcp: "db-pangyo-2:5432", »query: select 1',
    'probes.port',
    'belongs to `postgres`',
  ],
  ['too fast', 'every: 500ms', 'every: »5ms', 'probes.site.every', 'at least 10ms'],
  ['neither read nor write', 'does: write', 'does: »both', 'probes.write.does', '`read` or `write`'],
  ['a status that is none', 'expect: 201', 'expect: »"ok"', 'probes.write.expect', 'such as 200'],
];

const objectives: Broken[] = [
  ['an unknown probe', '  read: { availability', '  »raed: { availability', 'slo', 'did you mean `read`?'],
  ['a mistyped objective', '{ recover: 45s', '{ »recvoer: 45s', 'slo.write', 'did you mean `recover`?'],
  ['no objective', '{ availability: 95%, latency: p50 < 20ms }', '»{}', 'slo.read', 'write one such as `recover: 45s`'],
  ['a loss of less than nothing', 'lose: 0', 'lose: »-1', 'slo.write.lose', 'how many acknowledged writes'],
  ['an availability over 100 %', '95%', '»950%', 'slo.read.availability', '`99.9% over 30d`'],
  ['a quantile that is not kept', 'p99 < 1s', '»p90 < 1s', 'slo.write.latency[1]', 'p50, p95 or p99'],
];

const timeline: Broken[] = [
  [
    'a happening before the beginning',
    '"15:30"\n    name',
    '»"15:29"\n    name',
    'timeline[0].at',
    'before the drill begins at 15:29:30',
  ],
  ['a happening after the end', '+4m', '»+11m', 'timeline[2].at', 'after the drill ends at 15:40:00'],
  ['nothing that happens', '\n    freeze: etcd', '', 'timeline[4].power-loss', 'write one of `power-loss`, `crash`'],
  [
    'two things that happen',
    '    freeze: etcd',
    '    freeze: etcd\n    »crash: db',
    'timeline[4]',
    'remove one of them',
  ],
  ['a mistyped incident', 'freeze: etcd', '»freze: etcd', 'timeline[4]', 'did you mean `freeze`?'],
  [
    'an unknown target',
    'power-loss: pangyo',
    'power-loss: »pangio',
    'timeline[0].power-loss',
    'did you mean `pangyo`?',
  ],
  [
    'an unknown target in a list',
    'of: [app-anyang]',
    'of: [»app-anyagn]',
    'timeline[3].stop.of[0]',
    'did you mean `app-anyang`?',
  ],
  ['a service where it does not run', 'db@anyang', '»db@ansan', 'timeline[2].crash', 'resolves to no unit'],
  ['an unknown service at a site', 'db@anyang', '»dbb@anyang', 'timeline[2].crash', 'did you mean `db`?'],
  ['a service at an unknown site', 'db@anyang', '»db@anyagn', 'timeline[2].crash', 'did you mean `anyang`?'],
  ['an empty target', 'power-loss: pangyo', 'power-loss: »""', 'timeline[0].power-loss', 'write the name of a site'],
  ['an empty list of targets', 'power-loss: pangyo', 'power-loss: »[]', 'timeline[0].power-loss', 'the list is empty'],
  [
    'everything as a target',
    'power-loss: pangyo',
    'power-loss: »all',
    'timeline[0].power-loss',
    'can only be restored',
  ],
  [
    'a crash that ends by itself',
    '    crash: db@anyang',
    '    crash: db@anyang\n    »for: 5s',
    'timeline[2]',
    'remove `for`',
  ],
  [
    'a restore of what comes later',
    'restore: split',
    'restore: »later\n  - { at: "15:38", name: later, freeze: etcd }\n  - { at: "15:39", freeze: db }\n#',
    'timeline[6].restore',
    'does not happen before this',
  ],
  ['a restore of an unknown name', 'restore: split', 'restore: »spilt', 'timeline[6].restore', 'did you mean `split`?'],
  [
    'an unknown service in a wave',
    '[[etcd], [db], [app]]',
    '[[etcd], [»dbb], [app]]',
    'timeline[1].restore.waves[1][0]',
    'did you mean `db`?',
  ],
  [
    'a time between waves without waves',
    '{ site: pangyo, waves: [[etcd], [db], [app]], every: 20s }',
    '{ site: pangyo, »every: 20s }',
    'timeline[1].restore',
    'write `waves` too',
  ],
  ['a name that is taken', '+4m', '+4m\n    name: »blackout', 'timeline[2].name', 'already the name'],
  ['a name of a unit', '+4m', '+4m\n    name: »db-pangyo-2', 'timeline[2].name', 'already the name'],
  ['one group', '[[pangyo], [anyang, ansan]]', '»[[pangyo]]', 'timeline[5].partition.groups', 'at least two groups'],
  [
    'a unit in two groups',
    '[[pangyo], [anyang, ansan]]',
    '[[pangyo], [anyang, pangyo]]',
    'timeline[5].partition',
    'on two sides',
  ],
  [
    'one way to nowhere',
    'from: pangyo, to: [anyang, ansan]',
    'from: pangyo',
    'timeline[7].partition.to',
    'needs `from` and `to`',
  ],
  ['a link to itself', '[pangyo, [anyang, ansan]]', '»[pangyo, pangyo]', 'timeline[8].link.between', 'on two sides'],
  [
    'a link without an effect',
    'latency: 80ms, jitter: 10ms, loss: 2%, bandwidth: 10mbit',
    '',
    'timeline[8].link.latency',
    '`latency`, `jitter`, `loss`, `bandwidth`',
  ],
  ['a share without a sign', 'loss: 2%', 'loss: »2', 'timeline[8].link.loss', 'such as `2%`'],
  ['a bandwidth without a unit', '10mbit', '»10', 'timeline[8].link.bandwidth', '`10mbit`'],
];

const yaml: Broken[] = [
  ['a custom tag', 'name: Datacenter', 'name: !js/function »Datacenter', 'name', 'remove it and write the plain value'],
  ['a key twice', 'steady: {', 'steady: {}\n»steady: {', '', 'stands twice'],
  ['a merge key', 'steady: {', 'steady: { »<<: { for: 1s },', 'steady', 'merge keys are not part of YAML 1.2'],
  ['an alias without an anchor', 'freeze: etcd', 'freeze: »*etcd', 'timeline[4].freeze', 'write the value out'],
  ['a second document', 'steady: {', '»---\nsteady: {', '', 'a scenario is one document'],
  ['a key that is no text', 'steady: {', '? »[a]\n: b\nsteady: {', '', 'keys are plain text'],
  ['a quote that is not closed', 'restore: all\n', 'restore: "all\n»', '', 'close the quotes'],
  ['a tab', '    freeze: etcd', '»\tfreeze: etcd', '', 'not YAML'],
];

const tables = { whole, sites, services, probes, objectives, timeline, yaml };

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

  test('are at most 200, and the rest is counted', () => {
    const keys = Array.from({ length: 1000 }, (_, index) => `x${index}: 1\n`).join('');
    const problems = problemsOf(sample + keys);
    expect(problems).toHaveLength(201);
    expect(problems.at(-1)?.message).toContain('and 800 more problems');
  });
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
    ['of 10 MB', 'a'.repeat(10_000_000), 0, 0, 'at most 1048576 (1 MiB)'],
    ['of 10 MB of bytes', new Uint8Array(10_000_000), 0, 0, 'at most 1048576 (1 MiB)'],
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
