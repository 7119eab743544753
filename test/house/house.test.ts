import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Breach, cruiseSources } from './cruise.js';
import { broken, sound, writeFixture } from './fixture.js';
import { doors, importRules, roomOf } from './import-table.js';
import { checkReasons, checkWords, repositoryRules, trackedTexts } from './repository-rules.js';
import { checkFolders, checkLength, checkSource, sourceRules } from './source-rules.js';

const root = join(import.meta.dirname, '../..');
const PATIENCE_MS = 60_000;

describe('the house', () => {
  const sources = filesBelow(root, 'src');
  let cruised: Awaited<ReturnType<typeof cruiseSources>>;
  let checked: readonly Breach[];
  beforeAll(async () => {
    cruised = await cruiseSources(root);
    checked = sources.flatMap((file) => checkSource(file, readFileSync(join(root, file), 'utf8')));
  }, PATIENCE_MS);

  test('is seen whole: no file of src escapes the import table', () => {
    expect(cruised.seen.toSorted()).toEqual(sources);
    expect(sources.filter((file) => roomOf(file) === null)).toEqual([]);
  });

  test('has a door for every room of the table', () => {
    expect(doors.filter((door) => !sources.includes(door))).toEqual([]);
  });

  test.each(importRules.map(({ name, comment }) => [name, comment]))('%s: %s', (name) => {
    expect(tellOf(cruised.breaches, name)).toEqual([]);
  });

  test.each(sourceRules)('src: %s', (name) => {
    expect(tellOf(checked, name)).toEqual([]);
  });

  test('test: folder names and lengths are those of src', () => {
    const files = filesBelow(root, 'test');
    const breaches = files.flatMap((file) => [
      ...checkFolders(file),
      ...checkLength(file, readFileSync(join(root, file), 'utf8')),
    ]);
    expect(tellOf(breaches)).toEqual([]);
  });

  test('no tracked file has a word that is true on one machine only', () => {
    const texts = trackedTexts(root);
    expect(texts.length).toBeGreaterThan(sources.length / 2);
    expect(tellOf(texts.flatMap(({ file, text }) => checkWords(file, text, root)))).toEqual([]);
  });

  test('every package has a sentence that says why it is here', () => {
    expect(tellOf(checkReasons(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))))).toEqual([]);
  });
});

describe('the rules of the house are alive', () => {
  const fixture = mkdtempSync(join(tmpdir(), 'house-'));
  let breaches: readonly Breach[] = [];
  beforeAll(async () => {
    writeFixture(fixture);
    const checked = broken.flatMap(([, file, text]) => checkSource(file, text));
    breaches = [...(await cruiseSources(fixture)).breaches, ...checked];
  }, PATIENCE_MS);
  afterAll(() => rmSync(fixture, { recursive: true, force: true }));

  test.each(broken.map(([rule, file]) => [rule, file]))('%s is reported of %s', (rule, file) => {
    const places = breaches.filter((breach) => breach.rule === rule).map(({ place }) => place.replace(/:\d+$/, ''));
    expect(places).toContain(file);
  });

  test('each of them was seen to fail', () => {
    const names = [...importRules.map(({ name }) => name), ...sourceRules];
    expect([...new Set(broken.map(([rule]) => rule))].sort()).toEqual(names.toSorted());
  });

  test('nothing else is reported', () => {
    const named = new Set(broken.map(([rule, file]) => `${rule} ${file}`));
    const more = breaches.filter(({ rule, place }) => !named.has(`${rule} ${place.replace(/:\d+$/, '')}`));
    // So small a tree as the fixture has these by nature.
    const natural = ['no dead files', 'no orphans', 'no circles'];
    expect(tellOf(more.filter(({ rule }) => !natural.includes(rule)))).toEqual([]);
  });

  test.each(sound)('what looks like a breach in %s and is none is not reported', (file, text) => {
    expect(checkSource(file, text)).toEqual([]);
  });

  test('banned words are reported with their line', () => {
    const place = ['', 'home', 'somebody', 'firedrill'].join('/');
    const lock = `{\n"${'resolved'}": "https://example.org/a.tgz"\n}`;
    expect(checkWords('README.md', `see\n${place}/src`, place).map((breach) => breach.place)).toEqual(['README.md:2']);
    expect(checkWords('a.sh', ['', 'tmp', 'bash_jobs'].join('/'), place)).toHaveLength(1);
    expect(checkWords('package-lock.json', lock, place).map((breach) => breach.place)).toEqual(['package-lock.json:2']);
    expect(checkWords('.npmrc', ['registry', 'npmjs', 'org'].join('.'), place)).toHaveLength(1);
    expect(checkWords('README.md', `${place}-of-mine`, place)).toEqual([]);
    expect(repositoryRules).toContain('banned words');
  });

  test('a package without a reason and a reason without its package are reported', () => {
    const devDependencies = { vitest: '1', zod: '1' };
    const because = { vitest: 'The test runner.', yaml: 'Reads YAML with positions.', zod: 'why not' };
    expect(checkReasons({ devDependencies, because }).map(({ message }) => message.split(' ')[0])).toEqual([
      'zod',
      'yaml',
    ]);
    expect(checkReasons({ dependencies: { chalk: '1' } })).toHaveLength(1);
  });
});

function filesBelow(base: string, folder: string): string[] {
  return readdirSync(join(base, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => `${folder}/${file}`)
    .filter((file) => file.endsWith('.ts'))
    .sort();
}

function tellOf(breaches: readonly Breach[], rule?: string): string[] {
  return breaches
    .filter((breach) => rule === undefined || breach.rule === rule)
    .map(({ place, message }) => `${place}: ${message}`);
}
