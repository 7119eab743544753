import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactionOf } from '../../src/scenario/scenario.js';

const SECRET = 'p"ä ss/w+rd\\7';

describe('no secret is in a redacted text', () => {
  test.each([
    ['as it is', SECRET],
    ['as in JSON', JSON.stringify(SECRET)],
    ['as in JSON in JSON', JSON.stringify(JSON.stringify(SECRET)).slice(1, -1)],
    ['as in an address', encodeURIComponent(SECRET)],
    ['as in an address with small digits', encodeURIComponent(SECRET).replace(/%../g, (byte) => byte.toLowerCase())],
    ['as in a whole address', encodeURI(SECRET)],
    ['as in a form', new URLSearchParams({ q: SECRET }).toString().slice(2)],
    ['in base64', Buffer.from(SECRET).toString('base64')],
    ['in base64 for addresses', Buffer.from(SECRET).toString('base64url')],
  ])('%s', (_, written) => {
    const text = redactionOf([SECRET]).redact(`before ${written} after`);
    expect(text).toMatch(/^before \\*"?\*{3}\\*"? after$/);
  });

  test('in base64 beside other things, wherever it begins', () => {
    for (const user of ['a', 'ab', 'abc', 'abcd']) {
      const header = Buffer.from(`${user}:${SECRET}:x`).toString('base64');
      const redacted = redactionOf([SECRET]).redact(`Basic ${header}`);
      expect(redacted).toContain('***');
      const rest = redacted.replace('Basic ', '').split('***');
      // What is left on both sides is at most two digits of the secret.
      const left = rest.join('').length;
      expect(left).toBeLessThanOrEqual(Math.ceil(((user.length + 3) * 8) / 6) + 6);
    }
  });

  test('of several lines, where each line was indented', () => {
    const key = '-----BEGIN KEY-----\nMIIEvQIBADAN\n  BgkqhkiG9w0B\n-----END KEY-----\n';
    const redacted = redactionOf([key]).redact(`last lines:\n${key.replace(/^/gm, '  ')}`);
    expect(redacted).not.toMatch(/MIIE|BgkqhkiG|KEY/);
    const words = key.split('\n').map((line) => line.trim());
    expect(redactionOf([key]).redact(words.join(' '))).toBe('*** *** *** *** ');
  });

  test('that begins with another one', () => {
    expect(redactionOf(['abcd', 'abcdefgh']).redact('abcdefgh abcd')).toBe('*** ***');
  });

  test('whatever it is, and whatever stands around it', () => {
    const value = fc
      .string({ unit: 'grapheme', minLength: 4, maxLength: 30 })
      .filter((text) => text.trim().length >= 4);
    fc.assert(
      fc.property(value, fc.string(), fc.string(), (secret, before, after) => {
        fc.pre(!'***'.includes(secret) && !secret.includes('*'));
        const { redact } = redactionOf([secret]);
        expect(redact(`x${before}${secret}${after}`)).not.toContain(secret);
        const line = redact(`${JSON.stringify({ entry: 'warning', message: before + secret + after })}\n`);
        expect(JSON.parse(line).message).not.toContain(secret);
      }),
    );
  });
});

describe('a line of a journal', () => {
  const entry = {
    entry: 'samples',
    probe: 'read',
    dueMs: 1000,
    everyMs: 1000,
    samples: [[0, 1000, 'said 1000 and read']],
  };

  test('stays one whatever the secret is: numbers, keys, words and names are what they were', () => {
    const { redact } = redactionOf(['1000', 'read', 'samples', 'everyMs']);
    expect(JSON.parse(redact(`${JSON.stringify(entry)}\n`))).toEqual({
      ...entry,
      samples: [[0, 1000, 'said *** and ***']],
    });
  });

  test('ends as it ended', () => {
    const { redact } = redactionOf(['said']);
    expect(redact(`${JSON.stringify(entry)}\n`)).toBe(`${JSON.stringify(entry).replace('said', '***')}\n`);
    const document = `${JSON.stringify({ notes: ['it said so'] }, null, 2)}\n`;
    expect(redact(document)).toBe(document.replace('said', '***'));
  });

  test('is itself where nothing is secret', () => {
    const text = '{ "not":   "touched" }';
    expect(redactionOf([]).redact(text)).toBe(text);
    expect(redactionOf(['abc']).redact(text)).toBe(text);
    expect(redactionOf([]).redactValue(entry)).toBe(entry);
  });
});
