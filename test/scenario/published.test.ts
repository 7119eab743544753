import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { formatProblem } from '../../src/errors.js';
import { scenarioSchema } from '../../src/scenario/scenario.js';
import { problemsOf, sample, sampleWith } from './samples.js';
import { type Schema, violationsOf } from './schema-check.js';

const fileAt = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const schema = scenarioSchema() as Schema;
const readme = fileAt('scenarios/README.md');
const examples = [...readme.matchAll(/^```yaml\n(.*?)^```$/gms)].map((match) => match[1] as string);

describe('the published JSON Schema', () => {
  test('is what the validator gives; run `npm run schema` when it is not', () => {
    expect(JSON.parse(fileAt('schema/scenario.json'))).toEqual(JSON.parse(JSON.stringify(schema)));
  });

  test('describes every key', () => {
    expect(keysWithoutDescription(schema)).toEqual([]);
  });

  test.each([['the sample', sample], ...examples.map((text) => [text.split('\n')[1] as string, text])])(
    'accepts %s',
    (_, text) => {
      expect(violationsOf(schema, parse(text as string))).toEqual([]);
    },
  );

  test.each([
    ['an unknown key', 'steady: {', 'staedy: {'],
    ['a missing key', 'ends: "15:40"\n', ''],
    ['a duration without its unit', 'within: 90s', 'within: 90'],
    ['a name with capitals', '  ansan: {', '  Ansan: {'],
    ['too many units', 'anyang: 1 }', 'anyang: 65 }'],
    ['build and image', '    build: images/app', '    build: images/app\n    image: x'],
    ['no way of asking', '{ tcp: "db-pangyo-2:5432" }', '{ every: 1s }'],
    ['a key of another way of asking', 'tcp: "db-pangyo-2:5432"', 'tcp: "db-pangyo-2:5432", query: select 1'],
    ['two incidents', '    freeze: etcd', '    freeze: etcd\n    crash: db'],
    ['a crash that ends by itself', '    crash: db@anyang', '    crash: db@anyang\n    for: 5s'],
    ['a start with a name', 'power-loss: pangyo', 'start: db'],
    ['a link without an effect', 'latency: 80ms, jitter: 10ms, loss: 2%, bandwidth: 10mbit', ''],
    ['one way to nowhere', 'from: pangyo, to: [anyang, ansan]', 'from: pangyo'],
    ['no objective', '{ availability: 95%, latency: p50 < 20ms }', '{}'],
  ])('refuses %s, as the reader does', (_, passage, replacement) => {
    const text = sampleWith(passage, replacement);
    expect(violationsOf(schema, parse(text))).not.toEqual([]);
    expect(problemsOf(text)).not.toEqual([]);
  });
});

describe('the language by example', () => {
  test.each(examples.map((text) => [text.split('\n')[1] as string, text]))('%s is right', (_, text) => {
    expect(problemsOf(text).map(formatProblem)).toEqual([]);
  });

  test('has an example for each part of the language', () => {
    expect(examples).toHaveLength(6);
  });

  test('explains every key of the language', () => {
    const unexplained = [...keysOf(schema)].filter(
      (key) => !readme.includes(`\`${key}\``) && !readme.includes(`\`${key}: `),
    );
    expect(unexplained).toEqual([]);
  });
});

function propertiesOf(value: unknown): [string, Schema][] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Object.entries((value as Schema).properties ?? {});
  return [...own, ...Object.values(value).flatMap(propertiesOf)];
}

function keysOf(value: unknown): Set<string> {
  return new Set(propertiesOf(value).map(([key]) => key));
}

function keysWithoutDescription(value: unknown): string[] {
  return propertiesOf(value).flatMap(([key, inner]) => (typeof inner.description === 'string' ? [] : [key]));
}
