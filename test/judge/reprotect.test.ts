import { describe, expect, test } from 'vitest';
import type { Entry } from '../../src/journal/journal.js';
import { judge } from '../../src/judge/judge.js';
import { downBetween, makeJournal, type Told } from './histories.js';

const stamp = { atMs: 0, monoMs: 0 };

function ready(unit: string, lowMs: number, highMs: number | null): Entry {
  return { ...stamp, entry: 'ready', unit, lowMs, highMs };
}

function findingsOf(more: readonly Entry[], told: Partial<Told> = {}) {
  const entries = makeJournal({
    probes: [{ name: 'write', tell: downBetween() }],
    faults: [{ title: 'power-loss pangyo', atMs: 30_000, curedMs: 60_000 }],
    objectives: [{ probe: 'write', measure: 'reprotect', limitMs: 60_000 }],
    ...told,
  });
  const all = [...entries.slice(0, -1), ...more, ...entries.slice(-1)];
  return judge(all).findings.filter(({ measure }) => measure === 'reprotect');
}

test('redundancy is back when the last unit that the fault took is ready again, which lies between two looks', () => {
  const [objective, figure] = findingsOf([ready('web-pangyo', 71_000, 71_300)]);
  expect(objective).toMatchObject({ outcome: 'met', probe: 'write', value: 41.15, low: 41, high: 41.3, limit: 60 });
  expect(figure).toMatchObject({ probe: 'web', fault: 'power-loss pangyo @15:30:00', value: 41.15, limit: null });
  expect(objective?.because).toBe('web-pangyo was the last to be ready again, after 41.15 s');
});

test('a unit that is not ready when the drill ends took longer than that', () => {
  const [missed] = findingsOf([ready('web-pangyo', 210_000, null)]);
  expect(missed).toMatchObject({ outcome: 'missed', value: 180, high: null, censored: true });
  const patient = { objectives: [{ probe: 'write', measure: 'reprotect', limitMs: 300_000 } as const] };
  expect(findingsOf([ready('web-pangyo', 210_000, null)], patient)[0]).toMatchObject({ outcome: 'unknown' });
});

test('what nobody looked at is unknown, and no figure', () => {
  expect(findingsOf([])).toMatchObject([{ outcome: 'unknown', value: null }]);
});

test('a return from an earlier fault is none from this one', () => {
  const faults = [
    { title: 'power-loss pangyo', atMs: 30_000, curedMs: 60_000 },
    { title: 'power-loss pangyo', atMs: 90_000, curedMs: 120_000 },
  ];
  const returns = [ready('web-pangyo', 62_000, 62_100), ready('web-pangyo', 125_000, 125_200)];
  expect(findingsOf(returns, { faults }).slice(0, 2)).toMatchObject([{ value: 32.05 }, { value: 35.1 }]);
});

describe('of several faults on one unit', () => {
  const faults = [
    { title: 'crash pangyo', atMs: 30_000, action: { verb: 'kill' } as const },
    { title: 'freeze pangyo', atMs: 40_000, curedMs: 60_000 },
  ];
  const told = (returns: readonly Entry[]) => findingsOf(returns, { faults }).filter(({ limit }) => limit === 60);
  const ending = (entry: Entry, ...steps: string[]): Entry => ({ ...entry, after: steps }) as Entry;

  test('each has the return that names it, although another was seen at the very instant of the second', () => {
    const returns = [
      ending(ready('web-pangyo', 39_800, 40_100), 'f1.1'),
      ending(ready('web-pangyo', 60_000, 60_200), 'f2.1'),
    ];
    expect(told(returns)).toMatchObject([
      { value: 9.95, low: 9.8, high: 10.1 },
      { value: 20.1, low: 20, high: 20.2 },
    ]);
  });

  test('one whose unit was not back before the next came is not missed for that', () => {
    const [first, second] = told([ending(ready('web-pangyo', 95_000, 95_200), 'f1.1', 'f2.1')]);
    expect(first).toMatchObject({ outcome: 'unknown', value: 10, high: null, censored: true });
    expect(first?.because).toBe('more than 10 s: web-pangyo was not ready again before freeze pangyo @15:30:10');
    expect(second).toMatchObject({ outcome: 'met', value: 55.1 });
  });

  test('nobody looked after one that no return names', () => {
    const [first] = told([ending(ready('web-pangyo', 60_000, 60_200), 'f2.1')]);
    expect(first).toMatchObject({ outcome: 'unknown', value: null });
  });
});

test('a fault of the network takes no unit away', () => {
  const action = { verb: 'isolate', from: ['web-anyang'], direction: 'both' } as const;
  const faults = [{ title: 'partition', atMs: 30_000, curedMs: 60_000, action }];
  expect(findingsOf([], { faults })).toMatchObject([{ outcome: 'met', value: 0 }]);
});

