import { describe, expect, test } from 'vitest';
import { formatProblem } from '../../src/errors.js';
import { problemsOf, read, sample, sampleWith } from './samples.js';

const scenario = read(sample);

/** The example of the design, with an address in place of its ellipsis. */
const designExample = `version: 1
name: Datacenter power loss at 15:30
begins: "15:29:30"
ends: "15:33"
sites: { pangyo: {}, anyang: {}, ansan: {} }
services:
  db:
    build: images/postgres              # or image: …
    at: [pangyo, anyang, ansan]         # or { pangyo: 2, anyang: 1 }
    ready: { http: ":8008/readiness" }
probes:
  write: { postgres: "postgres://app:app@db-pangyo:5432/app", every: 100ms, timeout: 1s }
slo:
  write: { recover: 45s, lose: 0, availability: 99.9% over 30d }
timeline:
  - at: "15:30"
    power-loss: pangyo
  - at: "15:32"
    restore: pangyo
`;

describe('a scenario that is right', () => {
  test.each([
    ['the example of the design', designExample],
    ['the sample', sample],
    ['the sample with a byte order mark', `\uFEFF${sample}`],
    ['the sample as bytes with a byte order mark', new TextEncoder().encode(`\uFEFF${sample}`)],
    ['the sample with the line ends of Windows', sample.replaceAll('\n', '\r\n')],
  ])('is read without a problem: %s', (_, source) => {
    expect(problemsOf(source).map(formatProblem)).toEqual([]);
  });

  test('jumps only where it says so, and then after a minute without a change', () => {
    const paced = (keys: string) => read(sampleWith('steady:', `${keys}\nsteady:`)).settleMs;
    expect(read(sample).settleMs).toBeNull();
    expect(paced('pace: real-time')).toBeNull();
    expect(paced('pace: skip-idle')).toBe(60_000);
    expect(paced('pace: skip-idle\nsettle: 45s')).toBe(45_000);
  });

  test('has its mistakes at the same places with and without a byte order mark', () => {
    const text = '{ version: 1, naem: x }';
    expect(problemsOf(`\uFEFF${text}`)).toEqual(problemsOf(text));
    expect(problemsOf(text)[0]).toMatchObject({ line: 1, col: 1 });
  });

  test('carries every duration in milliseconds and every default', () => {
    const example = read(designExample);
    expect(example).toMatchObject({
      begins: { date: null, ofDayMs: 55_770_000 },
      durationMs: 210_000,
      network: null,
      steady: { forMs: 2000, withinMs: 30_000 },
      leaseMs: 30_000,
      guard: { down: [], availability: [], bystanders: true },
      objectives: [
        { probe: 'write', measure: 'recover', limitMs: 45_000 },
        { probe: 'write', measure: 'lose', limitWrites: 0 },
        { probe: 'write', measure: 'budget', targetPercent: 99.9, windowMs: 30 * 86_400_000 },
      ],
    });
    expect(example.services[0]).toEqual({
      name: 'db',
      build: 'images/postgres',
      image: null,
      command: null,
      environment: {},
      at: ['pangyo', 'anyang', 'ansan'].map((site) => ({ site, count: 1 })),
      restart: 'no',
      volumes: [],
      needs: [],
      ready: { kind: 'http', port: 8008, path: '/readiness', withinMs: 60_000 },
      model: { bootMs: 2000, noticeMs: 2000, role: 'any', takeoverMs: 20_000, latencyMs: 2 },
    });
    expect(example.timeline.map((happening) => [happening.atMs, happening.incident])).toEqual([
      [30_000, { kind: 'power-loss', targets: ['pangyo'], volumes: 'kept' }],
      [150_000, { kind: 'restore', targets: ['pangyo'], waves: null, everyMs: 10_000 }],
    ]);
  });

  test('has a lease and guards as they are written', () => {
    const guard = '{ down: { write: 1m, site: 90s }, availability: { read: 0.07%, port: 29% }, bystanders: false }';
    expect(read(sampleWith('steady:', `lease: 5s\nguard: ${guard}\nsteady:`))).toMatchObject({
      leaseMs: 5000,
      guard: {
        down: [
          { probe: 'write', limitMs: 60_000 },
          { probe: 'site', limitMs: 90_000 },
        ],
        availability: [
          { probe: 'read', limitPercent: 0.07 },
          { probe: 'port', limitPercent: 29 },
        ],
        bystanders: false,
      },
    });
  });

  test('keeps the text of a number in the environment as the author wrote it', () => {
    expect(scenario.services[1]?.environment).toEqual({ TTL: '20', VERSION: '1.10', DEBUG: 'true', SCOPE: 'main' });
  });

  test('gives a command as text to a shell and a list to nobody', () => {
    expect(scenario.services[1]?.command).toEqual(['patroni', '/etc/patroni.yml']);
    expect(scenario.services[2]?.command).toEqual(['sh', '-c', 'exec app --port 8080']);
  });

  test('keeps an unquoted time of day as text', () => {
    expect(read(sampleWith('at: "15:30"', 'at: 15:30')).timeline).toEqual(scenario.timeline);
  });

  test('reads an alias as what it stands for', () => {
    const text = sample
      .replace('ready: { tcp: ":2379" }', 'ready: &ready { tcp: ":2379" }')
      .replace('ready: { exec: test -e /run/ready }', 'ready: *ready');
    expect(read(text).services[3]?.ready).toEqual(scenario.services[0]?.ready);
  });
});

