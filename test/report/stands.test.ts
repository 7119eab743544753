import { expect, test } from 'vitest';
import type { Entry } from '../../src/journal/journal.js';
import type { Action } from '../../src/plan/plan.js';
import { standLines } from '../../src/report/stands.js';
import type { Probe } from '../../src/scenario/scenario.js';
import { downBetween, makeJournal } from '../judge/histories.js';

const CUT: Action = { verb: 'isolate', from: ['db-anyang', 'outside'], direction: 'both' };

function linesOf(action: Action, asks: readonly Probe['ask']['kind'][]): string[] {
  const probes = asks.map((kind) => ({ name: `by-${kind}`, tell: downBetween() }));
  const [drill, ...rest] = makeJournal({ probes, faults: [{ title: 'partition', atMs: 30_000, action }] });
  if (drill?.entry !== 'drill') throw new Error('no drill');
  const asked = drill.plan.probes.map((probe, index): Probe => {
    const { host } = probe.ask;
    return asks[index] === 'exec' ? { ...probe, ask: { kind: 'exec', host, command: ['true'] } } : probe;
  });
  const entries: Entry[] = [{ ...drill, plan: { ...drill.plan, probes: asked } }, ...rest];
  return standLines(entries, 200);
}

test('where a fault lies between outside and the units, the report says where each probe stood', () => {
  expect(linesOf(CUT, ['tcp', 'exec'])).toEqual([
    '  stood outside and asked through the network: by-tcp',
    '  asked inside of a unit, where no cut of the network reaches: by-exec (web-pangyo)',
  ]);
  expect(linesOf(CUT, ['tcp'])).toHaveLength(1);
});

test('so it does where a probe asks from within, and nowhere else', () => {
  expect(linesOf({ verb: 'kill' }, ['tcp', 'exec'])).toHaveLength(2);
  expect(linesOf({ verb: 'kill' }, ['tcp'])).toEqual([]);
});
