import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Breach } from './cruise.js';

/** The names of all rules about the repository as a whole. */
export const repositoryRules: readonly string[] = ['banned words', 'reason for a package'];

/** What is in the repository, by git's account: a path below the root and its text; what is not text is left out. */
export function trackedTexts(root: string): { file: string; text: string }[] {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0');
  return files
    .filter((file) => statSync(join(root, file), { throwIfNoEntry: false })?.isFile())
    .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }))
    .filter(({ text }) => !text.includes('\0'));
}

/** What a file says that means nothing, or the wrong thing, to somebody on another machine. */
export function checkWords(file: string, text: string, root: string): Breach[] {
  return text.split('\n').flatMap((line, index) =>
    bannedWords(root)
      .filter(({ inFile, pattern }) => inFile.test(file) && pattern.test(line))
      .map(({ because }) => ({ rule: 'banned words', place: `${file}:${index + 1}`, message: because })),
  );
}

function bannedWords(root: string) {
  // A home such as /root or a checkout such as /app is a word that an image's build may well contain.
  const places = [root, homedir()].filter((place) => place.split('/').length > 2);
  const path = 'a path of one machine leads nowhere on another: write it from the root of the repository';
  return [
    ...places.map((place) => ({ inFile: /./, pattern: new RegExp(`${escaped(place)}(?![\\w-])`), because: path })),
    { inFile: /./, pattern: /(?<![\w.:/-])\/(?:Users|work|tmp\/bash)[/_.]/, because: path },
    {
      inFile: /./,
      pattern: /\bregistry\.(npmjs|yarnpkg)\b/,
      because: 'which registry is used is the business of whoever installs: leave its name out',
    },
    {
      inFile: /(^|\/)package-lock\.json$/,
      pattern: /"resolved": "http/,
      because:
        "a registry's address in the lock keeps others from using theirs: omit-lockfile-registry-resolved is set in .npmrc",
    },
  ];
}

function escaped(path: string): string {
  return path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly because?: Readonly<Record<string, string>>;
}

/** A package without a sentence that says why, or a sentence without its package. */
export function checkReasons({ dependencies = {}, devDependencies = {}, because = {} }: Manifest): Breach[] {
  const packages = Object.keys({ ...dependencies, ...devDependencies });
  const missing = packages
    .filter((name) => !/^[A-Z].{10,}\.$/.test(because[name] ?? ''))
    .map((name) => `${name} has no sentence in \`because\`: say what it is for, or do without it`);
  const stale = Object.keys(because)
    .filter((name) => !packages.includes(name))
    .map((name) => `${name} is explained in \`because\` and not used: take the sentence out`);
  return [...missing, ...stale].map((message) => ({ rule: 'reason for a package', place: 'package.json', message }));
}
