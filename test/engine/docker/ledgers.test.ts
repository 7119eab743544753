import { afterAll, beforeAll, expect, test } from 'vitest';
import { wallClock } from '../../../src/clock.js';
import { runDrill } from '../../../src/drill/drill.js';
import { openBook } from '../../../src/engine/docker/book.js';
import { runInside } from '../../../src/engine/docker/commands.js';
import { connect } from '../../../src/engine/docker/connect.js';
import { dockerEngine } from '../../../src/engine/docker/docker.js';
import type { Book } from '../../../src/engine/engine.js';
import { type Entry, openJournal } from '../../../src/journal/journal.js';
import { type Finding, judge } from '../../../src/judge/judge.js';
import type { Ask, Probe } from '../../../src/scenario/scenario.js';
import { IMAGES, planOf, raiseTestDrill, type TestDrill, type TestUnit } from './drills.js';
import { dockerHost } from './engine-here.js';
import { describeOnDocker } from './engine-or-skip.js';
import { type Between, type Fate, SOCKET, startProxy } from './proxy.js';

const STORE: TestUnit = {
  ...{ name: 'store', site: 'pangyo', build: 'databases' },
  ready: { kind: 'tcp', port: 6379, withinMs: 60_000 },
};
const PLACE = { host: 'store', port: null };
const PER_SECOND = 10;

/** A kind of ledger, and how somebody at the store's console spoils it. */
interface Kind {
  readonly ask: Ask;
  readonly read: readonly string[];
  lose(number: number): string;
  repeat(number: number): string;
}

const KINDS: Readonly<Record<'redis' | 'exec', Kind>> = {
  redis: {
    ask: { kind: 'redis', host: 'store', port: 6379, command: ['RPUSH', 'numbers', '{n}'] },
    read: ['LRANGE', 'numbers', '0', '-1'],
    lose: (number) => `redis-cli LREM numbers 1 ${number}`,
    repeat: (number) => `redis-cli RPUSH numbers ${number}`,
  },
  exec: {
    ask: { kind: 'exec', host: 'store', command: ['sh', '-c', 'echo "{n};" >> /numbers'] },
    // What a command says on standard error is not what it lists.
    read: ['sh', '-c', 'cat /numbers; echo 1 2 3 >&2'],
    // Where it stands, so that nobody who appends meanwhile is disturbed.
    lose: (number) =>
      `perl -e 'open F, "+<", "/numbers"; local $/; <F> =~ /^${number};/m; seek F, $-[0], 0; print F "-" x ($+[0] - $-[0])'`,
    repeat: (number) => `echo "${number};" >> /numbers`,
  },
};

function probeOf(name: 'redis' | 'exec'): Probe {
  const { ask, read } = KINDS[name];
  const times = { perSecond: PER_SECOND, connections: 8, settleMs: 3000 };
  const ledger = { ...times, make: null, read, readFrom: [PLACE] };
  return { name, site: null, family: name, does: 'write', everyMs: 100, timeoutMs: 5000, ask, ledger };
}

describeOnDocker('a ledger of a real unit', () => {
  let proxy: Between;
  let fates: Fate[] = [];
  let drill: TestDrill;
  const books: Book[] = [];

  beforeAll(async () => {
    const isStart = (path: string) => /^\/exec\/.*\/start$/.test(path);
    proxy = await startProxy(
      SOCKET,
      () => 0.9,
      ({ path }) => (isStart(path) ? (fates.shift() ?? 'pass') : 'pass'),
    );
    drill = await raiseTestDrill([STORE]);
  }, 300_000);
  afterAll(async () => {
    for (const book of books) book.close();
    await drill?.close();
    await proxy?.close();
  });

  /** A book whose commands go through the proxy. */
  const open = async (name: 'redis' | 'exec') => {
    const { docker } = await connect(proxy.host, false);
    const container = await drill.containerOf('store');
    const { ask, ledger } = probeOf(name);
    const book = openBook(
      drill.clock,
      {
        addressOf: (host) => drill.addressOf(host),
        runIn: (_host, command, running) => runInside(docker, drill.clock, container, command, running),
      },
      ask,
      ledger,
    );
    books.push(book);
    return book;
  };
  const atConsole = async (command: string) =>
    runInside(drill.docker, drill.clock, await drill.containerOf('store'), ['sh', '-c', command], { again: false });
  const soon = (withinMs = 5000) => drill.clock.now() + withinMs;

  test.each(['redis', 'exec'] as const)(
    '%s shows the numbers in the order in which they were written',
    async (name) => {
      const book = await open(name);
      await atConsole('rm -f /numbers; redis-cli DEL numbers');
      for (const number of [7, 8, 12]) expect(await book.write(number, soon())).toEqual({ ok: true, error: null });
      expect(await book.list(PLACE, 0, soon())).toEqual({ numbers: [7, 8, 12], error: null });
    },
  );

  test('a connection that the server ended while nothing was written on it is not the next one to be used', async () => {
    const book = await open('redis');
    const writeMany = (from: number) =>
      Promise.all(Array.from({ length: 8 }, (_, index) => book.write(from + index, soon())));
    await writeMany(100);
    await atConsole('redis-cli CLIENT KILL TYPE normal');
    await drill.clock.sleepUntil(soon(300));
    expect(await writeMany(200)).toEqual(Array.from({ length: 8 }, () => ({ ok: true, error: null })));
  });

  test('a list that did not come whole is asked for again, and never taken for all there is', async () => {
    const book = await open('exec');
    await atConsole('rm -f /numbers; seq 1 30000 > /numbers');
    const all = Array.from({ length: 30_000 }, (_, index) => index + 1);
    fates = ['half answer'];
    expect(await book.list(PLACE, 0, soon())).toEqual({ numbers: all, error: null });
    fates = Array.from({ length: 9 }, () => 'half answer');
    expect(await book.list(PLACE, 0, soon(20_000))).toEqual({ numbers: [], error: 'reset' });
    fates = [];
  });

  test('a write at the console of a unit that is frozen hears nothing until its time is over', async () => {
    const book = await open('exec');
    const frozen = await drill.strike({ kind: 'freeze', targets: ['store'] });
    const sentMs = drill.clock.now();
    expect(await book.write(1, sentMs + 700)).toEqual({ ok: false, error: 'timeout' });
    expect(drill.clock.now() - sentMs).toBeGreaterThanOrEqual(700);
    await drill.cure(frozen);
  });
});

