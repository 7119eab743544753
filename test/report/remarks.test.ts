import { expect, test } from 'vitest';
import { remarksOf } from '../../src/report/remarks.js';
import { somePlan } from './some-plan.js';

const at = (fromMs: number, toMs = fromMs) => ({ fromMs, toMs });

test('a stop says how long each process took to end, and whether it had to be killed', () => {
  const effects = [
    { step: 'f1.1', ...at(5000, 5002), error: null, ended: { ...at(11_001, 11_011), by: 'SIGKILL' } as const },
    { step: 'f1.2', ...at(5000), error: null, ended: { ...at(5300), by: 'itself' } as const },
    { step: 'f1.3', ...at(5000), error: null, ended: null },
    { step: 'f1.4', ...at(5000), error: 'app-4 has no power' },
  ];
  expect(remarksOf(effects, somePlan(['app-1', 'app-2', 'app-3', 'app-4']))).toEqual([
    'app-1-a took 6.0 s to end, killed',
    'app-2-a took 300 ms to end',
    'app-3-a was not seen to end',
  ]);
});

test('a power loss says when the last instruction of any unit ran at the latest', () => {
  const effects = [
    { step: 'f1.1', ...at(5000), error: null, halted: at(5000, 5002.2) },
    { step: 'f1.2', ...at(5000), error: null, halted: at(5000, 5001) },
  ];
  expect(remarksOf(effects, somePlan(['app-1', 'app-2']))).toEqual(['the last instruction ran at most 3 ms after it']);
  expect(remarksOf([{ step: 'f1.1', ...at(5000), error: null }], somePlan(['app-1']))).toEqual([]);
});
