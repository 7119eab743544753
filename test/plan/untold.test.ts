import { expect, test } from 'vitest';
import { untoldOf } from '../../src/plan/plan.js';
import type { Objective } from '../../src/scenario/scenario.js';
import { captureIo, firedrill, SMALL } from '../cli/captured.js';
import { probe } from '../drill/rehearsal.js';

const told = (objective: object) =>
  untoldOf({ probes: [probe('write')], objectives: [{ probe: 'write', ...objective } as Objective] });

test('what can never be met, and what can never be told, is known before the drill', () => {
  expect(told({ measure: 'lose', limitWrites: 0 })[0]).toMatchObject({ key: 'lose', probe: 'write' });
  expect(told({ measure: 'age', limitMs: 5000 })[0]?.message).toContain('give it a `ledger`');
  expect(told({ measure: 'goodput', limitPerSecond: 100 })[0]?.message).toContain('the probe asks 10 a second');
  expect(told({ measure: 'goodput', limitPerSecond: 10 })).toEqual([]);
  expect(told({ measure: 'recover', limitMs: 1 })[0]?.message).toContain('finer than the 100 ms between two looks');
  expect(told({ measure: 'recover', limitMs: 100 })).toEqual([]);
});

test('`check` says so at its place, and the scenario is right all the same', async () => {
  const io = captureIo();
  io.write('x.yaml', SMALL.replace('recover: 5s', 'recover: 5s, lose: 0'));
  const { code, err } = await firedrill(io, 'check', 'x.yaml');
  expect(code).toBe(0);
  expect(err).toMatch(/^x\.yaml:\d+:\d+ slo\.read\.lose: this can never be told/);
});
