import { describe, expect, test } from 'vitest';
import type { Plan } from '../../src/plan/plan.js';
import { parseEdit } from '../../src/scenario/scenario.js';
import { type Change, exploreChanges, type Wishes } from '../../src/what-if/what-if.js';
import { laboratory, OUTAGE, trialWith } from './laboratory.js';

const WISHES: Wishes = { by: 'recover', probe: null, engine: 'sim', seed: 7, seeds: [1, 2], budget: 1000, named: [] };

/**
 * A made-up world: a hundred hours, unless something changed. Two causes in a row: no takeover without the director, and
 * with it none that carries the load; and who boots by itself waits for the tool that does it.
 */
function hoursOf(plan: Plan): number {
  const serviceOf = (name: string) => plan.services.find((service) => service.name === name);
  const isElsewhere = (name: string) => serviceOf(name)?.at[0]?.site === 'anyang';
  const { servers } = serviceOf('text')?.model ?? {};
  const carries = typeof servers === 'object' && (servers.anyang ?? 0) > 50;
  const boots = serviceOf('auth')?.model.start === 'automatic';
  if (isElsewhere('director') && carries) return 10;
  if (boots) return isElsewhere('deploy') ? 20 : 60;
  return isElsewhere('deploy') ? 99 : 100;
}

const explore = async (wishes: Partial<Wishes>) => {
  const { lab, drills } = laboratory(OUTAGE, (plan, seed) => (hoursOf(plan) + seed - 1.5) * 3600);
  const found = await exploreChanges(lab, { ...WISHES, ...wishes });
  return { ...found, counted: drills() };
};
const explored = explore({});

