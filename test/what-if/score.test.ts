import { expect, test } from 'vitest';
import { scoreOf } from '../../src/what-if/score.js';
import { trialWith } from './laboratory.js';

const trial = (...seconds: (number | null)[]) => ({
  ...trialWith('text', 0),
  findings: seconds.flatMap((one) => trialWith('text', one).findings),
});

test('of several faults the longest recovery counts, and one of which too little was seen says nothing', () => {
  expect(scoreOf([trial(5, 30), trial(20, 10)], 'recover', ['text'])?.value).toBe(25);
  expect(scoreOf([trial(null, 30), trial(20, null)], 'recover', ['text'])?.value).toBe(25);
});

test('a probe of which a trial has no number at all has no score', () => {
  expect(scoreOf([trial(null, 30), trial(null)], 'recover', ['text'])).toBeNull();
});
