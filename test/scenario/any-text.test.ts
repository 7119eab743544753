import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatProblem } from '../../src/errors.js';
import { problemsOf, sample } from './samples.js';

describe('no text makes the reader throw anything but its list of problems', { timeout: 60_000 }, () => {
  const words = fc.constantFrom(
    ...new Set(sample.split(/([\s:,[\]{}"]+)/)),
    '*a',
    '&a',
    '!x',
    '<<',
    '__proto__',
    '\u0000',
    '{site}',
    '{n}',
    '-1',
    '1e999',
    '~',
    '? ',
    '|',
    '%',
  );

  test('random text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => void problemsOf(text)));
  });

  test('random bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void problemsOf(bytes)));
  });

  test('words of the language in any order', () => {
    fc.assert(fc.property(fc.array(words, { maxLength: 60 }), (parts) => void problemsOf(parts.join(''))));
  });

  test('a scenario with a passage replaced', () => {
    const place = fc.nat(sample.length);
    fc.assert(
      fc.property(place, fc.nat(40), fc.array(words, { maxLength: 4 }), (at, length, parts) => {
        problemsOf(sample.slice(0, at) + parts.join('') + sample.slice(at + length));
      }),
    );
  });

  test('a scenario with one value replaced by any other, or taken out', () => {
    const json = fc.oneof(fc.jsonValue({ maxDepth: 2 }), words, fc.constant(undefined));
    const document: Record<string, unknown> = JSON.parse(JSON.stringify({ ...plainSample() }));
    const paths = pathsOf(document);
    fc.assert(
      fc.property(fc.constantFrom(...paths), json, (path, value) => {
        problemsOf(JSON.stringify(replaceAt(document, path, value)));
      }),
    );
  });
});

function plainSample(): object {
  return {
    version: 1,
    name: 'x',
    begins: '15:00',
    ends: '+1h',
    network: '10.0.0.0/16',
    sites: { a: { addresses: '10.0.1.0/24' }, b: { addresses: '10.0.2.0/24' } },
    services: {
      s: {
        image: 'x',
        at: { a: 2, b: 1 },
        environment: { A: 1 },
        needs: ['t'],
        ready: { http: ':80/' },
        model: { boot: '1s' },
      },
      t: { build: 'x', at: ['a', 'b'], command: ['x'], volumes: ['/x'] },
    },
    probes: {
      p: { http: 'http://t-{site}/' },
      q: { exec: { in: 's-a', command: 'x' } },
      r: { redis: 'redis://t-a', command: ['PING'] },
    },
    slo: { p: { recover: '1s', latency: ['p50 < 1s'], availability: '99% over 1d' } },
    timeline: [
      { at: '+1m', name: 'n', 'power-loss': { of: ['a'], volumes: 'kept' } },
      { at: '+2m', restore: { of: 'n', waves: [['s'], ['t']], every: '1s' } },
      { at: '15:03', partition: { groups: [['a'], ['b']] }, for: '1s' },
      { at: '15:04', link: { between: ['a', ['b']], latency: '1s', loss: '1%' } },
      { at: '15:05', stop: { of: 's@a', grace: '1s' } },
    ],
  };
}

function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

function replaceAt(value: unknown, [key, ...rest]: string[], replacement: unknown): unknown {
  if (key === undefined) return replacement ?? null;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  copy[key] = replaceAt(copy[key], rest, replacement);
  return copy;
}

test('the plain scenario of the property is right as long as nothing is replaced', () => {
  expect(problemsOf(JSON.stringify(plainSample())).map(formatProblem)).toEqual([]);
});
