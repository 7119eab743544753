import { expect, test } from 'vitest';
import { demandOf, lackOf } from '../../src/drill/drill.js';
import type { Plan } from '../../src/plan/plan.js';
import type { Probe } from '../../src/scenario/scenario.js';
import { probe } from './rehearsal.js';

const ask = { kind: 'http', method: 'GET', host: 'web', port: 80, path: '/', body: null, expect: null } as const;

function demand(probes: readonly Probe[], plan: Partial<Plan> = {}) {
  return demandOf({ probes, units: [], moments: [], ...plan } as unknown as Plan);
}

test('when nothing answers, each probe has a look under way for every period of its timeout', () => {
  const web: Probe = { ...probe('web'), ask, everyMs: 10, timeoutMs: 4000 };
  const read: Probe = { ...probe('read'), ask, everyMs: 300, timeoutMs: 1000 };
  expect(demand([web])).toMatchObject({ looks: 400, files: 440 });
  expect(demand([web, read])).toMatchObject({ looks: 404, ports: 404 });
});

test('a look that is a command, a ledger and users who come back take theirs', () => {
  const command: Probe = { ...probe('inside'), ask: { kind: 'exec', host: 'web', command: ['true'] } };
  expect(demand([command])).toMatchObject({ looks: 10, files: 60, ports: 0 });
  const surging: Probe = { ...probe('page'), ask, surge: { factor: 5, forMs: 60_000 } };
  expect(demand([surging]).looks).toBe(10 + 40);
  const readFrom = [{ host: 'db', port: null }];
  const ledger = { perSecond: 1000, connections: 20, settleMs: 0, make: null, read: [], readFrom };
  expect(demand([{ ...probe('write'), ledger }])).toMatchObject({ looks: 0, files: 61 });
});

test('the port of a connection that this side ends rests for a minute', () => {
  expect(demand([{ ...probe('open'), everyMs: 2 }]).ports).toBe(500 + 30_000);
});

test('what does not fit is said in one sentence with its remedy; what is not known fits', () => {
  const { looks, files, ports } = demand([{ ...probe('web'), ask, everyMs: 10, timeoutMs: 4000 }]);
  expect(lackOf({ looks, files, ports }, { files: 200, ports: 28_000 })).toEqual([
    'this scenario may have 400 looks under way at once and needs about 440 open files; this process may have 200: raise it with `ulimit -n 1024`, or give its probes a longer `every` or a shorter `timeout`',
  ]);
  expect(lackOf({ looks, files, ports }, { files: 440, ports: 300 })[0]).toContain('needs 400 local ports at worst');
  expect(lackOf({ looks, files, ports }, { files: null, ports: null })).toEqual([]);
});
