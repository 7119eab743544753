import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Action } from '../../src/plan/plan.js';
import { raiseTestDrill, type TestDrill } from '../engine/docker/drills.js';
import { describeOnDocker } from '../engine/docker/engine-or-skip.js';
import { listenAt, packetsOf } from '../engine/docker/listening.js';

/** What a peer with an idle connection hears: while the fault lies, and from its cure on. */
interface Heard {
  readonly lying: RegExp;
  readonly cured: RegExp;
  /** What becomes of its connection. */
  readonly fate: string;
}

const LINE = /^(?:tcp (?:PSH,)?ACK ?)*$/;
const NOTHING = /^$/;

const CASES: readonly (readonly [string, Action, Heard])[] = [
  ['power-loss', { verb: 'power-off', volumes: 'kept' }, { lying: NOTHING, cured: NOTHING, fate: 'open' }],
  [
    'power-loss that takes the disks',
    { verb: 'power-off', volumes: 'destroyed' },
    { lying: NOTHING, cured: NOTHING, fate: 'open' },
  ],
  // Its kernel lives on, and says right away that the process ended.
  ['crash', { verb: 'kill' }, { lying: /FIN|RST/, cured: /^(?!.*(?:SYN|PSH))/, fate: 'open ended' }],
  ['stop', { verb: 'stop', graceMs: 2000 }, { lying: /FIN|RST/, cured: /^(?!.*(?:SYN|PSH))/, fate: 'open ended' }],
  ['freeze', { verb: 'freeze' }, { lying: LINE, cured: LINE, fate: 'open' }],
  // What was sent in the dark is sent again: nobody lost anything.
  ['partition', { verb: 'isolate', from: ['peer'], direction: 'both' }, { lying: NOTHING, cured: LINE, fate: 'open' }],
];

describeOnDocker('what a peer with an idle connection hears, by what its kernel sees', () => {
  let drill: TestDrill;
  beforeAll(async () => {
    drill = await raiseTestDrill(
      [
        { name: 'server', site: 'a', volumes: ['/data'] },
        { name: 'peer', site: 'b' },
      ],
      { name: 'farewells' },
    );
  });
  afterEach(() => drill.tidy());
  afterAll(() => drill?.close());

  test.each(CASES)('%s', { timeout: 120_000 }, async (title, action, heard) => {
    const { clock, engine } = drill;
    const { observer, address } = await listenAt(drill);
    const step = { id: `farewell ${title}`, fault: 'f', unit: 'server', action };
    const [effect] = await engine.perform([step], clock.now() + engine.leadMs(1));
    expect(effect?.error).toBeNull();
    const fromMs = (effect?.toMs ?? 0) + (title === 'crash' || title === 'stop' ? -20 : 5);
    await clock.sleepUntil(clock.now() + 3000);
    const curedMs = clock.now();
    expect(await engine.cure([step], curedMs)).toMatchObject([{ error: null }]);
    await clock.sleepUntil(clock.now() + 6000);
    const sights = await observer.look();
    expect(packetsOf(sights, address, fromMs, curedMs).join(' ')).toMatch(heard.lying);
    expect(packetsOf(sights, address, curedMs, clock.now()).join(' ')).toMatch(heard.cured);
    const fate = sights.flatMap(({ words }) => (words[0] === 'idle' ? (words[2] ?? []) : [])).join(' ');
    expect(fate.replace(/\b(?:end|reset)\b/, 'ended')).toBe(heard.fate);
  });

  test('where a kernel can neither forget connections nor be replaced, the return of power is told with a warning', {
    timeout: 120_000,
  }, async () => {
    const units = ['server', 'peer'].map((name) => ({ name, site: 'a' }));
    const lame = await raiseTestDrill(units, { name: 'farewells of a lame kernel' }, { silencing: [] });
    try {
      const { observer, address } = await listenAt(lame);
      const broken = await lame.strike({ kind: 'power-loss', targets: ['server'], volumes: 'kept' });
      const [effect] = await lame.engine.cure(broken.steps, lame.clock.now());
      expect(effect?.warning).toMatch(/^server came back with connections of before its power loss/);
      // This is what the others are spared.
      const isFarewell = (flags: string) => /FIN|RST/.test(flags);
      await observer.lookUntil((sights) => packetsOf(sights, address, broken.atMs + 1).some(isFarewell));
    } finally {
      await lame.close();
    }
  });
});