describe('what if', () => {
  test('every change is compared with the baseline by the same seeds, and the best is first', async () => {
    const { baseline, singles, measured, trials } = await explored;
    expect({ measured, trials, seconds: baseline?.value }).toEqual({ measured: false, trials: 2, seconds: 360_000 });
    expect(singles).toHaveLength(14);
    expect(singles[0]).toMatchObject({ key: 'boot', saved: 144_000, savedPercent: 40, servers: 0 });
    expect(singles[0]?.after).toEqual({
      value: 216_000,
      more: false,
      probes: [{ probe: 'text', value: 216_000, more: false }],
    });
    const saving = singles.filter(({ saved }) => saved !== 0).map(({ key, savedPercent }) => [key, savedPercent]);
    expect(saving).toEqual([
      ['boot', 40],
      ['tools deploy', 1],
      ['tools all', 1],
    ]);
  });

  test('of changes that save the same, the one with the fewest servers is first', async () => {
    const { singles } = await explored;
    const idle = singles.filter(({ saved }) => saved === 0).map(({ servers }) => servers);
    expect(idle).toEqual(idle.toSorted((a, b) => a - b));
    expect(singles.find(({ key }) => key === 'site auth')?.servers).toBe(40);
    expect(singles.find(({ key }) => key === 'capacity text')?.servers).toBe(13);
    expect(singles.find(({ key }) => key === 'controller director')?.servers).toBe(0);
  });

  test('two changes of which neither helps are found where they do together', async () => {
    const { pairs } = await explored;
    expect(
      pairs.map(({ titles, savedPercent, alonePercent, servers }) => ({ titles, savedPercent, alonePercent, servers })),
    ).toEqual([
      {
        titles: ['director at anyang instead', 'a quarter more servers of text where it survives'],
        ...{ savedPercent: 90, alonePercent: 0, servers: 13 },
      },
      {
        titles: ['deploy at anyang instead', 'automatic boot of every server'],
        savedPercent: 80,
        alonePercent: 40,
        servers: 0,
      },
      {
        titles: ['all 2 tools at anyang instead', 'automatic boot of every server'],
        savedPercent: 80,
        alonePercent: 40,
        servers: 0,
      },
    ]);
  });

  test('a pair costs one drill, and only one that saves with that costs the others', async () => {
    const { drills, pairsTried, pairs } = await explored;
    expect(drills).toBe(2 + 14 * 2 + pairsTried + 2 * pairs.length);
  });

  test('a pair that saves by the chance of one seed is not told', async () => {
    const { lab } = laboratory(OUTAGE, (plan, seed) => (seed === 1 ? hoursOf(plan) : 100) * 3600);
    const { pairs } = await exploreChanges(lab, {
      ...WISHES,
      seeds: Array.from({ length: 30 }, (_, index) => index + 1),
    });
    expect(pairs).toEqual([]);
  });

  test('the conclusion says what saves most, and what no kind of change does alone, with what it would, in numbers', async () => {
    expect((await explored).conclusion).toBe(
      'Most is saved by automatic boot of every server: 40 % (100 h → 60 h); ' +
        'no single change to the tools saves more than 1 % without automatic boot of every server, ' +
        'and 80 % with it (deploy at anyang instead); ' +
        'no single change to the controllers saves anything without a quarter more servers of text where it survives, ' +
        'and 90 % with it (director at anyang instead).',
    );
  });

  test('plays no more drills than the budget has, and says what was left out', async () => {
    const { counted, drills, budget, untried, pairs } = await explore({ budget: 20 });
    expect({ counted, drills, budget }).toEqual({ counted: 20, drills: 20, budget: 20 });
    expect(untried).toHaveLength(5);
    expect(untried[0]?.because).toBe('the budget was used up');
    expect(pairs).toEqual([]);
    for (const wanted of [31, 40, 60, 100]) {
      const { counted: played, drills: told } = await explore({ budget: wanted });
      expect(played).toBe(told);
      expect(played).toBeLessThanOrEqual(wanted);
    }
  });

  test('changes that a person named are tried first, alone and in pairs', async () => {
    const key = 'services.director.at=anyang + services.auth.model.servers=41';
    const { singles, pairs } = await explore({ named: [named(key)] });
    expect(singles.find((single) => single.key === key)).toMatchObject({ about: 'yours', savedPercent: 0, servers: 1 });
    expect(pairs.some(({ titles }) => titles[0] === key && titles[1].startsWith('a quarter more'))).toBe(true);
  });

  test('all named changes that cannot be made are refused at once, before anything is played', async () => {
    const { lab, drills } = laboratory(OUTAGE, () => 1);
    const wrong = [named('services.auht.at=anyang'), named('services.auth.model.servers=-1')];
    await expect(exploreChanges(lab, { ...WISHES, named: wrong })).rejects.toThrow(
      /^command line services\.auht\.at: unknown service `auht`; did you mean `auth`\?\ncommand line services\.auth\.model\.servers: /,
    );
    expect(drills()).toBe(0);
  });

  test('a change that the scenario cannot bear is told with the reason', async () => {
    const text = OUTAGE.replace('http://phone/', 'http://auth-pangyo/').replace(
      '  - { at: "20:30"',
      '  - { at: "11:00", freeze: auth }\n  - { at: "20:30"',
    );
    const { lab } = laboratory(text.replace('auth-pangyo', 'auth'), () => 100);
    const { untried, conclusion } = await exploreChanges(lab, WISHES);
    expect(conclusion).toMatch(/; 1 change could not be tried\.$/);
    expect(untried).toEqual([{ title: 'auth at anyang too', because: expect.stringMatching(/^probes\.text\.http: /) }]);
  });

  test('without a number nothing is compared, and without an outage there is nothing to save', async () => {
    const none = await exploreChanges(laboratory(OUTAGE, () => null).lab, WISHES);
    expect(none).toMatchObject({ baseline: null, singles: [], drills: 2 });
    expect(none.conclusion).toBe('Nothing could be compared: no probe has a number for recover.');
    const fine = await exploreChanges(laboratory(OUTAGE, () => 0).lab, WISHES);
    expect(fine).toMatchObject({ singles: [], drills: 2 });
    expect(fine.conclusion).toBe('There is nothing to save: recover is as good as it can be.');
  });

  test('a drill that ended before the recovery counts as more', async () => {
    const { lab } = laboratory(OUTAGE, () => 100);
    const play: typeof lab.play = async (_, seeds) =>
      seeds.map((seed) => {
        const { findings, ...rest } = trialWith('text', 500, seed);
        return { ...rest, findings: findings.map((finding) => ({ ...finding, censored: seed === 2 })) };
      });
    const { baseline } = await exploreChanges({ ...lab, play }, WISHES);
    expect(baseline).toMatchObject({ value: 500, more: true });
  });

  test('the longest of several recoveries counts; of availabilities what failed; of losses the sum, in writes', async () => {
    const { lab } = laboratory(
      OUTAGE.replace('timeline:', '  read: { http: "http://phone/", every: 5m }\ntimeline:'),
      () => 1,
    );
    const [base] = trialWith('text', 1).findings;
    const finding = (given: object) => ({ ...base, ...given }) as NonNullable<typeof base>;
    const findings = [
      ...[finding({ value: 10 }), finding({ value: 30, fault: 'crash' }), finding({ probe: 'read', value: 50 })],
      ...[
        finding({ measure: 'availability', unit: '%', value: 99 }),
        finding({ measure: 'availability', unit: '%', value: 98, probe: 'read' }),
      ],
      ...[finding({ measure: 'lose', unit: 'writes', value: 3 }), finding({ measure: 'lose', unit: 's', value: 60 })],
      finding({ measure: 'lose', unit: 'writes', value: 4, probe: 'read' }),
    ];
    const play: typeof lab.play = async (_, seeds) => seeds.map((seed) => ({ seed, notes: [], findings }));
    const valueBy = async (by: Wishes['by']) =>
      (await exploreChanges({ ...lab, play }, { ...WISHES, by })).baseline?.value;
    expect(await valueBy('recover')).toBe(40);
    expect((await exploreChanges({ ...lab, play }, { ...WISHES, probe: 'read' })).baseline?.value).toBe(50);
    await expect(exploreChanges({ ...lab, play }, { ...WISHES, probe: 'reed' })).rejects.toThrow(
      'command line --probe: there is no probe `reed` in this scenario; write one of: text, read',
    );
    expect(await valueBy('availability')).toBe(1.5);
    expect(await valueBy('lose')).toBe(7);
  });
});

function named(text: string): Change {
  return { key: text, title: text, about: 'yours', edits: text.split(' + ').map(parseEdit) };
}
