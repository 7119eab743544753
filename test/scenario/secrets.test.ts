import { describe, expect, test } from 'vitest';
import { fillSecrets, secretNamesOf } from '../../src/scenario/scenario.js';
import { problemsOf, read, sampleWith } from './samples.js';

test('the names of all secrets are found, in environments and in what probes ask, each once', () => {
  const text = sampleWith('SCOPE: main }', 'A: { secret: Z_LAST }, B: "x {secret:MIDDLE}" }')
    .replace('postgres://app:p%40ss@', 'postgres://{secret:DB_USER}:{secret:Z_LAST}@')
    .replace('body: "message {n}"', `body: '{"key":"{secret:A1}"}'`)
    .replace('"SET key {n}"', '"SET key {secret:_x}"');
  const scenario = read(text);
  expect(secretNamesOf(scenario)).toEqual(['A1', 'DB_USER', 'MIDDLE', 'Z_LAST', '_x']);
  expect(scenario.services[1]?.environment).toMatchObject({ A: { secret: 'Z_LAST' }, B: 'x {secret:MIDDLE}' });
  expect(scenario.probes.find(({ name }) => name === 'sql')?.ask).toMatchObject({
    user: '{secret:DB_USER}',
    password: '{secret:Z_LAST}',
    host: 'db-anyang',
    database: 'app',
  });
});

test('what a secret holds is not looked at again', () => {
  expect(fillSecrets('{secret:A}-{secret:B}', (name) => (name === 'A' ? '{secret:B}' : '$&'))).toBe('{secret:B}-$&');
});

describe('a secret has no place', () => {
  const seen = 'can be seen in every list of processes';
  test.each([
    [
      'in the command of a service',
      'command: exec app --port 8080',
      'command: "app {secret:A}"',
      'services.app.command',
    ],
    ['in a check of readiness', 'exec: test -e /run/ready', 'exec: "app {secret:A}"', 'services.proxy.ready'],
    ['in the command of an exec probe', 'etcdctl endpoint health', '"app {secret:A}"', 'probes.inside.exec'],
  ])('%s', (_, passage, replacement, path) => {
    const problems = problemsOf(sampleWith(passage, replacement));
    expect(problems).toMatchObject([{ path, message: expect.stringContaining(seen) }]);
  });
});
