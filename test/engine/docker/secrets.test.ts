import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BIN, buildWhereStale } from '../../cli/built.js';
import { describeOnDocker } from './engine-or-skip.js';

const TOKEN = 's3cr3t "sauce"/+of\\the house';
const LIMIT_MS = 120_000;

/** Answers by HTTP only who knows the token, and by the protocol of Redis nobody, with the token in its refusal. */
const DOOR = String.raw`use Socket; my $t = $ENV{TOKEN}; (my $u = $t) =~ s/([^A-Za-z0-9_.-])/sprintf '%%%02X', ord $1/ge;
socket my $s, PF_INET, SOCK_STREAM, 0; setsockopt $s, SOL_SOCKET, SO_REUSEADDR, 1;
bind $s, sockaddr_in(8080, INADDR_ANY); listen $s, 99; $SIG{TERM} = sub { exit };
while (accept my $c, $s) { sysread $c, my $r, 9999;
  while ($r =~ /^\*/) { syswrite $c, '-ERR ' . ('x' x 60) . " $t\r\n" while $r =~ /^\*\d/mg; sysread $c, $r, 9999 }
  my $known = $r =~ m{^POST /\?token=\Q$u\E } && $r =~ /\Qbody $t\E$/;
  syswrite $c, 'HTTP/1.0 ' . ($known ? 200 : 403) . " said\r\n\r\n"; shutdown $c, 1 }`;

interface Wishes {
  readonly command?: readonly string[];
  readonly probe?: string;
  readonly env?: Record<string, string>;
  /** Called again and again while the drill runs. */
  readonly meanwhile?: () => void;
}

describeOnDocker('a secret of a scenario', () => {
  const folders: string[] = [];
  beforeAll(buildWhereStale, 180_000);
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  const drill = async ({ command = ['perl', '-e', DOOR], probe, env = { TOKEN }, meanwhile }: Wishes) => {
    const cwd = mkdtempSync(join(tmpdir(), 'firedrill-'));
    folders.push(cwd);
    const ask = probe ?? '{ http: "POST http://web:8080/?token={secret:TOKEN}", body: "body {secret:TOKEN}" }';
    writeFileSync(join(cwd, 'scenario.yaml'), scenarioOf(command, ask));
    const argv = [BIN, 'run', '.', '--engine', 'docker', '--json', 'verdict.json'];
    const child = spawn(process.execPath, argv, { cwd, env: { ...withoutToken(), ...env } });
    const told = { out: '', err: '' };
    child.stdout.on('data', (chunk) => {
      told.out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      told.err += chunk;
    });
    const timer = setInterval(() => meanwhile?.(), 50);
    const code = await new Promise((resolve) => child.on('close', resolve));
    clearInterval(timer);
    const journals = existsSync(join(cwd, '.firedrill')) ? readdirSync(join(cwd, '.firedrill')) : [];
    const read = (name: string) => (existsSync(join(cwd, name)) ? readFileSync(join(cwd, name), 'utf8') : '');
    return {
      ...{ code, ...told, journals },
      journal: journals.map((name) => read(join('.firedrill', name))).join(''),
      verdict: read('verdict.json'),
    };
  };

  test(
    'reaches the unit and the probe, and is in no journal, report, output or list of processes',
    async () => {
      const commands = new Set<string>();
      const ran = await drill({ meanwhile: () => commandLines().forEach((line) => void commands.add(line)) });
      expect(ran.code, ran.err + ran.out).toBe(0);
      expect(JSON.parse(ran.verdict).findings[0]).toMatchObject({ measure: 'availability', value: 100 });
      const all = [...commands].join('\n');
      // The list had everybody in it: the runner, its watchdog and the unit.
      for (const known of ['--engine docker', 'cli.js watchdog', '$ENV{TOKEN}']) expect(all).toContain(known);
      expect(ran.journal).toContain('{secret:TOKEN}');
      for (const text of [all, ran.journal, ran.out, ran.err, ran.verdict]) expectNoToken(text);
    },
    LIMIT_MS,
  );

  test(
    'that its unit prints before it ends is not in the error with its last lines',
    async () => {
      const print = 'printf "it is %s\\n" "$TOKEN"; printf %s "user:$TOKEN" | base64 -w0; echo; exit 3';
      const ran = await drill({ command: ['sh', '-c', print] });
      expect(ran.code).toBe(69);
      expect(ran.err).toMatch(/unit web ended by itself with status 3; its last lines:\n {2}it is \*{3}\n {2}\S*\*{3}/);
      expect(ran.journal).toContain('"why":"failed"');
      expect(ran.journal).toContain('it is ***');
      for (const text of [ran.journal, ran.out, ran.err]) expectNoToken(text);
    },
    LIMIT_MS,
  );

  test(
    'in an error that a service answers is not there in part either, where the error is cut',
    async () => {
      const ran = await drill({ probe: '{ redis: "redis://web:8080", command: "GET {secret:TOKEN}" }' });
      expect(ran.code, ran.err).toBe(2);
      expect(ran.err).toMatch(/not steady.* x{60} \*{3}/);
      for (const text of [ran.journal, ran.out, ran.err, ran.verdict]) {
        expectNoToken(text);
        expect(text).not.toContain('s3cr3t');
      }
    },
    LIMIT_MS,
  );

  test.each([
    ['is missing', {}, /there is no environment variable TOKEN\b.*set it/],
    ['is too short to be kept out of a text', { TOKEN: 'abc' }, /variable TOKEN\b.*fewer than 4 characters.*longer/],
  ])(
    'that %s is named before anything is made',
    async (_, env, sentence) => {
      const ran = await drill({ env });
      expect(ran.code).toBe(69);
      expect(ran.err).toMatch(sentence);
      expect(ran.journals).toEqual([]);
    },
    LIMIT_MS,
  );
});

function scenarioOf(command: readonly string[], ask: string): string {
  return `
version: 1
name: A secret
begins: "10:00"
ends: +5s
services:
  web:
    image: debian:bookworm-slim
    at: outside
    command: ${JSON.stringify(command)}
    environment: { TOKEN: { secret: TOKEN } }
    ready: { tcp: ":8080", within: 10s }
probes:
  look: ${ask.replace(/ }$/, ', every: 100ms }')}
steady: { for: 1s, within: 5s }
slo: { look: { availability: 50% } }
timeline:
  - { at: +1s, freeze: web, for: 500ms }
`;
}

function withoutToken(): NodeJS.ProcessEnv {
  const { TOKEN: _, ...rest } = process.env;
  return rest;
}

/** The command line of every process of this host, those in containers too. */
function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
      } catch {
        return [];
      }
    });
}

function expectNoToken(text: string): void {
  const json = JSON.stringify(TOKEN).slice(1, -1);
  for (const form of [TOKEN, json, encodeURIComponent(TOKEN), Buffer.from(TOKEN).toString('base64')]) {
    expect(text).not.toContain(form);
  }
  expect(text).not.toContain('sauce');
}
