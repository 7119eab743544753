import { expect, test } from 'vitest';
import { problemsOf, read, sampleWith } from './samples.js';

const SQL = '  sql: { postgres: "postgres://app:p%40ss@db-anyang/app", query: "select {n}" }\n';

function probeOf(written: string) {
  const scenario = read(sampleWith(SQL, `  rows: ${written}\n`));
  return scenario.probes.find(({ name }) => name === 'rows');
}

function complaintsOf(written: string): string[] {
  return problemsOf(sampleWith(SQL, `  rows: ${written}\n`)).map(({ path, message }) => `${path}: ${message}`);
}

test('a ledger of PostgreSQL has a table of its own where the author writes no query', () => {
  const rows = probeOf('{ postgres: "postgres://app@db-anyang/app", every: 100ms, ledger: { rate: 200/s } }');
  expect(rows).toMatchObject({
    does: 'write',
    everyMs: 100,
    ask: { query: 'insert into firedrill_rows (n) values ({n})' },
    ledger: {
      perSecond: 200,
      connections: 16,
      settleMs: 30_000,
      readFrom: [{ host: 'db-anyang', port: null }],
      read: ['select n from firedrill_rows where n >= {from} order by id'],
    },
  });
  expect(rows?.ledger?.make).toMatch(/^create table if not exists firedrill_rows \(/);
});

test('a service in `read-from` stands for all its units, with a port of their own where one is written', () => {
  const rows = probeOf('{ redis: "redis://proxy", ledger: { rate: 5/s, read-from: ["db:7000", etcd-ansan] } }');
  expect(rows?.ledger?.readFrom).toEqual([
    { host: 'db-pangyo', port: 7000 },
    { host: 'db-pangyo-2', port: 7000 },
    { host: 'db-anyang', port: 7000 },
    { host: 'etcd-ansan', port: null },
  ]);
  expect(rows?.ask).toMatchObject({ command: ['RPUSH', 'firedrill-rows', '{n}'] });
  expect(rows?.ledger?.read).toEqual(['LRANGE', 'firedrill-rows', '0', '-1']);
});

test('its samples are writes: every so many-th of them, at least each one', () => {
  const at = (rate: string, every: string) =>
    probeOf(`{ redis: "redis://proxy", every: ${every}, ledger: { rate: ${rate} } }`)?.everyMs;
  expect(at('1000/s', '100ms')).toBe(100);
  expect(at('200/s', '12ms')).toBe(10);
  expect(at('2/s', '100ms')).toBe(500);
});

test('a ledger over HTTP or a command says how it is read', () => {
  expect(
    probeOf('{ http: "PUT http://proxy/{n}", ledger: { rate: 5/s, read: "/all?from={from}" } }')?.ledger?.read,
  ).toEqual(['/all?from={from}']);
  expect(
    probeOf('{ exec: { in: proxy, command: "echo {n} >> /n" }, ledger: { rate: 5/s, read: cat /n } }')?.ledger?.read,
  ).toEqual(['sh', '-c', 'cat /n']);
  expect(complaintsOf('{ http: "PUT http://proxy/{n}", ledger: { rate: 5/s } }')).toEqual([
    'probes.rows.ledger.read: is missing: write the path that lists what is there, such as `read: "/messages"`',
  ]);
});

test('what cannot be a ledger is told, each with what to write instead', () => {
  expect(complaintsOf('{ tcp: "proxy:80", ledger: { rate: 5/s } }')[0]).toMatch(/a connection alone stores nothing/);
  expect(complaintsOf('{ http: "PUT http://proxy/", ledger: { rate: 5/s, read: / } }')[0]).toMatch(/put `\{n\}` where/);
  expect(complaintsOf('{ redis: "redis://db-{site}", ledger: { rate: 5/s } }')[0]).toMatch(/written at one place/);
  expect(complaintsOf('{ redis: "redis://proxy", ledger: { rate: 9999/s, read-from: bd } }')).toEqual([
    'probes.rows.ledger.rate: `9999/s` does not fit here: write how many writes are due a second such as `200/s`, at most 5000/s',
    'probes.rows.ledger.read-from: unknown target `bd`; did you mean `db`?',
  ]);
  expect(complaintsOf('{ redis: "redis://proxy", ledger: { rate: 5/s, read: "LRANGE a 0 -1" } }')[0]).toMatch(
    /remove `read`/,
  );
});

test('what may be lost is a number of writes or a time', () => {
  const loses = (written: string) =>
    read(sampleWith('lose: 0', `lose: ${written}`)).objectives.filter(({ measure }) => /lose|age/.test(measure));
  expect(loses('3')).toEqual([{ probe: 'write', measure: 'lose', limitWrites: 3 }]);
  expect(loses('5s')).toEqual([{ probe: 'write', measure: 'age', limitMs: 5000 }]);
});
