/**
 * A ledger of 1,000 writes a second for a minute, to a store in a process of its own: how many are acknowledged, and what
 * firedrill itself needs for it. `writes`, `acknowledged`, `lost`, `cpuShare` of one processor, `lagMs` p50, p99 and max.
 */
import { spawn } from 'node:child_process';
import { wallClock } from '../dist/clock.js';
import { runDrill } from '../dist/drill/drill.js';
import { openBook } from '../dist/engine/docker/book.js';
import { openJournal } from '../dist/journal/journal.js';
import { judge } from '../dist/judge/judge.js';

const PER_SECOND = 1000;

const STORE = `
const numbers = [];
const server = require('http').createServer((request, response) => {
  if (request.method === 'GET') return response.end(numbers.join());
  numbers.push(request.url.slice(1));
  response.writeHead(201).end();
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
`;

/** Runs it for so many seconds. */
export async function benchLedger(seconds) {
  const store = spawn(process.execPath, ['-e', STORE], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const port = await new Promise((resolve) => store.stdout.once('data', (data) => resolve(Number(data))));
    return await drill(port, seconds);
  } finally {
    store.kill();
  }
}

async function drill(port, seconds) {
  const clock = wallClock();
  const entries = [];
  let bytes = 0;
  const reach = { addressOf: () => '127.0.0.1', runIn: () => Promise.reject(new Error('no units')) };
  const engine = {
    ...{ name: 'store', measured: false, host: {}, leadMs: () => 0, examine: async () => [], adopt: async () => true },
    ...{ raise: async () => {}, perform: async () => [], cure: async () => [], census: async () => ({}) },
    read: async () => ({ ok: false, error: 'a ledger is not looked at' }),
    openBook: (probe) => openBook(clock, reach, probe.ask, probe.ledger),
    lower: async () => [],
  };
  const sink = {
    write(line) {
      if (/^.{0,99}"entry":"(ledger|recall)"/.test(line)) bytes += line.length;
    },
    sync() {},
  };
  const journal = openJournal(sink, (entry) => entries.push(entry));
  const cpuMs = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
  const identity = { drill: 'd-1', firedrill: '0', seed: 1, startedAt: new Date().toISOString() };
  const { signal } = new AbortController();
  await runDrill({ plan: planFor(port, seconds), engine, clock, journal, signal, cpuMs, ...identity });
  const effort = entries.find(({ entry }) => entry === 'effort');
  const lose = judge(entries).findings.find(({ measure }) => measure === 'lose');
  const runs = entries.flatMap((entry) => (entry.entry === 'ledger' ? entry.runs : []));
  const countOf = (some) => some.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  const acknowledged = runs.filter((run) => run.length === 4);
  const share = effort.cpuMs / effort.spanMs;
  return {
    ...{ writes: countOf(runs), acknowledged: countOf(acknowledged), lost: lose.high },
    ...{ cpuShare: share, lagMs: effort.lagMs, journalBytes: bytes },
  };
}

function planFor(port, seconds) {
  const ledger = { perSecond: PER_SECOND, connections: 16, settleMs: 5000, make: null, read: ['/'] };
  const ask = { kind: 'http', method: 'POST', host: 'store', port, path: '/{n}', body: null, expect: 201 };
  const probe = {
    ...{ name: 'rows', family: 'rows', site: null, does: 'write', everyMs: 100, timeoutMs: 3000, ask },
    ledger: { ...ledger, readFrom: [{ host: 'store', port: null }] },
  };
  return {
    ...{ name: 'ledger', about: '', begins: { date: null, ofDayMs: 0 }, durationMs: seconds * 1000, network: null },
    ...{
      leaseMs: 30_000,
      sites: [],
      services: [],
      units: [],
      startWaves: [],
      probes: [probe],
      faults: [],
      moments: [],
    },
    ...{ steady: { forMs: 0, withinMs: 5000 }, guard: { down: [], availability: [], bystanders: false } },
    objectives: [{ probe: 'rows', measure: 'lose', limitWrites: 0 }],
  };
}