describe('a probe', () => {
  test('with {site} becomes one for each site at which its host runs', () => {
    const probes = scenario.probes.filter((probe) => probe.family === 'site');
    expect(probes.map(({ name, site, ask }) => ({ name, site, ask }))).toEqual(
      ['pangyo', 'anyang'].map((site) => ({
        name: `site@${site}`,
        site,
        ask: {
          kind: 'http',
          method: 'GET',
          host: `app-${site}`,
          port: 8080,
          path: `/${site}/health?at=${site}`,
          body: null,
          expect: null,
        },
      })),
    );
  });

  test.each([
    [
      'write',
      { kind: 'http', method: 'POST', host: 'proxy', port: 8080, path: '/messages', body: 'message {n}', expect: 201 },
      null,
    ],
    ['port', { kind: 'tcp', host: 'db-pangyo-2', port: 5432 }, 'pangyo'],
    [
      'sql',
      {
        kind: 'postgres',
        host: 'db-anyang',
        port: 5432,
        user: 'app',
        password: 'p@ss',
        database: 'app',
        query: 'select {n}',
      },
      'anyang',
    ],
    ['cache', { kind: 'redis', host: 'proxy', port: 6379, command: ['SET', 'key', '{n}'] }, null],
    ['inside', { kind: 'exec', host: 'etcd-ansan', command: ['sh', '-c', 'etcdctl endpoint health'] }, 'ansan'],
  ])('%s asks exactly what is written, and {n} is left to the engine', (name, ask, site) => {
    expect(scenario.probes.find((probe) => probe.name === name)).toMatchObject({ name, family: name, ask, site });
  });

  test('may name a service with one unit, and then asks that unit', () => {
    const one = read(
      sampleWith('"db-pangyo-2:5432"', '"etcd:2379"').replace('at: [pangyo, anyang, ansan]', 'at: ansan'),
    );
    expect(one.probes.find((probe) => probe.name === 'port')?.ask).toMatchObject({ host: 'etcd-ansan' });
  });
});

describe('the timeline', () => {
  test('is in the order of time, equal times in the order of the file, and each knows its place in the file', () => {
    const text = sampleWith(
      '  - at: "15:30"\n',
      '  - { at: "15:39", freeze: db }\n  - { at: +0s, freeze: app }\n  - at: "15:30"\n',
    );
    expect(
      read(text)
        .timeline.map(({ atMs, index }) => [atMs / 1000, index])
        .slice(-3),
    ).toEqual([
      [510, 10],
      [570, 0],
      [570, 11],
    ]);
    expect(read(text).timeline[0]).toMatchObject({ atMs: 0, index: 1 });
  });

  test('says each incident with all of its numbers', () => {
    expect(scenario.timeline.map((happening) => happening.incident)).toEqual([
      { kind: 'power-loss', targets: ['pangyo'], volumes: 'kept' },
      { kind: 'restore', targets: ['pangyo'], waves: [['etcd'], ['db'], ['app']], everyMs: 20_000 },
      { kind: 'crash', targets: ['db@anyang'] },
      { kind: 'stop', targets: ['app-anyang'], graceMs: 3000 },
      { kind: 'freeze', targets: ['etcd'] },
      { kind: 'partition', groups: [['pangyo'], ['anyang', 'ansan']], oneWay: false },
      { kind: 'restore', targets: ['split'], waves: null, everyMs: 10_000 },
      { kind: 'partition', groups: [['pangyo'], ['anyang', 'ansan']], oneWay: true },
      {
        kind: 'link',
        between: [['pangyo'], ['anyang', 'ansan']],
        latencyMs: 80,
        jitterMs: 10,
        loss: 0.02,
        bandwidthBps: 10_000_000,
      },
      { kind: 'restore', targets: ['all'], waves: null, everyMs: 10_000 },
    ]);
  });

  test.each([
    ['23:50', '00:30', '00:10', 1200],
    ['23:50', '00:30', '23:55', 300],
    ['2022-10-15 15:30', '2022-10-16T01:30', '2022-10-15T16:30', 3600],
    ['2022-10-15 15:30', '+10h', '01:00', 9.5 * 3600],
  ])('of a drill from %s to %s puts %s at %d s', (begins, ends, at, seconds) => {
    const text = `{ version: 1, name: x, begins: "${begins}", ends: "${ends}", services: { a: { image: x, at: outside } },
      probes: { p: { tcp: "a:1" } }, timeline: [{ at: "${at}", freeze: a }] }`;
    expect(read(text).timeline[0]?.atMs).toBe(seconds * 1000);
  });

  test.each([
    [['timeline', 2, 'crash'], 56, 12],
    [['timeline', 2], 55, 5],
    [['services', 'etcd', 'no-such'], 13, 3],
    [[], 2, 1],
  ])('locates %j for the rooms after this one', (path, line, col) => {
    expect(scenario.locate(path)).toEqual({ file: 'scenario.yaml', line, col });
  });
});
