import { playSimulated } from '../../src/cli/play-simulated.js';
import { type Entry, openJournal } from '../../src/journal/journal.js';
import { planDrill } from '../../src/plan/plan.js';
import { readScenario } from '../../src/scenario/scenario.js';
import { makeJournal, withIntent } from '../judge/histories.js';

const HEAD = `
version: 1
name: A recorded drill
begins: "10:00"
ends: "10:02"
sites: { seoul: {}, busan: {} }
services:
  db: { image: "db:1", at: [seoul, busan], model: { role: leader, replication: async, lag: 2s, takeover: 3s } }
  web: { image: "web:1", at: [seoul, busan], needs: [db], spare: busan, model: { boot: 500ms, latency: 2ms } }
steady: { for: 1s, within: 60s }
`;

/** Scenarios whose journals have, all together, every kind of entry that the simulator writes; none meets all of its objectives. */
const SCENARIOS: Readonly<Record<string, string>> = {
  spans: `${HEAD}
probes:
  read: { http: "http://web-seoul:80/", every: 100ms, timeout: 500ms }
  write: { postgres: "postgres://u:p@db-seoul:5432/a", every: 1s, ledger: { rate: 10/s } }
slo:
  read: { recover: 1s, detect: 5s, availability: 99%, reprotect: 1s }
  write: { lose: 0, availability: 99% }
timeline:
  - { at: "+20s", power-loss: seoul }
  - { at: "+30s", start: web@busan }
  - { at: "+60s", restore: seoul }
`,
  samples: `${HEAD}
probes:
  read: { http: "http://web-seoul:80/", every: 100ms, timeout: 500ms, surge: { factor: 2, for: 5s } }
slo:
  read: { recover: 10s, availability: 99.9%, "latency": "p95 < 1s" }
timeline:
  - { at: "+20s", power-loss: seoul }
  - at: "+30s"
    runbook: [ { step: bring it back, restore: seoul, takes: 5s }, { step: see, confirm: read } ]
`,
  jumps: `${HEAD.replace('10:02', '11:00')}
pace: skip-idle
probes:
  read: { http: "http://web-seoul:80/", every: 500ms, timeout: 500ms }
slo:
  read: { recover: 5m, availability: 99% }
timeline:
  - { at: "+20s", power-loss: seoul }
  - { at: "+15m", restore: seoul }
`,
  stopped: `${HEAD}
guard: { down: { read: 5s } }
probes:
  read: { http: "http://web-seoul:80/", every: 100ms, timeout: 500ms }
slo:
  read: { detect: 5s }
timeline:
  - { at: "+20s", power-loss: seoul }
`,
};

/** A journal with a ledger of real writes, one of which is lost; it is told in ten lines. */
function ledgerJournal(): Entry[] {
  const [head, ...rest] = makeJournal({
    probes: [{ name: 'rows', tell: () => [0, 5] }],
    objectives: [
      { probe: 'rows', measure: 'lose', limitWrites: 0 },
      { probe: 'rows', measure: 'availability', limitPercent: 10 },
    ],
    durationMs: 10_000,
    faults: [{ title: 'power-loss pangyo', atMs: 5000, curedMs: 6000 }],
  });
  if (head?.entry !== 'drill') throw new Error('no drill');
  const readFrom = [{ host: 'a', port: null }];
  const ledger = { perSecond: 10, connections: 4, readFrom, read: [''], make: null, settleMs: 1000 };
  const stamp = { atMs: 0, monoMs: 0, probe: 'rows' };
  const lines = Array.from({ length: 10 }, (_, index): Entry => {
    const from = 5 + index * 10;
    return { ...stamp, entry: 'ledger', perSecond: 10, runs: [[from, from + 9, index * 1000, 20]] };
  });
  const looked = { sentMs: 11_000, tookMs: 5, whole: 3, error: null, since: 5, again: [], behind: [] };
  const present = [
    [5, 41],
    [43, 104],
  ] as const;
  const recall: Entry = { ...stamp, entry: 'recall', place: 'a', final: true, ...looked, present };
  const probes = head.plan.probes.map((probe) => ({ ...probe, ledger }));
  return [{ ...head, plan: { ...head.plan, probes } }, ...rest.toSpliced(-1, 0, ...lines, recall)];
}

/** A drill that was stopped by a person and left something, and one that lost a fault before its cure. */
function oddJournals(): Record<string, Entry[]> {
  const told = {
    probes: [{ name: 'read', tell: () => [0, 5] as const }],
    objectives: [{ probe: 'read', measure: 'recover', limitMs: 5000 } as const],
    faults: [{ title: 'power-loss pangyo', atMs: 30_000, curedMs: 60_000 }],
    durationMs: 90_000,
  };
  const effects = [{ step: 'f1.1', fromMs: 80_000, toMs: 80_000, error: 'no answer' }];
  const late = { atMs: 80_000, monoMs: 0, entry: 'effect', does: 'cure', title: 'again', dueMs: 80_000 } as const;
  return {
    left: makeJournal({ ...told, end: { why: 'interrupted', because: 'stopped by SIGINT', left: ['net-d1'] } }),
    failedCure: makeJournal(told).toSpliced(-1, 0, ...withIntent({ ...late, lateMs: 0, effects })),
  };
}

/** The journals of all of them, by name. */
export async function recordJournals(): Promise<Map<string, Entry[]>> {
  const played = Object.entries(SCENARIOS).map(async ([name, text]) => {
    const plan = planDrill(readScenario(text, `${name}.yaml`, { exists: () => true }));
    return [name, await playSimulated(plan, 7)] as const;
  });
  return new Map([...(await Promise.all(played)), ['ledger', ledgerJournal()], ...Object.entries(oddJournals())]);
}

/** The lines of a journal as they are written, with their numbers and checksums. */
export function sealedLines(entries: readonly Entry[]): string[] {
  const lines: string[] = [];
  const journal = openJournal({ write: (line) => void lines.push(line.trimEnd()), sync() {} });
  for (const entry of entries) journal.append(entry);
  return lines;
}