describe('a spare', () => {
  const sites = ['pangyo', 'anyang', 'ansan'];
  const told = (more: readonly Entry[], atMs = 30_000) => {
    const found = makeJournal({
      probes: [{ name: 'write', tell: downBetween() }],
      faults: [{ title: 'power-loss pangyo', atMs }],
      objectives: [{ probe: 'write', measure: 'reprotect', limitMs: 60_000, service: 'web' }],
      sites,
    }).map((entry) => (entry.entry === 'drill' ? withSpare(entry) : entry));
    return judge([...found.slice(0, -1), ...more, ...found.slice(-1)]).findings.filter(
      ({ measure }) => measure === 'reprotect',
    );
  };
  const withSpare = (entry: Extract<Entry, { entry: 'drill' }>): Entry => {
    const units = entry.plan.units.map((unit) => (unit.site === 'ansan' ? { ...unit, spare: true as const } : unit));
    return { ...entry, plan: { ...entry.plan, units } };
  };
  const lost = ready('web-pangyo', 210_000, null);

  test('that was started since counts for a unit that never comes back', () => {
    const [objective] = told([ready('web-ansan', 71_000, 71_300), lost]);
    expect(objective).toMatchObject({ probe: 'web', outcome: 'met', value: 41.15, low: 41, high: 41.3, limit: 60 });
    expect(objective?.because).toBe('web-ansan was the last to be ready in place of web-pangyo, after 41.15 s');
  });

  test('counts for nothing while nobody has started it', () => {
    const [objective] = told([ready('web-ansan', 210_000, null), lost]);
    expect(objective).toMatchObject({ outcome: 'missed', value: 180, censored: true });
    expect(objective?.because).toContain('web-pangyo was not ready again');
  });

  test('that comes later than the unit it would stand for changes nothing', () => {
    const [objective] = told([ready('web-pangyo', 60_000, 60_200), ready('web-ansan', 71_000, 71_300)]);
    expect(objective).toMatchObject({ value: 30.1 });
  });

  test('that was ready before the fault is one of those that were there, and stands for none', () => {
    const [objective] = told([ready('web-ansan', 71_000, 71_300), lost], 90_000);
    expect(objective).toMatchObject({ outcome: 'missed', censored: true });
  });

  test.each([
    ['never', []],
    ['later', [ready('web-ansan', 71_000, 71_300)]],
  ])('at a site that loses its power before anybody starts it is nothing that was there: started %s', (_, more) => {
    const found = makeJournal({
      probes: [{ name: 'write', tell: downBetween() }],
      faults: [{ title: 'power-loss ansan', atMs: 30_000, site: 'ansan' }],
      objectives: [{ probe: 'write', measure: 'reprotect', limitMs: 60_000, service: 'web' }],
      sites,
    }).map((entry) => (entry.entry === 'drill' ? withSpare(entry) : entry));
    const { findings } = judge([...found.slice(0, -1), ...more, ...found.slice(-1)]);
    const own = findings.filter(({ measure }) => measure === 'reprotect');
    expect(own).toMatchObject([{ outcome: 'met', value: 0, because: 'the fault took no unit of web away' }]);
  });
});

test('at fewer sites than before nothing is as it was, however many units there are', () => {
  const entries = makeJournal({
    probes: [{ name: 'write', tell: downBetween() }],
    faults: [{ title: 'power-loss pangyo', atMs: 30_000 }],
    sites: ['pangyo', 'anyang'],
  }).map((entry): Entry => {
    if (entry.entry !== 'drill') return entry;
    const spares = ['ansan', 'ansan-2', 'anyang-2'].map((at) => ({
      ...{ name: `web-${at}`, service: 'web', site: at.replace('-2', '') },
      spare: true as const,
    }));
    return { ...entry, plan: { ...entry.plan, units: [...entry.plan.units, ...spares] } };
  });
  // Of the two at ansan one was there before the fault, so that it was at three sites.
  const more = [
    ready('web-ansan', 20_000, 20_100),
    ready('web-ansan-2', 70_000, 70_300),
    ready('web-anyang-2', 71_000, 71_300),
    ready('web-pangyo', 210_000, null),
  ];
  const found = judge([...entries.slice(0, -1), ...more, ...entries.slice(-1)]).findings;
  expect(found.find(({ measure }) => measure === 'reprotect')).toMatchObject({ value: 180, censored: true });
});

test('an objective for a service that the fault left alone is met at once', () => {
  const objectives = [{ probe: 'write', measure: 'reprotect', limitMs: 60_000, service: 'db' } as const];
  const [found] = findingsOf([ready('web-pangyo', 71_000, 71_300)], { objectives });
  expect(found).toMatchObject({ probe: 'db', outcome: 'met', value: 0 });
  expect(found?.because).toBe('the fault took no unit of db away');
});

test('with fewer units than before nothing is as it was, at however many sites they are', () => {
  const entries = makeJournal({
    probes: [{ name: 'write', tell: downBetween() }],
    faults: [{ title: 'power-loss pangyo', atMs: 30_000 }],
  }).map((entry): Entry => {
    if (entry.entry !== 'drill') return entry;
    const { plan } = entry;
    const second = 'web-pangyo-2';
    const units = [...plan.units, { name: second, service: 'web', site: 'pangyo' }];
    const faults = plan.faults.map((fault) => {
      return { ...fault, steps: fault.steps.flatMap((step) => [step, { ...step, id: `${step.id}b`, unit: second }]) };
    });
    return { ...entry, plan: { ...plan, units, faults } };
  });
  const more = [ready('web-pangyo', 60_000, 60_100), ready('web-pangyo-2', 210_000, null)];
  const found = judge([...entries.slice(0, -1), ...more, ...entries.slice(-1)]).findings;
  expect(found.find(({ measure }) => measure === 'reprotect')).toMatchObject({ value: 180, censored: true });
});
