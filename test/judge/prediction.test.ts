import { describe, expect, test } from 'vitest';
import { judge, withPrediction } from '../../src/judge/judge.js';
import { downBetween, makeJournal } from './histories.js';

const outageOf = (backMs: number, curedMs = 100_000) =>
  makeJournal({
    faults: [{ title: 'power-loss pangyo', atMs: 30_000, curedMs }],
    objectives: [{ probe: 'write', measure: 'recover', limitMs: 30_000 }],
    probes: [
      { name: 'write', tell: downBetween([30_000, backMs]) },
      { name: 'read', tell: () => [0, 5] },
    ],
  });
const measured = judge(outageOf(54_000));

describe('a prediction beside a measured verdict', () => {
  test('says for each figure that both have how far it was off', () => {
    const { predicted } = withPrediction(measured, judge(outageOf(42_000)));
    expect(predicted).toMatchObject({ measured: false, engine: 'docker 20.10.24', seed: 7 });
    const recover = predicted?.figures.filter(({ measure }) => measure === 'recover');
    expect(recover).toEqual([
      {
        ...{ measure: 'recover', probe: 'write', fault: 'power-loss pangyo @15:30:00', unit: 's' },
        ...{ predicted: 11.9525, measured: 23.9525, predictedCensored: false, measuredCensored: false },
        ...{ off: -12, offPercent: -50.099, within: false },
      },
      expect.objectContaining({ probe: 'read', predicted: 0, measured: 0, off: 0, offPercent: null, within: true }),
    ]);
  });

  test('is within what was measured where nobody knows how long that may have been', () => {
    const unseen = makeJournal({
      faults: [{ title: 'power-loss pangyo', atMs: 30_000, curedMs: 100_000 }],
      probes: [{ name: 'write', tell: (dueMs) => (dueMs < 150_000 ? [0, 5] : [0, 1, 'EMFILE', true]) }],
    });
    const { predicted } = withPrediction(judge(unseen), judge(outageOf(42_000)));
    const recover = predicted?.figures.find(({ measure }) => measure === 'recover');
    expect(recover).toMatchObject({ measured: 0, predicted: 11.9525, within: true });
  });

  test('changes nothing else of it', () => {
    for (const simulated of [outageOf(31_000), outageOf(999_000), makeJournal({ probes: [] })]) {
      const { predicted, ...rest } = withPrediction(measured, judge(simulated));
      expect(rest).toEqual(measured);
    }
  });

  test('is not there when the two have no figure together', () => {
    expect(withPrediction(measured, judge(makeJournal({ probes: [] })))).not.toHaveProperty('predicted');
  });

  test('that ended before it was back says that it is more, and no distance', () => {
    const { predicted } = withPrediction(measured, judge(outageOf(999_000)));
    expect(predicted?.figures.find(({ measure }) => measure === 'recover')).toMatchObject({
      ...{ predictedCensored: true, measuredCensored: false, off: null, offPercent: null, within: null },
    });
  });
});