describeOnDocker('a drill with ledgers of a real unit', () => {
  const spoilt = {
    redis: { lost: [] as number[], twice: [] as number[] },
    exec: { lost: [] as number[], twice: [] as number[] },
  };
  const entries: Entry[] = [];
  let findings: readonly Finding[] = [];

  beforeAll(async () => {
    const clock = wallClock();
    const { docker } = await connect(dockerHost, false);
    const engine = await dockerEngine({ clock, folder: IMAGES, host: dockerHost, allowRemote: false });
    const drill = `test-${Date.now().toString(36)}`;
    const atConsole = async (command: string) => {
      const filters = { label: [`firedrill.drill=${drill}`, 'firedrill.role=unit'] };
      const [store] = await docker.listContainers({ filters });
      await runInside(docker, clock, store?.Id ?? '', ['sh', '-c', command], { again: false });
    };
    const plan = {
      ...planOf([STORE]),
      ...{ durationMs: 8000, steady: { forMs: 300, withinMs: 10_000 }, faults: [] },
      probes: [probeOf('redis'), probeOf('exec')],
      objectives: (['redis', 'exec'] as const).map((probe) => ({ probe, measure: 'lose' as const, limitWrites: 0 })),
    };
    /** Loses two of what was acknowledged a while ago, and stores a third one again. */
    const spoil = async (name: 'redis' | 'exec', acknowledged: readonly number[]) => {
      const [first = 0, second = 0, third = 0] = acknowledged.slice(-20);
      spoilt[name] = { lost: [first, third], twice: [second] };
      const { lose, repeat } = KINDS[name];
      await atConsole(`${lose(first)}; ${lose(third)}; ${repeat(second)}`);
    };
    const spoiling = (name: 'redis' | 'exec', book: Book | undefined): Book => {
      if (book === undefined) throw new Error('the engine writes no ledgers');
      const acknowledged: number[] = [];
      const write: Book['write'] = async (number, deadlineMs) => {
        const reading = await book.write(number, deadlineMs);
        if (reading.ok) acknowledged.push(number);
        if (acknowledged.length === 60)
          void spoil(
            name,
            acknowledged.toSorted((a, b) => a - b),
          );
        return reading;
      };
      return { ...book, write };
    };
    const openBookOf: typeof engine.openBook = (probe) => spoiling(probe.name as 'redis', engine.openBook?.(probe));
    const journal = openJournal({ write() {}, sync() {} }, (entry) => entries.push(entry));
    const { signal } = new AbortController();
    const identity = { drill, firedrill: '0.0.0', seed: 1, startedAt: '2022-10-15T06:29:30.250Z' };
    await runDrill({ plan, engine: { ...engine, openBook: openBookOf }, clock, journal, signal, ...identity });
    findings = judge(entries).findings;
  }, 300_000);

  test.each(['redis', 'exec'] as const)('%s: what is lost or twice is told, exactly, and nothing else', (name) => {
    const found = (measure: Finding['measure']) =>
      findings.find((finding) => finding.probe === name && finding.measure === measure);
    const { lost, twice } = spoilt[name];
    expect(lost).toHaveLength(2);
    expect(found('lose')).toMatchObject({ value: 2, outcome: 'missed', writes: lost.map((n) => [n, n]) });
    expect(found('duplicate')).toMatchObject({ value: 1, writes: twice.map((n) => [n, n]) });
    expect(found('extra')?.writes ?? []).toEqual([]);
    expect(entries.at(-1)).toMatchObject({ entry: 'end', why: 'completed', left: [] });
  });
});
